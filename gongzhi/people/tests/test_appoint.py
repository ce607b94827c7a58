"""Units, members, appointments: dated, and on record."""

from datetime import timedelta
from uuid import UUID

import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.operations import (
    AdministratorsApart,
    CodeTaken,
    EndsBeforeItBegins,
    NotPermitted,
    OwnPowers,
    UnitEnded,
)
from gongzhi.people.rules import Matter
from gongzhi.people.states import ADMINISTRATORS, Post
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS
from gongzhi.testing import staff
from gongzhi.testing.moves import MONDAY_9AM, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

A_DAY = timedelta(days=1)


@pytest.fixture
def chen(city):
    return people.add_member("8001", name="陈小明", by=FOUNDER, at=MONDAY_9AM)


def appoint(member, *, post=Post.ACCEPTOR, unit="centre", at=MONDAY_9AM, until_at=None):
    return staff.appoint(member, post=post, unit=unit, at=at, until_at=until_at)


def may_accept(member, *, at, post=Post.ACCEPTOR):
    by = Actor(id=str(member), kind=ActorKind.MEMBER, post=post, unit="centre")
    return queries.allow(by, "case.accept", Matter(), at=at)


def test_a_post_gives_its_power_from_the_day_it_begins(chen):
    appoint(chen)
    assert [may_accept(chen, at=MONDAY_9AM + days * A_DAY) for days in (-1, 0, 30)] == [False, True, True]
    assert not may_accept(chen, at=MONDAY_9AM, post=Post.SHIFT_LEADER)


def test_a_post_gives_no_power_from_the_moment_it_ends(chen):
    appointment = appoint(chen)
    staff.end_appointment(appointment, at=MONDAY_9AM + A_DAY)
    assert [may_accept(chen, at=MONDAY_9AM + hours * A_DAY / 24) for hours in (0, 23, 24)] == [True, True, False]
    with pytest.raises(NotFound):
        staff.end_appointment(appointment, at=MONDAY_9AM + 2 * A_DAY)


def test_a_post_for_a_time_may_end_earlier(chen):
    appointment = appoint(chen, until_at=MONDAY_9AM + 10 * A_DAY)
    staff.end_appointment(appointment, at=MONDAY_9AM + A_DAY)
    assert [may_accept(chen, at=MONDAY_9AM + days * A_DAY) for days in (0, 1)] == [True, False]


def test_a_member_holds_several_posts(chen):
    appoint(chen)
    appoint(chen, post=Post.HANDLER, unit="bureau-350203")
    held = [one for one in queries.appointments(at=MONDAY_9AM) if one.member == chen]
    assert [(one.post, one.unit) for one in held] == [(Post.ACCEPTOR, "centre"), (Post.HANDLER, "bureau-350203")]


def test_an_appointment_ends_after_it_begins(chen):
    with pytest.raises(EndsBeforeItBegins):
        appoint(chen, until_at=MONDAY_9AM)
    with pytest.raises(EndsBeforeItBegins):
        staff.end_appointment(appoint(chen), at=MONDAY_9AM)


def test_nobody_is_appointed_to_nothing(chen):
    with pytest.raises(NotFound):
        people.appoint(new_id(), post=Post.ACCEPTOR, unit="centre", seen=1, by=GIVES_POWERS, at=MONDAY_9AM)
    with pytest.raises(NotFound):
        appoint(chen, unit="nowhere")
    with pytest.raises(NotFound):
        people.end_appointment(new_id(), seen=1, by=GIVES_POWERS, at=MONDAY_9AM)


def test_a_post_is_given_and_taken_on_what_was_seen(chen):
    appointment = appoint(chen)
    with pytest.raises(ChangedMeanwhile):
        people.appoint(chen, post=Post.HANDLER, unit="water", seen=1, by=GIVES_POWERS, at=MONDAY_9AM)
    with pytest.raises(ChangedMeanwhile):
        people.end_appointment(appointment, seen=1, by=GIVES_POWERS, at=MONDAY_9AM + A_DAY)
    assert [one.post for one in queries.appointments(at=MONDAY_9AM + A_DAY) if one.member == chen] == [Post.ACCEPTOR]


@pytest.mark.parametrize("wanted", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("held", sorted(ADMINISTRATORS))
def test_the_three_administrators_are_three_persons(chen, held, wanted):
    appoint(chen, post=held, unit="bureau")
    if held == wanted:
        appoint(chen, post=wanted, unit="centre")
    else:
        with pytest.raises(AdministratorsApart):
            appoint(chen, post=wanted, unit="centre")


def test_an_administrator_becomes_another_one_when_the_first_post_has_ended(chen):
    first = appoint(chen, post=Post.SYSTEM_ADMINISTRATOR, unit="bureau", until_at=MONDAY_9AM + 2 * A_DAY)
    with pytest.raises(AdministratorsApart):
        appoint(chen, post=Post.AUDIT_ADMINISTRATOR, unit="bureau", at=MONDAY_9AM + A_DAY)
    staff.end_appointment(first, at=MONDAY_9AM + A_DAY)
    assert appoint(chen, post=Post.AUDIT_ADMINISTRATOR, unit="bureau", at=MONDAY_9AM + A_DAY)


@pytest.mark.parametrize(("from_day", "until_day", "overlaps"), [(0, 4, False), (0, 5, True), (9, None, True)])
def test_two_administrators_posts_may_follow_one_another_and_not_overlap(chen, from_day, until_day, overlaps):
    """One is system administrator from the fourth to the tenth day, put down first, and audit administrator beside."""
    appoint(
        chen,
        post=Post.SYSTEM_ADMINISTRATOR,
        unit="bureau",
        at=MONDAY_9AM + 4 * A_DAY,
        until_at=MONDAY_9AM + 10 * A_DAY,
    )
    second = {
        "post": Post.AUDIT_ADMINISTRATOR,
        "unit": "bureau",
        "at": MONDAY_9AM + from_day * A_DAY,
        "until_at": None if until_day is None else MONDAY_9AM + until_day * A_DAY,
    }
    if overlaps:
        with pytest.raises(AdministratorsApart):
            appoint(chen, **second)
    else:
        assert appoint(chen, **second)


def test_nobody_appoints_themself():
    keeper = member(Post.SECURITY_ADMINISTRATOR)
    with pytest.raises(OwnPowers):
        people.appoint(UUID(keeper.id), post=Post.LEADER, unit="bureau", seen=1, by=keeper, at=MONDAY_9AM)


def test_whoever_adds_people_gives_them_no_post_and_whoever_gives_posts_adds_nobody(chen):
    with pytest.raises(NotPermitted):
        people.appoint(chen, post=Post.ACCEPTOR, unit="centre", seen=1, by=FOUNDER, at=MONDAY_9AM)
    with pytest.raises(NotPermitted):
        people.add_member("8002", name="林", by=GIVES_POWERS, at=MONDAY_9AM)


def test_a_members_name_enters_the_record_as_a_commitment(chen):
    assert "陈小明" not in str(entries_of(f"member:{chen}"))
    assert verify().intact


def test_a_code_names_one_thing(chen):
    with pytest.raises(CodeTaken):
        people.add_member("8001", name="另一人", by=FOUNDER, at=MONDAY_9AM)
    with pytest.raises(CodeTaken):
        people.add_unit("centre", kind="centre", name_zh="中心", name_en="Centre", by=FOUNDER, at=MONDAY_9AM)


def test_a_unit_stands_below_one_that_exists():
    def add_squadron(*, parent):
        people.add_unit(
            "s1", kind="squadron", name_zh="中队", name_en="Squadron", parent=parent, by=FOUNDER, at=MONDAY_9AM
        )

    with pytest.raises(NotFound):
        add_squadron(parent="nowhere")
    add_squadron(parent="bureau-350203")
    assert queries.unit("s1").parent == "bureau-350203"


def test_an_ended_unit_takes_nobody_and_is_listed_no_more(chen):
    staff.end_unit("water", at=MONDAY_9AM)
    assert "water" not in [one.code for one in queries.units(at=MONDAY_9AM)]
    assert "water" in [one.code for one in queries.units(at=MONDAY_9AM - A_DAY)]
    with pytest.raises(UnitEnded):
        appoint(chen, unit="water")
    with pytest.raises(ChangedMeanwhile):
        people.end_unit("water", seen=1, by=FOUNDER, at=MONDAY_9AM + A_DAY)
    with pytest.raises(UnitEnded):
        staff.end_unit("water", at=MONDAY_9AM + A_DAY)
    with pytest.raises(NotFound):
        people.end_unit("nowhere", seen=1, by=FOUNDER, at=MONDAY_9AM)
    assert verify().intact
