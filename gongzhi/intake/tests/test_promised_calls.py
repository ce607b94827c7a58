"""A promise to call back: given, refused, kept by a call, lapsed with its report, erased with its words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.audit.queries import held_values
from gongzhi.audit.tests.verification import named
from gongzhi.intake import erasure, queries
from gongzhi.intake import operations as intake
from gongzhi.intake.rules import Contact, NobodyToCall, NothingPromised, PromisedInThePast
from gongzhi.intake.states import Channel, ContactOutcome, ErasureRule, Part, ReplyWay
from gongzhi.people.rules import NotPermitted, Sight
from gongzhi.people.states import Post
from gongzhi.testing import moves, replies
from gongzhi.testing.moves import A_STEP, MONDAY_9AM, member
from gongzhi.testing.replies import report_now

pytestmark = pytest.mark.django_db
CALLER = Contact("陈小明", "13800001234")
ALL = Sight(everywhere=True)
BY = MONDAY_9AM + timedelta(hours=3)


def told(contact=CALLER):
    return moves.report(contact=contact, channel=Channel.PHONE, by=member(Post.ACCEPTOR)).report


def promise(report, *, until=BY, at=MONDAY_9AM, by=None):
    seen = report_now(report).version
    return intake.promise_call(report, until=until, words="告知结果", seen=seen, by=by or member(Post.ACCEPTOR), at=at)


def keep(report, outcome, *, at=MONDAY_9AM):
    seen = report_now(report).version
    return intake.keep_promise(report, outcome=outcome, seen=seen, by=member(Post.ACCEPTOR), at=at)


def test_a_promise_is_given_to_whoever_can_be_called_and_stands_until_somebody_is_reached(city):
    report = told()
    with pytest.raises(NobodyToCall):
        promise(told(contact=Contact()))
    with pytest.raises(PromisedInThePast):
        promise(report, until=MONDAY_9AM)
    with pytest.raises(NotPermitted):
        promise(report, by=member(Post.DISPATCHER))
    with pytest.raises(NothingPromised):
        keep(report, ContactOutcome.REACHED)
    promise(report)
    promise(report, until=BY + A_STEP)
    assert [(one.uid, held.due_at) for one, held in queries.promised_calls(sight=ALL)] == [(report, BY + A_STEP)]
    keep(report, ContactOutcome.NO_ANSWER)
    assert queries.promise_of(report).attempts == 1
    assert queries.promised_calls(sight=ALL, before=BY) == []
    keep(report, ContactOutcome.REACHED)
    assert (queries.promise_of(report), queries.promised_calls_count(sight=ALL)) == (None, 0)
    assert named() == []


def test_a_promise_is_kept_by_calling_for_the_answer_and_lapses_with_the_report(city):
    called, written, taken_back = told(), told(), told()
    for one in (called, written, taken_back):
        promise(one)
    by, at = member(Post.ACCEPTOR), MONDAY_9AM + A_STEP
    replies.contact(called, at=at, outcome=ContactOutcome.NO_ANSWER)
    assert queries.promise_of(called) is not None
    replies.contact(called, at=at)
    seen = report_now(written).version
    intake.record_contact(written, way=ReplyWay.SMS, outcome=ContactOutcome.REACHED, seen=seen, by=by, at=at)
    assert queries.promise_of(written) is not None, "a message is no call"
    intake.withdraw_report(taken_back, seen=report_now(taken_back).version, by=by, at=at)
    assert [queries.promise_of(one) is None for one in (called, written, taken_back)] == [True, False, True]

    auditor = member(Post.AUDIT_ADMINISTRATOR)
    erasure.erase_report(
        written,
        parts=[Part.WORDS],
        rule=ErasureRule.CONSENT_WITHDRAWN,
        grounds="本人要求",
        seen=report_now(written).version,
        by=auditor,
        at=at,
    )
    stream = f"report:{written}"
    assert "promise_words" not in held_values([stream], names=["promise_words"]).get(stream, {})
