"""One function for each turn that a case may take beside the main line, by the person whose post it is.

Like `moves`: every function takes the case as it is and returns it as it then is, five minutes later unless told else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from gongzhi.cases import operations as cases
from gongzhi.cases import turns as case_turns
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import ReturnGround, SpecialGround
from gongzhi.dispatch import operations as dispatching
from gongzhi.kernel.actor import ANONYMOUS_REPORTER, Actor
from gongzhi.people.states import Post
from gongzhi.testing import moves
from gongzhi.testing.moves import A_STEP, HULI_BUREAU, desk_of, member

THE_REPORTER = replace(ANONYMOUS_REPORTER, post=Post.REPORTER)
"""Whoever holds the query code of a report, in the post in which the portal lets them act."""
A_DAY = timedelta(days=1)


def uphold_objection(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, grounds: str = "确属本市管辖"
) -> CaseRow:
    """Another person than the one who refused takes it up again."""
    return cases.uphold_objection(case.uid, grounds=grounds, **_said(case, by or member(Post.SHIFT_LEADER), at))


def merge(case: CaseRow, into: CaseRow, *, by: Actor | None = None, at: datetime | None = None) -> CaseRow:
    """The acceptor sees that both are one matter."""
    seen_target = moves.now(into).version
    said = _said(case, by or member(Post.ACCEPTOR), at)
    return cases.merge_case(case.uid, into=into.uid, seen_target=seen_target, **said)


def split_off(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, grounds: str = "并非同一问题"
) -> CaseRow:
    """The shift leader sees that it is another matter after all."""
    return cases.split_off_case(case.uid, grounds=grounds, **_said(case, by or member(Post.SHIFT_LEADER), at))


def solve_on_the_spot(
    case: CaseRow,
    *,
    by: Actor | None = None,
    at: datetime | None = None,
    before: Sequence[UUID] | None = None,
    after: Sequence[UUID] | None = None,
) -> CaseRow:
    """The collector who found it has solved it and shows the place before and after."""
    at, by = at or case.moved_at + A_STEP, by or member(Post.COLLECTOR)
    return cases.close_self_handled(
        case.uid,
        before_photos=[moves.photo(by, at)] if before is None else before,
        after_photos=[moves.photo(by, at)] if after is None else after,
        **_said(case, by, at),
    )


def send_for_correction(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, grounds: str = "立案条件选错"
) -> CaseRow:
    """The dispatcher sees that it was filed wrongly."""
    return cases.send_for_correction(case.uid, grounds=grounds, **_said(case, by or member(Post.DISPATCHER), at))


def send_away(
    case: CaseRow,
    *,
    by: Actor | None = None,
    at: datetime | None = None,
    ground: ReturnGround = ReturnGround.NOT_OURS,
    proposed: str = HULI_BUREAU,
    words: str = "地点在湖里区",
) -> CaseRow:
    """The unit's desk returns it and names another unit."""
    said = _said(case, by or desk_of(case), at)
    return cases.return_case(case.uid, ground=ground, proposed_unit=proposed, words=words, **said)


def arbitrate(
    case: CaseRow,
    *,
    by: Actor | None = None,
    at: datetime | None = None,
    unit: str = HULI_BUREAU,
    grounds: str = "该路段由湖里区养护",
) -> CaseRow:
    """The shift leader rules which unit answers for it."""
    said = _said(case, by or member(Post.SHIFT_LEADER), at)
    return dispatching.arbitrate(case.uid, unit_code=unit, grounds=grounds, **said)


def decide_return(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, unit: str = HULI_BUREAU, grounds: str = ""
) -> CaseRow:
    """The shift leader gives it to a unit, since the dispatcher did not decide in time."""
    said = _said(case, by or member(Post.SHIFT_LEADER), at)
    return cases.decide_return(case.uid, unit_code=unit, grounds=grounds, **said)


def correct_return(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, grounds: str = "位置有误"
) -> CaseRow:
    """The shift leader has it put right, since the dispatcher did not decide in time."""
    return cases.correct_return(case.uid, grounds=grounds, **_said(case, by or member(Post.SHIFT_LEADER), at))


def ask_extension(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, words: str = "须等待配件"
) -> CaseRow:
    """The unit's desk asks for more time."""
    return cases.request_extension(case.uid, words=words, **_said(case, by or desk_of(case), at))


def grant_extension(case: CaseRow, *, by: Actor | None = None, at: datetime | None = None) -> CaseRow:
    """The dispatcher grants it."""
    return cases.grant_extension(case.uid, **_said(case, by or member(Post.DISPATCHER), at))


def refuse_extension(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, grounds: str = "无须等待"
) -> CaseRow:
    """The dispatcher does not."""
    return cases.refuse_extension(case.uid, grounds=grounds, **_said(case, by or member(Post.DISPATCHER), at))


def ask_hold(
    case: CaseRow,
    *,
    by: Actor | None = None,
    at: datetime | None = None,
    until_at: datetime | None = None,
    words: str = "须待管网改造完工",
) -> CaseRow:
    """The unit's desk asks for a hold, of a week unless told else."""
    until_at = until_at or case.moved_at + 7 * A_DAY
    return cases.request_hold(case.uid, until_at=until_at, words=words, **_said(case, by or desk_of(case), at))


def approve_hold(case: CaseRow, *, by: Actor | None = None, at: datetime | None = None) -> CaseRow:
    """The shift leader grants the hold."""
    return cases.approve_hold(case.uid, **_said(case, by or member(Post.SHIFT_LEADER), at))


def resume(case: CaseRow, *, by: Actor | None = None, at: datetime | None = None) -> CaseRow:
    """The unit's desk takes it up again before the hold ends."""
    return cases.resume_case(case.uid, **_said(case, by or desk_of(case), at))


def propose_void(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, grounds: str = "现场并无问题"
) -> CaseRow:
    """The dispatcher proposes to cancel it."""
    return cases.propose_void(case.uid, grounds=grounds, **_said(case, by or member(Post.DISPATCHER), at))


def void_by_review(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, grounds: str = "经复核并非案件"
) -> CaseRow:
    """The shift leader agrees."""
    return cases.void_by_review(case.uid, grounds=grounds, **_said(case, by or member(Post.SHIFT_LEADER), at))


def propose_closing(
    case: CaseRow,
    *,
    by: Actor | None = None,
    at: datetime | None = None,
    ground: SpecialGround = SpecialGround.NO_RESPONSIBLE,
    words: str = "产权单位已注销",
) -> CaseRow:
    """The dispatcher proposes to close it specially."""
    said = _said(case, by or member(Post.DISPATCHER), at)
    return cases.propose_special_closing(case.uid, ground=ground, words=words, **said)


def force_close(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, grounds: str = "属地无责任主体"
) -> CaseRow:
    """The shift leader closes it specially."""
    return cases.force_close(case.uid, grounds=grounds, **_said(case, by or member(Post.SHIFT_LEADER), at))


def reopen(case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, grounds: str = "问题依旧") -> CaseRow:
    """The shift leader opens it again."""
    return cases.reopen_case(case.uid, grounds=grounds, **_said(case, by or member(Post.SHIFT_LEADER), at))


def reopen_by_reporter(case: CaseRow, *, report: str = "R2026-1", at: datetime | None = None) -> CaseRow:
    """The reporter says that it is not solved."""
    return cases.reopen_by_reporter(case.uid, report=report, **_said(case, THE_REPORTER, at))


def appeal(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, words: str = "当日台风停工"
) -> CaseRow:
    """The unit's desk appeals against the timeout."""
    return cases.appeal_timeout(case.uid, words=words, **_said(case, by or desk_of(case), at))


def review_appeal(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, supported: bool = True, words: str = "属实"
) -> CaseRow:
    """The dispatcher gives an opinion."""
    said = _said(case, by or member(Post.DISPATCHER), at)
    return cases.review_appeal(case.uid, supported=supported, words=words, **said)


def decide_appeal(
    case: CaseRow,
    *,
    by: Actor | None = None,
    at: datetime | None = None,
    upheld: bool = True,
    grounds: str = "台风属不可抗力",
) -> CaseRow:
    """The acceptor decides."""
    said = _said(case, by or member(Post.ACCEPTOR), at)
    return cases.decide_appeal(case.uid, upheld=upheld, grounds=grounds, **said)


def mark_urgent(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, linkage_no: str = "110-20261123-0417"
) -> CaseRow:
    """The acceptor sees danger."""
    return cases.mark_urgent(case.uid, linkage_no=linkage_no, **_said(case, by or member(Post.ACCEPTOR), at))


def dispatch_urgent(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, unit: str = moves.SIMING_BUREAU
) -> CaseRow:
    """The dispatcher sends a unit at once."""
    return cases.dispatch_urgent(case.uid, unit_code=unit, **_said(case, by or member(Post.DISPATCHER), at))


def file_later(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, condition: str = moves.VENDOR_BY_DAY
) -> CaseRow:
    """The shift leader files it while the unit is at work."""
    said = _said(case, by or member(Post.SHIFT_LEADER), at)
    return cases.file_later(case.uid, condition_code=condition, **said)


def ask_assistance(
    case: CaseRow,
    *,
    by: Actor | None = None,
    at: datetime | None = None,
    unit: str = HULI_BUREAU,
    words: str = "请派吊车",
) -> CaseRow:
    """The leading unit's desk asks another unit to help."""
    return cases.ask_assistance(case.uid, unit_code=unit, words=words, **_said(case, by or desk_of(case), at))


def answer_assistance(
    case: CaseRow,
    *,
    by: Actor | None = None,
    at: datetime | None = None,
    words: str = "吊车已到场",
    photos: Sequence[UUID] = (),
) -> CaseRow:
    """The unit that was asked last tells what it did."""
    asked = case_turns.assistances(case.uid)[-1]
    said = _said(case, by or member(Post.DEPARTMENT_DESK, asked.unit), at)
    return cases.answer_assistance(case.uid, assistance=asked.uid, words=words, photos=photos, **said)


def instruct(
    case: CaseRow,
    *,
    by: Actor | None = None,
    at: datetime | None = None,
    words: str = "请当日办结",
    report_due_at: datetime | None = None,
) -> CaseRow:
    """A leader orders something and wants a report, within a day unless told else."""
    due_at = report_due_at or case.moved_at + A_DAY
    return cases.instruct(case.uid, words=words, report_due_at=due_at, **_said(case, by or member(Post.LEADER), at))


def report_back(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, words: str = "已办结"
) -> CaseRow:
    """The unit's desk reports on the last instruction."""
    given = case_turns.instructions(case.uid)[-1]
    return cases.report_back(case.uid, instruction=given.uid, words=words, **_said(case, by or desk_of(case), at))


class _Said(TypedDict):
    """On which version somebody decided, who, and when."""

    seen: int
    by: Actor
    at: datetime


def _said(case: CaseRow, by: Actor, at: datetime | None) -> _Said:
    return {"seen": case.version, "by": by, "at": at or case.moved_at + A_STEP}
