"""Every move that is made at a desk, one line each: what is said with it, and which operation makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.cases.labels import ACTS as CASE_NAMES
from gongzhi.cases.labels import RETURN_GROUNDS, SPECIAL_GROUNDS
from gongzhi.cases.queries import CaseRow
from gongzhi.desk import fields, labels
from gongzhi.desk.fields import Field
from gongzhi.dispatch import operations as dispatch
from gongzhi.intake import operations as intake
from gongzhi.intake.labels import ACTS as REPORT_NAMES
from gongzhi.intake.labels import CONTACT_OUTCOMES, SATISFACTION, WAYS
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.geo import Crs
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.visits import operations as visits
from gongzhi.visits import queries as visit_queries
from gongzhi.visits.queries import VisitRow
from gongzhi.visits.states import VisitState


@dataclass(frozen=True, slots=True)
class Act:
    """A move: what is said with it, what makes it, and whether it asks once more because it ends something.

    `operation` takes the thing's id, what is said by the names of the fields, and `seen`, `by` and `at`.
    """

    name: str
    operation: Callable[..., object]
    fields: tuple[Field, ...] = ()
    is_final: bool = False


def _locate(case_id: UUID, *, lon: float, lat: float, seen: int, by: Actor, at: datetime) -> object:
    place = intake.place_at(lon, lat, crs=Crs.WGS84, at=at)
    return cases.locate_case(case_id, place=place, seen=seen, by=by, at=at)


def _dispatch(case_id: UUID, *, unit_code: str, grounds: str, seen: int, by: Actor, at: datetime) -> object:
    if not unit_code:
        return dispatch.dispatch_by_rule(case_id, seen=seen, by=by, at=at)
    return cases.dispatch_case(case_id, unit_code=unit_code, grounds=grounds, seen=seen, by=by, at=at)


def _merge(case_id: UUID, *, into: CaseRow, seen: int, by: Actor, at: datetime) -> object:
    return intake.merge_case_into(case_id, into=into.uid, seen=seen, seen_target=into.version, by=by, at=at)


def _link(report_id: UUID, *, case: CaseRow, seen: int, by: Actor, at: datetime) -> object:
    return intake.link_report(report_id, case_id=case.uid, seen=seen, by=by, at=at)


def _verified(*, confirmed: bool) -> Callable[..., object]:
    def report(case_id: UUID, *, photos: list[UUID], words: str, seen: int, by: Actor, at: datetime) -> object:
        visit = _visit_of(case_id, seen=seen)
        said: dict[str, Any] = {"confirmed": confirmed, "photos": photos, "words": words}
        return visits.report_verification(visit.uid, seen=visit.version, by=by, at=at, **said)

    return report


def _checked(*, passed: bool) -> Callable[..., object]:
    def report(case_id: UUID, *, photos: list[UUID], words: str, seen: int, by: Actor, at: datetime) -> object:
        visit = _visit_of(case_id, seen=seen)
        said: dict[str, Any] = {"passed": passed, "photos": photos, "words": words}
        return visits.report_check(visit.uid, seen=visit.version, by=by, at=at, **said)

    return report


def _visit_of(case_id: UUID, *, seen: int) -> VisitRow:
    """Return the visit that is out for a case as it was seen. Raises: ChangedMeanwhile, MoveNotAllowed."""
    row = case_queries.case(case_id)
    if row.version != seen:
        raise ChangedMeanwhile(thing="case", seen=seen, now=row.version)
    out = visit_queries.page(case=case_id, state=VisitState.ORDERED, limit=1)
    if not out:
        raise MoveNotAllowed(thing="visit", act="report", state="")
    return out[0]


_GROUNDS = fields.words("grounds", label=labels.GROUNDS)
_WORDS = fields.words()
_REMARK = fields.words(label=labels.REMARK, required=False, rows=2)
_RETURN_GROUNDS = fields.words("grounds", label=labels.REMARK, required=False, rows=2)
_PHOTOS = fields.photos("photos")
_WAY = fields.choice("way", WAYS, label=labels.WAY)

_CASE = (
    Act(
        "locate",
        _locate,
        (fields.degrees("lon", label=labels.LONGITUDE), fields.degrees("lat", label=labels.LATITUDE)),
    ),
    Act("classify", cases.classify_case, (fields.managed_class(),)),
    Act("verify", visits.order_verification),
    Act("confirm_verified", _verified(confirmed=True), (_PHOTOS, _REMARK)),
    Act("report_unconfirmed", _verified(confirmed=False), (_PHOTOS, _REMARK)),
    Act("accept", cases.accept_case),
    Act("not_accept", cases.not_accept_case, (_GROUNDS,), is_final=True),
    Act("merge", _merge, (fields.case("into", label=labels.INTO),), is_final=True),
    Act("split_off", intake.split_case_off, (_GROUNDS,)),
    Act(
        "close_self_handled",
        cases.close_self_handled,
        (
            fields.photos("before_photos", label=labels.BEFORE_PHOTOS),
            fields.photos("after_photos", label=labels.AFTER_PHOTOS),
            _REMARK,
        ),
        is_final=True,
    ),
    Act("file", cases.file_case, (fields.condition(),)),
    Act("send_for_correction", cases.send_for_correction, (_GROUNDS,)),
    Act(
        "dispatch",
        _dispatch,
        (fields.unit(empty=labels.UNIT_BY_RULE), _RETURN_GROUNDS),
    ),
    Act("acknowledge", cases.acknowledge_case),
    Act(
        "return",
        cases.return_case,
        (
            fields.choice("ground", RETURN_GROUNDS, label=labels.RETURN_GROUND),
            fields.unit("proposed_unit", label=labels.PROPOSED_UNIT, empty=labels.NO_PROPOSAL),
            fields.words(required=False),
        ),
    ),
    Act("decide_return", cases.decide_return, (fields.unit(), _RETURN_GROUNDS)),
    Act("correct_return", cases.correct_return, (_GROUNDS,)),
    Act("arbitrate", dispatch.arbitrate, (fields.unit(), _GROUNDS)),
    Act(
        "mark_urgent",
        cases.mark_urgent,
        (fields.line("linkage_no", label=labels.LINKAGE_NO, longest=60),),
    ),
    Act("dispatch_urgent", cases.dispatch_urgent, (fields.unit(),)),
    Act("file_later", cases.file_later, (fields.condition(),)),
    Act("arrive", cases.arrive),
    Act("feed_back", cases.feed_back, (_WORDS,)),
    Act("request_extension", cases.request_extension, (_WORDS,)),
    Act("grant_extension", cases.grant_extension, (_REMARK,)),
    Act("refuse_extension", cases.refuse_extension, (_GROUNDS,)),
    Act("request_hold", cases.request_hold, (fields.until("until_at"), _WORDS)),
    Act("approve_hold", cases.approve_hold, (_REMARK,)),
    Act("refuse_hold", cases.refuse_hold, (_GROUNDS,)),
    Act("resume", cases.resume_case),
    Act("ask_assistance", cases.ask_assistance, (fields.unit(label=labels.HELPING_UNIT), _WORDS)),
    Act("answer_assistance", cases.answer_assistance, (fields.assistance(), _WORDS, _PHOTOS)),
    Act("supervise", cases.supervise, (fields.until("due_at"), _GROUNDS)),
    Act("instruct", cases.instruct, (_WORDS, fields.until("report_due_at", label=labels.REPORT_DUE))),
    Act("report_back", cases.report_back, (fields.instruction(), _WORDS)),
    Act(
        "submit_result",
        cases.submit_result,
        (fields.photos("after_photos", label=labels.AFTER_PHOTOS), fields.words(required=False)),
    ),
    Act("confirm_result", cases.confirm_result),
    Act("send_to_check", visits.order_check),
    Act("pass_from_desk", cases.pass_from_desk),
    Act("send_back", cases.send_back, (_GROUNDS,)),
    Act("pass_check", _checked(passed=True), (_PHOTOS, _REMARK)),
    Act("fail_check", _checked(passed=False), (_PHOTOS, fields.words(label=labels.GROUNDS))),
    Act(
        "close",
        cases.close_case,
        (
            fields.tick("closing_confirmed", label=labels.CLOSING_CONFIRMED),
            fields.words("grounds", label=labels.REMARK, required=False, rows=2),
        ),
    ),
    Act("refuse_closing", cases.refuse_closing, (_GROUNDS,)),
    Act("void", cases.void_case, (_GROUNDS,), is_final=True),
    Act("propose_void", cases.propose_void, (_GROUNDS,)),
    Act("void_by_review", cases.void_by_review, (_GROUNDS,), is_final=True),
    Act(
        "propose_special_closing",
        cases.propose_special_closing,
        (
            fields.choice("ground", SPECIAL_GROUNDS, label=labels.SPECIAL_GROUND),
            fields.words(required=False),
        ),
    ),
    Act("force_close", cases.force_close, (_GROUNDS,), is_final=True),
    Act("reopen", cases.reopen_case, (_GROUNDS,)),
    Act("correct_closing", cases.correct_closing, (_GROUNDS,), is_final=True),
    Act("appeal_timeout", cases.appeal_timeout, (_WORDS,)),
    Act("review_appeal", cases.review_appeal, (fields.tick("supported", label=labels.SUPPORTED), _WORDS)),
    Act("decide_appeal", cases.decide_appeal, (fields.tick("upheld", label=labels.UPHELD), _GROUNDS), is_final=True),
)
CASE_ACTS: Mapping[str, Act] = {one.name: one for one in _CASE}

_REPORT = (
    Act(
        "reply.contact",
        intake.record_contact,
        (_WAY, fields.choice("outcome", CONTACT_OUTCOMES, label=labels.OUTCOME), _REMARK),
    ),
    Act("reply.draft", intake.draft_reply, (fields.words(label=labels.ANSWER, rows=6),)),
    Act("reply.approve", intake.approve_reply),
    Act("reply.refuse_draft", intake.refuse_draft, (_GROUNDS,)),
    Act("answer", intake.send_reply, (_WAY,), is_final=True),
    Act(
        "reply.ask_extension",
        intake.ask_reply_extension,
        (fields.until("until"), _WORDS),
    ),
    Act(
        "reply.grant_extension",
        intake.decide_reply_extension,
        (fields.tick("granted", label=labels.GRANTED), _REMARK),
    ),
    Act("supplement", intake.supplement_report, (_WORDS,)),
    Act("link", _link, (fields.case("case", label=labels.CASE_NUMBER),)),
    Act("withdraw", intake.withdraw_report, (_REMARK,), is_final=True),
    Act("reopen", intake.reopen_report, (_GROUNDS,)),
    Act(
        "call_back",
        intake.call_back,
        (
            fields.choice("outcome", CONTACT_OUTCOMES, label=labels.OUTCOME),
            fields.choice("result", SATISFACTION, label=labels.RESULT_RATING, empty=labels.NOT_SAID),
            fields.choice("service", SATISFACTION, label=labels.SERVICE_RATING, empty=labels.NOT_SAID),
            _REMARK,
        ),
    ),
    Act(
        "promise_call",
        intake.promise_call,
        (fields.until("until", label=labels.CALL_BACK_BY), _REMARK),
    ),
    Act(
        "keep_promise",
        intake.keep_promise,
        (fields.choice("outcome", CONTACT_OUTCOMES, label=labels.OUTCOME), _REMARK),
    ),
    Act(
        "objection.uphold",
        intake.decide_objection,
        (fields.objection(), fields.tick("upheld", label=labels.OBJECTION_UPHELD), _GROUNDS),
    ),
    Act("release", intake.release_report, is_final=True),
)
REPORT_ACTS: Mapping[str, Act] = {one.name: one for one in _REPORT}


_NAMED_AS = {"answer": "reply.send"}
"""Moves that at a desk are a step of the answer, and are called so."""


def name_of(act: Act) -> str | Promise:
    """Return a move's name in words."""
    if CASE_ACTS.get(act.name) is act:
        return CASE_NAMES[act.name]
    return REPORT_NAMES[_NAMED_AS.get(act.name, act.name)]
