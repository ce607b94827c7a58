"""Looking at a reporter's name and number: for a reason, by those whom it concerns, and never unseen."""

from datetime import timedelta

import pytest

from gongzhi.audit import queries as audit
from gongzhi.audit.verify import verify
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.rules import Contact, ContactMissing, ReasonMissing
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.people.operations import NotPermitted
from gongzhi.testing import moves

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

CONTACT = Contact("林小雨", "13800000000")


@pytest.fixture
def later(monday_9am):
    return monday_9am + timedelta(hours=1)


@pytest.fixture
def report(city):
    return queries.report(moves.report(contact=CONTACT).report)


@pytest.mark.parametrize("post", ["acceptor", "shift_leader"])
def test_a_look_shows_the_contact_and_stands_in_the_record_with_its_reason(post, report, later):
    by = moves.member(post)
    look = intake.reveal_contact(report.uid, grounds="电话核实地点", by=by, at=later)
    assert look.contact == CONTACT
    assert look.report.version == report.version + 1
    entry = audit.entry(report.stream, look.report.version)
    assert (entry.type, entry.actor, entry.at) == ("report.reveal_contact", by, later)
    assert "13800000000" not in str(entry)
    assert audit.held_by_entry(report.stream, names=["grounds"])[entry.seq] == {"grounds": "电话核实地点"}
    assert verify().intact


def test_each_look_is_an_entry_of_its_own(report, acceptor, later):
    for _ in range(3):
        intake.reveal_contact(report.uid, grounds="回访", by=acceptor, at=later)
    assert [one.type for one in audit.entries_of(report.stream)][1:] == ["report.reveal_contact"] * 3


@pytest.mark.parametrize("post", ["dispatcher", "handler", "evaluator", "leader", "collector"])
def test_whom_it_does_not_concern_sees_no_contact(post, report, later):
    with pytest.raises(NotPermitted):
        intake.reveal_contact(report.uid, grounds="好奇", by=moves.member(post), at=later)
    assert queries.report(report.uid) == report


@pytest.mark.parametrize("grounds", ["", "  ", "\u200b\ufeff"])
def test_a_look_without_a_reason_is_refused(grounds, report, acceptor, later):
    with pytest.raises(ReasonMissing):
        intake.reveal_contact(report.uid, grounds=grounds, by=acceptor, at=later)
    assert queries.report(report.uid) == report


def test_where_no_contact_was_left_there_is_nothing_to_see(acceptor, later):
    anonymous = queries.report(moves.report().report)
    with pytest.raises(ContactMissing):
        intake.reveal_contact(anonymous.uid, grounds="回访", by=acceptor, at=later)
    assert queries.report(anonymous.uid) == anonymous


def test_an_unknown_report_is_not_found(acceptor, later):
    with pytest.raises(NotFound):
        intake.reveal_contact(new_id(), grounds="回访", by=acceptor, at=later)


def test_everywhere_else_a_contact_is_masked(report):
    assert queries.masked_contacts_of([report]) == {report.uid: Contact("林**", "138****0000")}
