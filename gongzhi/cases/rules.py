"""What a case needs before a move, whose hands it must be in, how its timing is judged. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something


class VerificationNeeded(Refusal):
    """A report that does not come from a collector is verified on the spot before it is accepted."""

    code = "verification-needed"


class PlaceMissing(Refusal):
    """A case without a place on the map cannot be filed: somebody has to find it first."""

    code = "place-missing"


class ClassMissing(Refusal):
    """A case without a class of the catalogue cannot be filed."""

    code = "class-missing"


class ConditionMissing(Refusal):
    """No filing condition was chosen, so there is no limit and no closing condition."""

    code = "condition-missing"


class ConditionOfOtherClass(Refusal):
    """The filing condition belongs to another class."""

    code = "condition-of-other-class"


class ConditionOfOtherArea(Refusal):
    """The filing condition is none of those that hold where the case lies."""

    code = "condition-of-other-area"


class UnitMissing(Refusal):
    """No responsible unit was chosen."""

    code = "unit-missing"


class GroundsMissing(Refusal):
    """This move needs its grounds in words."""

    code = "grounds-missing"


class ResultMissing(Refusal):
    """The unit cannot confirm a result that nobody has submitted since the work was last given to it."""

    code = "result-missing"


class AfterPhotoMissing(Refusal):
    """A result is proven by a photograph of the place afterwards."""

    code = "after-photo-missing"


class CheckPhotoMissing(Refusal):
    """The case cannot close: no photograph from the check is on file."""

    code = "check-photo-missing"


class VisitNeeded(Refusal):
    """The filing condition asks for a check on the spot; the dispatcher cannot pass it from the desk."""

    code = "visit-needed"


class NoVisitNeeded(Refusal):
    """The filing condition asks for no check on the spot."""

    code = "no-visit-needed"


class ClosingUnconfirmed(Refusal):
    """The closing condition has not been confirmed."""

    code = "closing-unconfirmed"


class HappenedBefore(Refusal):
    """A move cannot have happened before the one it follows."""

    code = "happened-before"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the guards of the lifecycle look at."""

    number: str | None = None
    placed: bool = False
    class_key: str | None = None
    condition_code: str | None = None
    unit: str | None = None
    needs_verification: bool = False
    needs_visit: bool = True
    result_submitted: bool = False
    after_photos: int = 0
    after_photo_required: bool = True
    check_photos: int = 0
    closing_confirmed: bool = False
    grounds: str = ""
    hands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def verified_or_seen(facts: CaseFacts) -> None:
    """Refuse to accept unseen what nobody of ours has seen. Raises: VerificationNeeded."""
    if facts.needs_verification:
        raise VerificationNeeded


def placed(facts: CaseFacts) -> None:
    """Refuse a case without a place. Raises: PlaceMissing."""
    if not facts.placed:
        raise PlaceMissing


def condition_chosen(facts: CaseFacts) -> None:
    """Refuse to file without class and condition. Raises: ClassMissing, ConditionMissing."""
    if facts.class_key is None:
        raise ClassMissing
    if facts.condition_code is None:
        raise ConditionMissing


def unit_chosen(facts: CaseFacts) -> None:
    """Refuse to dispatch to nobody. Raises: UnitMissing."""
    if not facts.unit:
        raise UnitMissing(case=facts.number)


def grounds_given(facts: CaseFacts) -> None:
    """Refuse a move that must be reasoned and is not. Raises: GroundsMissing."""
    if not says_something(facts.grounds):
        raise GroundsMissing(case=facts.number)


def result_submitted(facts: CaseFacts) -> None:
    """Refuse to confirm nothing. Raises: ResultMissing."""
    if not facts.result_submitted:
        raise ResultMissing(case=facts.number)


def after_photo_there(facts: CaseFacts) -> None:
    """Refuse a result without its picture. Raises: AfterPhotoMissing."""
    if facts.after_photo_required and facts.after_photos == 0:
        raise AfterPhotoMissing(case=facts.number, wanted=1, found=0)


def visit_needed(facts: CaseFacts) -> None:
    """Refuse to send somebody out for nothing. Raises: NoVisitNeeded."""
    if not facts.needs_visit:
        raise NoVisitNeeded(case=facts.number)


def no_visit_needed(facts: CaseFacts) -> None:
    """Refuse to skip the check. Raises: VisitNeeded."""
    if facts.needs_visit:
        raise VisitNeeded(case=facts.number)


def closing_proven(facts: CaseFacts) -> None:
    """Refuse to close what is not confirmed and proven. Raises: ClosingUnconfirmed, CheckPhotoMissing."""
    if not facts.closing_confirmed:
        raise ClosingUnconfirmed(case=facts.number)
    if facts.needs_visit and facts.check_photos == 0:
        raise CheckPhotoMissing(case=facts.number, wanted=1, found=0)


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


@dataclass(frozen=True, slots=True)
class Wait:
    """A span in which the unit's clock stood still: from its confirmed result until the work came back to it."""

    from_: datetime
    until: datetime | None


def waits_for_check(confirmed: Iterable[datetime], reworked: Iterable[datetime]) -> list[Wait]:
    """Return the spans in which a unit waited for review and check, in order; the last may still be open.

    Args:
        confirmed: when the unit confirmed a result, ascending.
        reworked: when a result was sent back, ascending; each follows its confirmation.
    """
    back = list(reworked)
    spans = []
    for index, from_ in enumerate(confirmed):
        spans.append(Wait(from_, back[index] if index < len(back) else None))
    return spans


def overtime_hundredths(used_s: int, limit_s: int) -> int:
    """Return the overtime multiple (used − limit) / limit in hundredths, never below zero.

    Source: statistics practice of digital urban management, rounded to two decimals at closing.

    Example:
        >>> overtime_hundredths(used_s=5400, limit_s=3600)
        50
    """
    if used_s <= limit_s:
        return 0
    exact = Decimal(used_s - limit_s) / Decimal(limit_s)
    return int((exact * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def require_order(at: datetime, *, not_before: datetime) -> None:
    """Refuse a move dated before the one it follows. Raises: HappenedBefore."""
    if at < not_before:
        raise HappenedBefore(at=at.isoformat(), not_before=not_before.isoformat())
