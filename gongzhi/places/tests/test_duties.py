"""Who answers for a responsibility grid, from a day until a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import transaction

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.audit.states import Damage
from gongzhi.audit.verify import verify
from gongzhi.kernel.geo import Point
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import queries as people
from gongzhi.people.operations import MemberEnded, end_member
from gongzhi.people.rules import NameBlank, NameTooLong, NotAppointed
from gongzhi.people.states import Post
from gongzhi.places import facts, operations, queries
from gongzhi.places.models import GridDuty
from gongzhi.places.queries.ground import city as maps
from gongzhi.places.rules import Keeper
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import powers, staff
from gongzhi.testing.city import put_city
from gongzhi.testing.moves import MONDAY_9AM, member
from gongzhi.testing.races import at_once

TODAY = date(2026, 11, 23)
JANUARY, DECEMBER = date(2026, 1, 1), date(2026, 12, 1)
COMMUNITY = "350203001901"
GRID = f"{COMMUNITY}R001"


@pytest.fixture
def gridded(db):
    put_city()
    found_grids()


def found_grids() -> None:
    """Have one community cut into unit grids and these grouped."""
    path = queries.division(COMMUNITY).path
    for planned in (
        partial(operations.plan_made_grid, within=path, cell_m=200),
        partial(operations.plan_made_groups, about=6),
    ):
        made = planned(from_on=JANUARY, on=TODAY)
        operations.import_layer(made, seen=queries.edition(), by=FOUNDER, at=MONDAY_9AM)


def keeper(grid: str = GRID, **more) -> Keeper:
    return replace(Keeper(grid=grid, post=Post.COLLECTOR, unit="centre", from_on=JANUARY), **more)


def put(*added: Keeper, ended=(), from_on: date = JANUARY, by=FOUNDER, seen: int | None = None) -> int:
    now = queries.duties_edition() if seen is None else seen
    return operations.put_duties(added, ended=ended, from_on=from_on, seen=now, by=by, at=MONDAY_9AM)


def spot() -> Point:
    outline = queries.feature("responsibility-grids", GRID, on=TODAY).outline
    inside = outline.representative_point()
    return Point.from_degrees(inside.x, inside.y)


@pytest.mark.usefixtures("gridded")
def test_whoever_answers_for_a_grid_is_found_with_the_point():
    assert put(keeper()) == 1
    found = queries.locate(spot(), on=TODAY)
    assert found.responsibility_grid == GRID
    assert [(one.post, one.unit) for one in found.responsible] == [(Post.COLLECTOR, "centre")]
    entry = entries_of(facts.DUTIES)[-1]
    assert (entry.type, entry.facts["added"], entry.facts["ended"]) == ("places.duties-set", 1, 0)
    assert verify().intact


@pytest.mark.usefixtures("gridded")
def test_the_people_behind_a_post_are_those_who_hold_it_now():
    put(keeper())
    keepers = queries.locate(spot(), on=TODAY).responsible
    found = queries.responsible_people(keepers, at=MONDAY_9AM)
    expected = people.appointments(at=MONDAY_9AM, post=Post.COLLECTOR, unit="centre")
    assert {one.member for one in found} == {one.member for one in expected}
    assert all(one.number and one.name for one in found)


@pytest.mark.usefixtures("gridded")
def test_a_member_who_left_the_post_answers_no_longer():
    first, *_ = people.appointments(at=MONDAY_9AM, post=Post.COLLECTOR, unit="centre")
    put(keeper(member=first.member))
    keepers = queries.locate(spot(), on=TODAY).responsible
    assert [one.member for one in queries.responsible_people(keepers, at=MONDAY_9AM)] == [first.member]
    staff.end_appointment(first.uid, at=MONDAY_9AM)
    assert queries.responsible_people(keepers, at=MONDAY_9AM + timedelta(minutes=1)) == []


@pytest.mark.usefixtures("gridded")
def test_a_new_order_ends_the_old_one_on_its_first_day():
    put(keeper())
    put(keeper(post=Post.CHECKER, from_on=DECEMBER), ended=[GRID], from_on=DECEMBER)
    held = {on: [one.post for one in queries.duties(on=on, grid=GRID)] for on in (TODAY, DECEMBER)}
    assert held == {TODAY: [Post.COLLECTOR], DECEMBER: [Post.CHECKER]}
    assert [one.post for one in queries.locate(spot(), on=TODAY).responsible] == [Post.COLLECTOR]
    assert verify().intact


@pytest.mark.usefixtures("gridded")
@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (keeper("990001001001R001"), operations.GridUnknown),
        (keeper(until_on=JANUARY), operations.DutyEndsBeforeItBegins),
        (keeper(unit="nobody"), NotFound),
        (keeper(post="\u3000"), NameBlank),
        (keeper(post="x" * 41), NameTooLong),
    ],
    ids=["a grid that is none", "ends as it begins", "a unit that is none", "no post", "no room for the post"],
)
def test_what_nobody_could_answer_for_is_refused(wanted, refusal):
    with pytest.raises(refusal):
        put(wanted)
    assert GridDuty.objects.count() == 0


@pytest.mark.usefixtures("gridded")
def test_whoever_has_left_answers_for_no_grid():
    chen = staff.with_account("8001", at=MONDAY_9AM - timedelta(days=1))
    end_member(chen, seen=1, by=FOUNDER, at=MONDAY_9AM)
    with pytest.raises(MemberEnded):
        put(keeper(member=chen))
    assert GridDuty.objects.count() == 0


@pytest.mark.usefixtures("gridded")
def test_whoever_lost_the_power_meanwhile_puts_no_duty_and_no_layer(monkeypatch):
    post = people.appointments(at=MONDAY_9AM, post=Post.SYSTEM_ADMINISTRATOR)[0]
    staff.appoint(staff.with_account("8001", at=MONDAY_9AM), post=post.post, unit=post.unit, at=MONDAY_9AM)
    editions, asked = (queries.edition(), queries.duties_edition()), people.require_administration

    def asked_before_the_post_ended(by, act, *, at):
        asked(by, act, at=at)
        monkeypatch.setattr(people, "require_administration", asked)
        staff.end_appointment(post.uid, at=MONDAY_9AM)

    planned = operations.plan_made_groups(about=3, from_on=JANUARY, on=TODAY)
    for change in (
        partial(put, keeper(), by=post.actor()),
        partial(operations.import_layer, planned, seen=editions[0], by=post.actor(), at=MONDAY_9AM),
    ):
        with transaction.atomic():
            monkeypatch.setattr(people, "require_administration", asked_before_the_post_ended)
            with pytest.raises(NotAppointed):
                change()
            transaction.set_rollback(True)
    assert (queries.edition(), queries.duties_edition()) == editions


@pytest.mark.usefixtures("gridded")
def test_nobody_answers_twice_for_a_grid_at_the_same_time():
    put(keeper())
    for again in (keeper(), keeper(from_on=DECEMBER)):
        with pytest.raises(operations.DutyTwice):
            put(again)
    assert GridDuty.objects.count() == 1


@pytest.mark.usefixtures("gridded")
def test_only_the_administrator_says_who_answers_and_on_what_they_have_seen():
    put(keeper(post=Post.CHECKER))
    change = partial(operations.put_duties, [keeper()], from_on=JANUARY, at=MONDAY_9AM)
    powers.only_the_administrator_makes(
        change, act="places.assign", stream=facts.DUTIES, edition=queries.duties_edition
    )
    later = partial(operations.put_duties, [keeper(from_on=DECEMBER)], from_on=JANUARY, at=MONDAY_9AM)
    powers.nobody_makes_it_on_an_old_picture(later, thing=facts.DUTIES, edition=queries.duties_edition)


@pytest.mark.usefixtures("gridded")
def test_a_duty_changed_by_hand_is_named_by_verification():
    put(keeper())
    GridDuty.objects.update(unit="bureau-350203")
    assert {(one.damage, one.stream) for one in verify().findings} == {(Damage.SNAPSHOT_ALTERED, facts.DUTIES)}


@pytest.mark.usefixtures("gridded")
def test_a_change_of_duties_counts_from_the_next_look_and_keeps_the_map_of_grids():
    before = maps().ground(on=TODAY).cells
    assert queries.locate(spot(), on=TODAY).responsible == ()
    put(keeper())
    assert len(queries.locate(spot(), on=TODAY).responsible) == 1
    assert maps().ground(on=TODAY).cells is before


@pytest.mark.django_db(transaction=True)
def test_of_two_who_say_at_once_who_answers_one_is_told_that_it_changed():
    put_city()
    found_grids()
    seen = queries.duties_edition()
    results = at_once(*[partial(put, replace(keeper(), post=post), seen=seen) for post in (Post.CHECKER, Post.HANDLER)])
    (refused,) = [one for one in results if isinstance(one, Exception)]
    assert isinstance(refused, ChangedMeanwhile)
    assert GridDuty.objects.count() == 1
    assert verify().intact


@pytest.mark.usefixtures("gridded")
def test_a_shift_leader_imports_no_layer():
    from gongzhi.people.rules import NotPermitted

    planned = operations.plan_made_groups(about=3, from_on=JANUARY, on=TODAY)
    with pytest.raises(NotPermitted):
        operations.import_layer(planned, seen=queries.edition(), by=member(Post.SHIFT_LEADER), at=MONDAY_9AM)
