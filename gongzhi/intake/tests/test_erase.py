"""Erasing a reporter's contact and place: the values, their salts and everything derived from them."""

from datetime import timedelta

import pytest

from gongzhi.audit.models import HeldValue
from gongzhi.audit.operations import ChangedMeanwhile, NothingToErase
from gongzhi.audit.verify import verify
from gongzhi.cases.models import Case
from gongzhi.intake import erasure, queries
from gongzhi.intake.erasure import CaseNotEnded
from gongzhi.intake.models import Report
from gongzhi.intake.rules import Contact
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.people.operations import NotPermitted
from gongzhi.testing import moves

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

RULE = "request of the person"


@pytest.fixture
def auditor(city):
    return moves.member("audit_administrator")


@pytest.fixture
def later(monday_9am):
    return monday_9am + timedelta(hours=3)


@pytest.fixture
def report(city):
    contact = Contact(name="林小雨", phone="13800000000")
    return queries.report(moves.report(contact=contact).report)


@pytest.fixture
def case(report):
    return queries.cases_of(report.uid)[0]


def erase_contact(report, *, by, at):
    return erasure.erase_contact(report.uid, rule=RULE, seen=report.version, by=by, at=at)


def erase_place(report, *, by, at):
    return erasure.erase_place(report.uid, rule=RULE, seen=report.version, by=by, at=at)


def kept(stream):
    return set(HeldValue.objects.filter(stream=stream).exclude(sealed=None).values_list("name", flat=True))


def test_an_erased_contact_leaves_neither_value_nor_salt_nor_index(report, auditor, later):
    assert Report.objects.get(uid=report.uid).phone_index
    erased = erase_contact(report, by=auditor, at=later)
    assert Report.objects.get(uid=report.uid).phone_index == ""
    assert not queries.contact_of(erased).is_given
    assert kept(report.stream).isdisjoint({"contact_name", "contact_phone"})
    assert "text" in kept(report.stream)
    told = verify()
    assert told.intact
    assert sorted(told.erased) == [f"{report.stream}#1/contact_name", f"{report.stream}#1/contact_phone"]


def test_an_erased_place_leaves_no_point_and_no_cell_in_report_and_case(report, case, auditor, later):
    moves.refuse(case)
    erased = erase_place(report, by=auditor, at=later)
    row, its_case = Report.objects.get(uid=report.uid), Case.objects.get(uid=case.uid)
    for one in (row, its_case):
        assert (one.lon_e7, one.lat_e7, one.cell) == (None, None, None)
        assert one.division
        assert not any(name.endswith("_e7") for name in kept(one.stream))
    assert erased.point is None
    told = verify()
    assert told.intact
    assert len(told.erased) == 4


def test_earlier_places_of_the_case_are_erased_too(report, case, auditor, acceptor, later):
    from gongzhi.cases import operations as cases
    from gongzhi.intake.operations import place_at
    from gongzhi.kernel.geo import Crs

    at = case.moved_at + moves.A_STEP
    elsewhere = place_at(118.1, 24.47, crs=Crs.CGCS2000, at=at)
    moves.refuse(cases.locate_case(case.uid, place=elsewhere, seen=case.version, by=acceptor, at=at))
    erase_place(report, by=auditor, at=later)
    assert not any(name.endswith("_e7") for name in kept(case.stream))
    told = verify()
    assert told.intact
    assert len(told.erased) == 6


def test_the_place_stays_while_somebody_must_still_find_it(report, case, auditor, later):
    with pytest.raises(CaseNotEnded):
        erase_place(report, by=auditor, at=later)
    assert queries.report(report.uid) == report
    assert Case.objects.get(uid=case.uid).cell is not None
    assert verify().erased == []


def test_what_was_erased_cannot_be_erased_again(report, case, auditor, later):
    moves.refuse(case)
    erased = erase_place(erase_contact(report, by=auditor, at=later), by=auditor, at=later)
    for erase in (erase_contact, erase_place):
        with pytest.raises(NothingToErase):
            erase(erased, by=auditor, at=later)


@pytest.mark.parametrize("erase", [erase_contact, erase_place])
def test_only_the_audit_administrator_erases(erase, report, shift_leader, later):
    with pytest.raises(NotPermitted):
        erase(report, by=shift_leader, at=later)
    assert queries.report(report.uid) == report


@pytest.mark.parametrize("erase", [erasure.erase_contact, erasure.erase_place])
def test_nobody_erases_what_changed_meanwhile_or_is_not_there(erase, report, auditor, later):
    with pytest.raises(ChangedMeanwhile):
        erase(report.uid, rule=RULE, seen=report.version + 1, by=auditor, at=later)
    with pytest.raises(NotFound):
        erase(new_id(), rule=RULE, seen=1, by=auditor, at=later)
