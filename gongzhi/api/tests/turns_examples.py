"""For each turn of a case beside its main line: the case before, what is sent, by whom, and where it then stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from gongzhi.api.tests.callers import NOON
from gongzhi.cases import operations as case_operations
from gongzhi.cases import queries
from gongzhi.cases import turns as case_turns
from gongzhi.cases.queries import CaseRow
from gongzhi.intake.states import Channel
from gongzhi.kernel.clock import utc_text
from gongzhi.testing import cases, moves, turns
from gongzhi.testing.moves import HULI_BUREAU, SIMING_BUREAU

GROUNDS = {"grounds": "经核实"}
WORDS = {"words": "情况属实"}
TOMORROW = utc_text(NOON + timedelta(days=1))
LATE_MORNING = NOON - timedelta(minutes=30)
"""Reported then, a case is dispatched shortly before the API's clock: no window is over and no limit has run out."""


@dataclass(frozen=True)
class Turn:
    """One turn, ready to be made at noon."""

    act: str
    before: Callable[[], CaseRow]
    post: str
    after: str
    unit: str | None = None
    said: Any = None
    """What is sent: as it is, or a function of the case."""
    said_of: Callable[[CaseRow], Any] | None = field(default=None)

    def body(self, case: CaseRow) -> Any:
        """Return what is sent about a case."""
        return self.said if self.said_of is None else self.said_of(case)


def _fresh(make: Callable[..., CaseRow]) -> Callable[[], CaseRow]:
    return lambda: make(at=LATE_MORNING)


def _found() -> CaseRow:
    return cases.reported_case(channel=Channel.PATROL, by=moves.member("collector"), at=LATE_MORNING)


def _both_photos(case: CaseRow) -> Any:
    before, after = (str(moves.photo(moves.member("collector"))) for _ in range(2))
    return {"before_photos": [before], "after_photos": [after]}


def _into_another(case: CaseRow) -> Any:
    other = cases.reported_case(at=LATE_MORNING)
    return {"into": str(other.uid), "seen_into": other.version}


def _urgent() -> CaseRow:
    return turns.mark_urgent(cases.reported_case(at=LATE_MORNING))


def _sent() -> CaseRow:
    return turns.dispatch_urgent(_urgent())


def _left_lying() -> CaseRow:
    """Returned early in the morning; the dispatcher did not decide on it."""
    case = cases.returned_case(at=NOON - timedelta(hours=3))
    case_operations.tick(NOON - timedelta(minutes=30))
    return queries.case(case.uid)


def _handling() -> CaseRow:
    return cases.handling_case(at=LATE_MORNING)


def _extension_asked() -> CaseRow:
    return turns.ask_extension(_handling(), at=NOON)


def _hold_asked() -> CaseRow:
    return turns.ask_hold(_handling(), at=NOON)


def _on_hold() -> CaseRow:
    return turns.approve_hold(_hold_asked(), at=NOON)


def _asked_to_help() -> CaseRow:
    return turns.ask_assistance(_handling(), at=NOON)


def _to_be_void() -> CaseRow:
    return turns.propose_void(_handling(), at=NOON)


def _to_be_closed() -> CaseRow:
    return turns.propose_closing(_handling(), at=NOON)


def _closed_late() -> CaseRow:
    handled_at = NOON - timedelta(minutes=30)
    return moves.close(moves.check(moves.order_check(cases.handled_case(handled_at=handled_at))))


def _appealed() -> CaseRow:
    return turns.appeal(_closed_late())


def _reviewed() -> CaseRow:
    return turns.review_appeal(_appealed())


def _photo_of_the_helper(case: CaseRow) -> Any:
    photo = moves.photo(moves.member("department_desk", HULI_BUREAU))
    return WORDS | {"assistance": str(case_turns.assistances(case.uid)[-1].uid), "photos": [str(photo)]}


def _last_instruction(case: CaseRow) -> Any:
    return WORDS | {"instruction": str(case_turns.instructions(case.uid)[-1].uid)}


RETURN = {"ground": "not_ours", "proposed_unit": HULI_BUREAU, "words": "不在辖区"}
CLOSING = {"ground": "no_responsible", "words": "产权单位已注销"}
_DESK: dict[str, Any] = {"post": "department_desk", "unit": SIMING_BUREAU}

TURNS = [
    Turn("merge", _fresh(cases.reported_case), "acceptor", "merged", said_of=_into_another),
    Turn("split_off", _fresh(cases.merged_case), "shift_leader", "reported", said=GROUNDS),
    Turn("close_self_handled", _found, "collector", "closed", said_of=_both_photos),
    Turn("send_for_correction", _fresh(cases.filed_case), "dispatcher", "accepted", said=GROUNDS),
    Turn("return", _fresh(cases.dispatched_case), after="returned", said=RETURN, **_DESK),
    Turn("decide_return", _left_lying, "shift_leader", "dispatched", said={"unit_code": HULI_BUREAU}),
    Turn("correct_return", _left_lying, "shift_leader", "accepted", said=GROUNDS),
    Turn(
        "arbitrate",
        _fresh(cases.returned_case),
        "shift_leader",
        "dispatched",
        said=GROUNDS | {"unit_code": HULI_BUREAU},
    ),
    Turn("mark_urgent", _fresh(cases.reported_case), "acceptor", "reported", said={"linkage_no": "110-0417"}),
    Turn("dispatch_urgent", _urgent, "dispatcher", "dispatched", said={"unit_code": SIMING_BUREAU}),
    Turn("file_later", _sent, "shift_leader", "dispatched", said={"condition_code": moves.VENDOR_BY_DAY}),
    Turn("arrive", _sent, "handler", "dispatched", unit=SIMING_BUREAU),
    Turn("feed_back", _sent, "handler", "dispatched", unit=SIMING_BUREAU, said=WORDS),
    Turn("request_extension", _handling, after="handling", said=WORDS, **_DESK),
    Turn("grant_extension", _extension_asked, "dispatcher", "handling", said={}),
    Turn("refuse_extension", _extension_asked, "dispatcher", "handling", said=GROUNDS),
    Turn("request_hold", _handling, after="handling", said=WORDS | {"until_at": TOMORROW}, **_DESK),
    Turn("approve_hold", _hold_asked, "shift_leader", "suspended", said={}),
    Turn("refuse_hold", _hold_asked, "shift_leader", "handling", said=GROUNDS),
    Turn("resume", _on_hold, after="handling", **_DESK),
    Turn("ask_assistance", _handling, after="handling", said=WORDS | {"unit_code": HULI_BUREAU}, **_DESK),
    Turn(
        "answer_assistance",
        _asked_to_help,
        "department_desk",
        "handling",
        unit=HULI_BUREAU,
        said_of=_photo_of_the_helper,
    ),
    Turn("supervise", _handling, "shift_leader", "handling", said=GROUNDS | {"due_at": TOMORROW}),
    Turn("instruct", _handling, "leader", "handling", said=WORDS | {"report_due_at": TOMORROW}),
    Turn(
        "report_back",
        lambda: turns.instruct(_handling(), at=NOON),
        after="handling",
        said_of=_last_instruction,
        **_DESK,
    ),
    Turn("propose_void", _handling, "dispatcher", "handling", said=GROUNDS),
    Turn("void_by_review", _to_be_void, "shift_leader", "void", said=GROUNDS),
    Turn("propose_special_closing", _handling, "dispatcher", "handling", said=CLOSING),
    Turn("force_close", _to_be_closed, "shift_leader", "force_closed", said=GROUNDS),
    Turn("reopen", cases.closed_case, "shift_leader", "rework", said=GROUNDS),
    Turn("correct_closing", cases.closed_case, "shift_leader", "closed", said=GROUNDS),
    Turn("appeal_timeout", _closed_late, after="closed", said=WORDS, **_DESK),
    Turn("review_appeal", _appealed, "dispatcher", "closed", said=WORDS | {"supported": True}),
    Turn("decide_appeal", _reviewed, "acceptor", "closed", said=GROUNDS | {"upheld": True}),
]
"""In the order of the lifecycle, with names as the API has them."""
OPERATION_OF = {
    "merge": "merge_case",
    "split_off": "split_off_case",
    "return": "return_case",
    "arbitrate": "arbitrate_case",
    "resume": "resume_case",
    "supervise": "supervise_case",
    "reopen": "reopen_case",
}
"""The operation of the API behind an act, where it is not named like it."""
