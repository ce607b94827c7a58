"""Islands, stations, airports and development zones outrank the tree of divisions when a unit is suggested."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import shapely

from gongzhi.audit.queries import entries_of
from gongzhi.cases import queries as cases
from gongzhi.dispatch import operations as dispatch
from gongzhi.dispatch import queries
from gongzhi.dispatch.operations import NoResponsibleUnit
from gongzhi.dispatch.rules import Rule
from gongzhi.intake.states import Channel
from gongzhi.people.states import Post
from gongzhi.places import operations as places
from gongzhi.places import queries as place_queries
from gongzhi.places.rules import Keeper
from gongzhi.places.states import BorderState
from gongzhi.places.tests.gridtown import given, layer_file
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, staff, turns
from gongzhi.testing.borders import HULI_SIDE, IN_SIMING, SIMING_SIDE
from gongzhi.testing.cases import filed_case
from gongzhi.testing.moves import HULI_BUREAU, MONDAY_9AM, SIMING_BUREAU, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

JANUARY, TODAY = date(2026, 1, 1), date(2026, 11, 23)
AROUND_THE_CASE = shapely.box(118.085, 24.455, 118.095, 24.465)


def put(*rules):
    dispatch.put_rules(rules, seen=queries.edition(), by=FOUNDER, at=MONDAY_9AM)


def put_station(unit):
    """Have a railway station around the usual case, for which somebody answers."""
    told = {"name": ["厦门站"], "kind": ["station"], "unit": [unit]}
    file = given(layer_file({"STN": AROUND_THE_CASE}, **told))
    plan = places.plan_layer(file, layer="overlays", from_on=JANUARY, on=TODAY)
    places.import_layer(plan, seen=place_queries.edition(), by=FOUNDER, at=MONDAY_9AM)


def put_keepers(case):
    """Cut the community of a case into grids, and let collectors keep the one around it; return its code."""
    cut = places.plan_made_grid(within=case.area, cell_m=200, from_on=JANUARY, on=TODAY)
    places.import_layer(cut, seen=place_queries.edition(), by=FOUNDER, at=MONDAY_9AM)
    groups = places.plan_made_groups(about=5, from_on=JANUARY, on=TODAY)
    places.import_layer(groups, seen=place_queries.edition(), by=FOUNDER, at=MONDAY_9AM)
    ground = cases.ground_of(case)
    grid = "" if ground is None else ground.responsibility_grid or ""
    keeper = Keeper(grid=grid, post=Post.COLLECTOR, unit="centre", from_on=JANUARY)
    places.put_duties([keeper], from_on=JANUARY, seen=0, by=FOUNDER, at=MONDAY_9AM)
    return grid


def test_the_unit_of_an_overlay_area_answers_before_the_rule_of_the_district_and_the_reason_is_kept():
    case = filed_case()
    assert queries.suggest(case.uid, at=case.moved_at).ground.overlay is None
    put_station("municipal")
    grid = put_keepers(case)
    found = queries.suggest(case.uid, at=case.moved_at)
    assert (found.unit_code, found.by, found.source) == ("municipal", "overlay", "STN")
    assert found.weighed == ("overlay STN", "area 350200/350203")
    assert (found.ground.responsibility_grid, [one.post for one in found.ground.responsible]) == (grid, ["collector"])
    told = entries_of(moves.dispatch(case).stream)[-1].facts
    assert (told["by"], told["source"], told["weighed"]) == ("overlay", "STN", list(found.weighed))


def test_what_gives_way_to_an_overlay_area_and_what_does_not():
    case = filed_case()
    put_station("municipal")
    vendors = Rule(code="vendors", unit_code="sanitation", class_prefix=moves.STREET_VENDOR, from_on=JANUARY)
    for rule, expected in (
        (Rule(code="all", unit_code="bureau", from_on=JANUARY), ("municipal", "overlay STN")),
        (replace(vendors, area="350200/350203"), ("municipal", "overlay STN")),  # vendors in a division
        (vendors, ("sanitation", "vendors")),  # vendors wherever they are
    ):
        put(rule)
        found = queries.suggest(case.uid, at=case.moved_at)
        assert (found.unit_code, found.weighed[0]) == expected
        assert "overlay STN" in found.weighed
    staff.end_unit("municipal", successor="water", at=case.moved_at)
    put(replace(vendors, area="350200/350203"))
    assert queries.suggest(case.uid, at=case.moved_at).unit_code == "water"
    staff.end_unit("water", at=case.moved_at)
    found = queries.suggest(case.uid, at=case.moved_at)
    assert (found.unit_code, found.by, "overlay STN" in found.weighed) == ("sanitation", "rule", False)


def test_an_overlay_area_of_somebody_who_is_none_of_ours_is_told_and_the_rules_answer():
    put_station("铁路公安处")
    case = filed_case()
    found = queries.suggest(case.uid, at=case.moved_at)
    assert (found.unit_code, found.by, found.ground.overlay.unit) == (SIMING_BUREAU, "rule", "铁路公安处")


def test_without_rules_and_without_a_norm_the_overlay_area_answers_alone():
    put(*[Rule(code=one.code, unit_code=one.unit_code, from_on=JANUARY, until_on=TODAY) for one in queries.all_rules()])
    case = filed_case()
    with pytest.raises(NoResponsibleUnit):
        queries.suggest(case.uid, at=case.moved_at)
    put_station("municipal")
    assert queries.suggest(case.uid, at=case.moved_at).weighed == ("overlay STN",)


def near_the_border(*, received_by=None):
    case = moves.case_of(moves.report(place=IN_SIMING, channel=Channel.PATROL))
    if received_by is not None:
        seen = place_queries.border(case.uid).version
        places.receive(case.uid, area=received_by, seen=seen, by=member(Post.ACCEPTOR), at=MONDAY_9AM)
    return moves.file(moves.accept(case))


def test_near_a_border_the_rules_of_the_division_that_received_the_matter_speak():
    case = near_the_border(received_by=HULI_SIDE)
    assert (case.area, moves.dispatch(case).unit_code) == (SIMING_SIDE, HULI_BUREAU)


@pytest.mark.parametrize(("unit", "counts_to"), [(HULI_BUREAU, HULI_SIDE), ("bikes", "")])
def test_a_ruling_between_two_sides_settles_the_credit_where_it_is_clear(unit, counts_to):
    returned = turns.send_away(moves.dispatch(near_the_border()), proposed=unit)
    ruled = turns.arbitrate(returned, unit=unit)
    border = place_queries.border(ruled.uid)
    assert (border.counts_to, border.acting) == (counts_to, SIMING_SIDE)
    assert (border.state is BorderState.SETTLED) is bool(counts_to)
