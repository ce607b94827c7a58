"""A further reporter of a matter that is open already."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gongzhi.audit import queries as audit
from gongzhi.cases import queries as cases
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.rules import Contact, Draft, MatterIsOver
from gongzhi.intake.states import Channel, ReportKind, ReportState
from gongzhi.kernel.actor import ANONYMOUS_REPORTER
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.testing import moves
from gongzhi.testing.moves import MONDAY_9AM, SIMING, STREET_VENDOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

LATER = MONDAY_9AM + timedelta(minutes=30)


def further(case, **said) -> Draft:
    """What somebody else says about a matter that is open already."""
    draft = Draft(ReportKind.COMPLAINT, Channel.PORTAL, "又来了一个摊位", place=SIMING, class_key=STREET_VENDOR)
    return replace(draft, joins=case, **said)


def send(draft: Draft, key: str = "second") -> intake.Receipt:
    return intake.receive_report(draft, source="portal", key=key, by=ANONYMOUS_REPORTER, at=LATER)


def test_who_joins_gets_a_number_and_opens_no_case_of_their_own():
    first = moves.report()
    draft = further(first.case, contact=Contact("", "13800001234"))
    receipt = send(draft)
    assert (receipt.case, receipt.number) == (first.case, "R2026-0000002")
    assert [one.uid for one in cases.page()] == [first.case]
    assert [one.uid for one in queries.reports_of(moves.case_of(first).uid)] == [first.report, receipt.report]
    row = queries.report(receipt.report)
    assert row.reply_owed, "whoever can be reached is answered, also about a matter that others reported first"
    assert audit.entry(row.stream, 1).facts["joined"] == str(first.case)
    assert send(draft).number == receipt.number, "a double click is one report"
    with pytest.raises(intake.RepeatedKeyOtherContent):
        send(replace(draft, joins=None))


def test_a_case_that_was_joined_ends_for_all_and_one_that_is_over_is_not_joined():
    first = moves.report()
    joined = send(further(first.case))
    case = moves.refuse(moves.case_of(first), at=LATER)
    assert intake.settle_reports_of(case.uid, at=LATER) == 2
    assert queries.report(joined.report).state is ReportState.SETTLED
    with pytest.raises(MatterIsOver) as refused:
        send(further(first.case), key="third")
    assert refused.value.facts == {"case": str(case.uid), "state": "not_accepted"}
    with pytest.raises(NotFound):
        send(further(new_id()), key="fourth")
    assert len(queries.page()) == 2, "what was refused is not kept by half"
