"""Night duty: urgent matters in fewer hands for some hours, each told, and looked back upon by somebody else."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of, held_by_entry
from gongzhi.audit.verify import verify
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.kernel.refusals import NotFound
from gongzhi.parameters import operations as parameters
from gongzhi.parameters import queries as parameter_queries
from gongzhi.people import operations as people
from gongzhi.people import queries, registry
from gongzhi.people.models import NightDuty
from gongzhi.people.operations import (
    AreaUnreadable,
    EndsBeforeItBegins,
    GroundsNeeded,
    NightDutyInThePast,
    NightDutyOver,
    NightDutyRunning,
    NightDutyTooLong,
    NightDutyTooOften,
    NotPermitted,
    OwnNightDuty,
    SamePerson,
)
from gongzhi.people.rules import Crossing, Matter, Permission, may_be_relaxed
from gongzhi.people.states import ADMINISTRATORS, NightDutyState, Post, ReviewOutcome
from gongzhi.people.tests.persons import A_DAY, AN_HOUR, SIMING, add, duty_leader, in_post, substitute
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import staff
from gongzhi.testing.moves import MONDAY_9AM, local, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

EVENING, MORNING = local("2026-11-23 20:00"), local("2026-11-24 06:00")
MIDNIGHT = local("2026-11-24 00:00")
HULI = "350200/350206"
CLOSE, CHECK = "case.close", "case.pass_check"


def declare(*, by, area=SIMING, from_at=EVENING, until_at=MORNING, grounds="台风值守，人手不足", at=EVENING):
    return people.declare_night_duty(area, from_at=from_at, until_at=until_at, grounds=grounds, by=by, at=at)


def end(uid, *, by, at):
    people.end_night_duty(uid, seen=queries.night_duty_of(uid).version, by=by, at=at)


def review(uid, *, by, at=MORNING + AN_HOUR, outcome=ReviewOutcome.PROPER, words="均属紧急，处置得当", seen=None):
    version = queries.night_duty_of(uid).version if seen is None else seen
    people.review_night_duty(uid, outcome=outcome, words=words, seen=version, by=by, at=at)


def urgent(*hands, area=SIMING, act=CHECK):
    return Matter(area=area, urgent=True, hands={act: hands})


@pytest.fixture
def wu(city):
    """The duty leader of one district."""
    return duty_leader()


@pytest.fixture
def leader(city):
    """The shift leader, who tonight does what two would do by day."""
    return member(Post.SHIFT_LEADER)


@pytest.fixture
def inspector(city):
    return in_post("9201", Post.CONDUCT_INSPECTOR, "bureau")


# --- what it relaxes ------------------------------------------------------------------------------------------------


def test_by_night_an_urgent_matter_may_lie_in_fewer_hands(wu, leader):
    with pytest.raises(SamePerson):
        queries.require(leader, CLOSE, urgent(leader.id), at=MIDNIGHT)
    night = declare(by=wu)
    permission = queries.require(leader, CLOSE, urgent(leader.id), at=MIDNIGHT)
    assert permission == Permission(CLOSE, night_duty=str(night), crossed=(CHECK,))
    assert permission.told() == {"relaxed": f"night_duty:{night}"}


@pytest.mark.parametrize(
    ("matter", "at"),
    [
        (Matter(area=SIMING, hands={CHECK: ("me",)}), MIDNIGHT),  # it can wait for the morning
        (Matter(area=HULI, urgent=True, hands={CHECK: ("me",)}), MIDNIGHT),
        (Matter(urgent=True, hands={CHECK: ("me",)}), MIDNIGHT),  # nobody knows where it lies
        (Matter(area=f"{SIMING}1", urgent=True, hands={CHECK: ("me",)}), MIDNIGHT),
        (Matter(area=SIMING, urgent=True, hands={CHECK: ("me",)}), EVENING - AN_HOUR),
        (Matter(area=SIMING, urgent=True, hands={CHECK: ("me",)}), MORNING),
    ],
)
def test_what_is_not_urgent_lies_elsewhere_or_comes_at_another_hour_stays_in_separate_hands(wu, leader, matter, at):
    declare(by=wu)
    own = Matter(area=matter.area, urgent=matter.urgent, hands={CHECK: (leader.id,)})
    with pytest.raises(SamePerson):
        queries.require(leader, CLOSE, own, at=at)


def test_hands_that_are_separate_leave_no_mark(wu, leader):
    declare(by=wu)
    permission = queries.require(leader, CLOSE, urgent("somebody else"), at=MIDNIGHT)
    assert permission == Permission(CLOSE)
    assert people.tell_relaxed(permission, about="case:1", by=leader, at=MIDNIGHT) == {}


def test_a_night_gives_no_power_that_the_post_has_not(wu):
    declare(by=wu)
    with pytest.raises(NotPermitted):
        queries.require(member(Post.ACCEPTOR), CLOSE, urgent(), at=MIDNIGHT)


def test_what_was_declared_firm_holds_by_night_as_by_day(wu, leader, monkeypatch):
    monkeypatch.setattr(registry, "_separations", dict(registry._separations))
    registry.register_separation(CLOSE, not_after=["case.review_appeal"], firm=True)
    declare(by=wu)
    with pytest.raises(SamePerson):
        queries.require(leader, CLOSE, urgent(leader.id, act="case.review_appeal"), at=MIDNIGHT)
    registry.register_separation(CLOSE, not_after=["case.file"])
    with pytest.raises(SamePerson):  # firm for one room is firm
        queries.require(leader, CLOSE, urgent(leader.id, act="case.file"), at=MIDNIGHT)


def test_no_separation_around_an_appeal_is_ever_relaxed():
    around_appeals = [one for one in registry.separations() if "appeal" in one.act]
    assert [one.act for one in around_appeals if not one.firm] == []


@pytest.mark.parametrize("post", sorted(ADMINISTRATORS))
def test_the_three_administrators_stay_three_by_night(post):
    met = [Crossing(CLOSE, CHECK, "li")]
    tonight = {"matter": urgent("li"), "area": SIMING, "declared_by": "wu"}
    assert may_be_relaxed(met, post=Post.SHIFT_LEADER, **tonight)
    assert not may_be_relaxed(met, post=post, **tonight)


def test_whoever_lets_hands_be_fewer_is_not_one_of_them(wu):
    declare(by=wu)
    staff.appoint(UUID(wu.id), post=Post.SHIFT_LEADER, unit="centre", at=EVENING)
    own = Actor(wu.id, ActorKind.MEMBER, Post.SHIFT_LEADER, "centre")
    with pytest.raises(SamePerson):
        queries.require(own, CLOSE, urgent(wu.id), at=MIDNIGHT)


# --- what it leaves behind ------------------------------------------------------------------------------------------


def relax(leader, *, at=MIDNIGHT, about="case:0001"):
    permission = queries.require(leader, CLOSE, urgent(leader.id), at=at)
    return people.tell_relaxed(permission, about=about, by=leader, at=at)


def test_each_relaxed_act_is_told_and_listed_for_the_next_day(wu, leader):
    night = declare(by=wu)
    assert relax(leader) == {"relaxed": f"night_duty:{night}"}
    relax(leader, at=MIDNIGHT + AN_HOUR, about="case:0002")
    listed = queries.relaxed_acts(from_at=EVENING, until_at=MORNING)
    assert [(one.act, one.about, one.crossed, one.member) for one in listed] == [
        (CLOSE, "case:0001", (CHECK,), leader.id),
        (CLOSE, "case:0002", (CHECK,), leader.id),
    ]
    assert queries.relaxed_acts(from_at=MORNING) == []
    assert len(queries.relaxed_acts(night_duty=night)) == queries.night_duty_of(night).relaxed == 2
    told = entries_of(f"night_duty:{night}")[1]
    assert (told.type, told.facts["about"], told.actor.id) == ("night_duty.relaxed", "case:0001", leader.id)
    assert verify().intact


def test_a_substitutes_relaxed_act_names_both(wu, leader):
    declare(by=wu)
    (post,) = [one for one in queries.appointments(at=MONDAY_9AM) if one.actor() == leader]
    lin = add("8001")
    by = queries.substitution(substitute(post.uid, lin)).actor()
    permission = queries.require(by, CLOSE, urgent(leader.id), at=MIDNIGHT)
    people.tell_relaxed(permission, about="case:1", by=by, at=MIDNIGHT)
    (listed,) = queries.relaxed_acts()
    assert (listed.member, listed.on_behalf_of) == (str(lin), leader.id)


def test_an_act_that_is_undone_leaves_no_mark(wu, leader):
    night = declare(by=wu)
    with transaction.atomic():
        relax(leader)
        transaction.set_rollback(True)
    assert queries.relaxed_acts() == []
    assert queries.night_duty_of(night).version == 1


def test_a_permission_under_a_night_that_never_was_is_no_permission(leader):
    with pytest.raises(NotFound):
        people.tell_relaxed(Permission(CLOSE, night_duty=str(new_id())), about="case:1", by=leader, at=MIDNIGHT)


# --- declaring ------------------------------------------------------------------------------------------------------


def test_the_duty_leader_declares_it_where_the_unit_answers(wu):
    night = queries.night_duty_of(declare(by=wu, area=f"{SIMING}/350203001"))
    assert (night.area, night.declared_by, night.state) == (f"{SIMING}/350203001", wu.id, NightDutyState.DECLARED)
    assert held_by_entry(night.stream, names=["grounds"]) == {1: {"grounds": "台风值守，人手不足"}}
    for area in (HULI, "350200", ""):
        with pytest.raises(NotPermitted):
            declare(by=wu, area=area)
    assert declare(by=in_post("9102", Post.DUTY_LEADER, "bureau"), area="350200")


def test_nobody_else_declares_it(leader):
    for by in (leader, member(Post.LEADER), FOUNDER):
        with pytest.raises(NotPermitted):
            declare(by=by)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"grounds": "　"}, GroundsNeeded),
        ({"until_at": EVENING}, EndsBeforeItBegins),
        ({"from_at": EVENING - timedelta(minutes=1)}, NightDutyInThePast),
        ({"until_at": EVENING + timedelta(hours=12, minutes=1)}, NightDutyTooLong),
    ],
)
def test_a_night_without_reason_end_or_measure_is_refused(wu, said, refusal):
    with pytest.raises(refusal):
        declare(by=wu, **said)
    assert queries.night_duties() == []


def test_nights_do_not_follow_one_another_round_the_clock(wu):
    nights = [(EVENING + day * A_DAY, EVENING + day * A_DAY + 12 * AN_HOUR) for day in range(2)]
    for from_at, until_at in nights:
        declare(by=wu, from_at=from_at, until_at=until_at)
    by_day = {"from_at": nights[0][1] + AN_HOUR, "until_at": nights[0][1] + 2 * AN_HOUR}
    for area in (SIMING, f"{SIMING}/350203001"):
        with pytest.raises(NightDutyTooOften):
            declare(by=wu, area=area, **by_day)
    declare(by=wu, from_at=EVENING + AN_HOUR, until_at=MORNING)  # the same night once more adds nothing
    declare(by=in_post("9103", Post.DUTY_LEADER, "bureau-350206"), area=HULI, **by_day)


def test_how_long_a_night_lasts_is_a_setting_of_the_city(wu):
    assert declare(by=wu, until_at=EVENING + 12 * AN_HOUR)
    parameters.set_parameter("night_duty_most_h", 8, seen=parameter_queries.edition(), by=FOUNDER, at=MONDAY_9AM)
    with pytest.raises(NightDutyTooLong) as refused:
        declare(by=wu)
    assert refused.value.facts == {"most_h": 8}


def test_a_night_ends_early_and_one_that_has_not_begun_is_called_off(wu, leader):
    night = declare(by=wu)
    end(night, by=wu, at=MIDNIGHT)
    with pytest.raises(SamePerson):
        queries.require(leader, CLOSE, urgent(leader.id), at=MIDNIGHT)
    with pytest.raises(NightDutyOver):
        end(night, by=wu, at=MIDNIGHT)
    tomorrow = declare(by=wu, from_at=EVENING + A_DAY, until_at=MORNING + A_DAY)
    end(tomorrow, by=wu, at=MIDNIGHT)
    assert queries.night_duty(area=SIMING, at=MIDNIGHT + A_DAY) is None
    with pytest.raises(NotPermitted):
        end(declare(by=wu, from_at=MIDNIGHT, at=MIDNIGHT), by=leader, at=MIDNIGHT + AN_HOUR)
    assert verify().intact


def test_the_smaller_area_is_inside_the_night_of_the_larger_one(wu):
    night = declare(by=wu)
    found = queries.night_duty(area=f"{SIMING}/350203001", at=MIDNIGHT)
    assert found is not None
    assert found.uid == night
    assert queries.night_duty(area="350200", at=MIDNIGHT) is None


# --- looking back ---------------------------------------------------------------------------------------------------


def test_a_night_stays_open_until_somebody_else_has_looked_back_upon_it(wu, inspector):
    night = declare(by=wu)
    assert queries.unreviewed_night_duties(at=MIDNIGHT) == []
    assert [one.uid for one in queries.unreviewed_night_duties(at=MORNING)] == [night]
    assert queries.night_duty_of(night).awaits_review(at=MORNING)
    review(night, by=inspector, outcome=ReviewOutcome.IMPROPER, words="一件并不紧急")
    row = queries.night_duty_of(night)
    assert (row.state, row.outcome, row.reviewed_by) == (NightDutyState.REVIEWED, "improper", inspector.id)
    assert queries.unreviewed_night_duties(at=MORNING) == []
    assert held_by_entry(row.stream, names=["words"]) == {2: {"words": "一件并不紧急"}}
    assert verify().intact
    with pytest.raises(MoveNotAllowed):
        review(night, by=inspector)


def test_nobody_reviews_a_night_that_they_declared_or_acted_in(wu, leader, inspector):
    night = declare(by=wu)
    relax(leader)
    for by in (wu, leader):
        reviewer = also_a_leader(by, at=MORNING)
        with pytest.raises(OwnNightDuty):
            review(night, by=reviewer)
    review(night, by=inspector)


def also_a_leader(by, *, at):
    """Return the same person in a post that reviews."""
    staff.appoint(UUID(by.id), post=Post.LEADER, unit="bureau", at=at)
    return Actor(id=by.id, kind=ActorKind.MEMBER, post=Post.LEADER, unit="bureau")


def test_a_night_is_reviewed_when_it_is_over_in_words_by_those_who_may(wu, leader, inspector):
    night = declare(by=wu)
    with pytest.raises(NightDutyRunning):
        review(night, by=inspector, at=MORNING - AN_HOUR)
    with pytest.raises(GroundsNeeded):
        review(night, by=inspector, words=" ")
    with pytest.raises(NotPermitted):
        review(night, by=leader)
    with pytest.raises(ChangedMeanwhile):
        review(night, by=inspector, seen=7)
    with pytest.raises(NotFound):
        people.review_night_duty(new_id(), outcome=ReviewOutcome.PROPER, words="好", seen=1, by=inspector, at=MORNING)
    assert NightDuty.objects.get(uid=night).state == "declared"


def test_whoever_may_not_learns_neither_the_version_nor_the_state_of_a_night(wu, leader):
    night = declare(by=wu)
    with pytest.raises(NotPermitted):
        people.end_night_duty(night, seen=7, by=leader, at=MORNING)
    with pytest.raises(NotPermitted):
        review(night, by=leader, at=MIDNIGHT, words="", seen=7)


@pytest.mark.parametrize("area", [f"{SIMING}/", f"{SIMING}/ 350203001", f"{SIMING}/{'/'.join(['350203001'] * 20)}"])
def test_a_night_is_declared_for_a_path_of_division_codes(wu, area):
    with pytest.raises(AreaUnreadable):
        declare(by=wu, area=area)
