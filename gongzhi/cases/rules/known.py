"""What the guards of the lifecycle look at, and whose hands a case went through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gongzhi.cases.states import AppealState, CaseSource, CaseState, ClosingType, ReturnGround, SpecialGround


@dataclass(frozen=True, slots=True)
class Target:
    """The case into which another one is to be merged."""

    name: str
    state: CaseState
    is_itself: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What the guards of the lifecycle look at: the case as it stands, and what is said with the move.

    Attributes:
        at: the instant of the move.
        asked_until_at: until when something is asked for or ordered: a hold, a supervision, a report.
        returned_by: the unit whose return is being decided.
        returns: how often it was returned in the dispute that runs; what was put right before filing begins anew.
        escalated: whether nobody decided on the return in time, so that the shift leader has it.
        disputed_units: the units that returned the case in that dispute and those they named.
        late_on_record: whether a disposal of the case was late and is not exempted.
        has_been_reopened_by_reporter: whether the reporter's free reopening is used up.
    """

    at: datetime
    number: str | None = None
    source: CaseSource = CaseSource.INTERNET
    placed: bool = False
    place_erased: bool = False
    class_key: str | None = None
    condition_code: str | None = None
    filed_at: datetime | None = None
    unit: str | None = None
    needs_verification: bool = False
    needs_visit: bool = True
    result_submitted: bool = False
    after_photos: int = 0
    after_photo_required: bool = True
    before_photos: int = 0
    check_photos: int = 0
    closing_confirmed: bool = False
    grounds: str = ""
    words: str = ""
    asked_until_at: datetime | None = None

    due_at: datetime | None = None
    extension_asked_at: datetime | None = None
    extensions_granted: int = 0
    extensions_at_most: int = 0
    hold_asked_until_at: datetime | None = None
    hold_count: int = 0
    hold_at_most_days: int = 0

    target: Target | None = None
    return_ground: ReturnGround | None = None
    return_until_at: datetime | None = None
    proposed_unit: str = ""
    returned_by: str = ""
    returns: int = 0
    escalated: bool = False
    arbitrate_after: int = 0
    disputed_units: tuple[str, ...] = ()
    arbitrated: bool = False

    reworks: int = 0
    void_proposed: bool = False
    closing_proposed: bool = False
    special_ground: SpecialGround | None = None
    closing_type: ClosingType | None = None
    late_on_record: bool = False
    ended_at: datetime | None = None
    appeal: AppealState | None = None
    has_been_reopened_by_reporter: bool = False
    reopen_until_at: datetime | None = None

    urgent: bool = False
    arrived: bool = False
    supervised: bool = False
    assisting_unit: str = ""
    assistance_open: bool = False


def with_hand(hands: Mapping[str, Sequence[str]], act: str, actor: str) -> dict[str, list[str]]:
    """Return the hands a case went through with one more: who did which act, each once, in order.

    Example:
        >>> with_hand({"case.accept": ["a"]}, "case.accept", "b")
        {'case.accept': ['a', 'b']}
    """
    added = {name: list(people) for name, people in hands.items()}
    people = added.setdefault(act, [])
    if actor not in people:
        people.append(actor)
    return added
