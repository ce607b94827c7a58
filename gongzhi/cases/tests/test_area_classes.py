"""The same matter has other limits in the core, in an ordinary street and in the fringe."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gongzhi.cases import operations as cases
from gongzhi.cases import queries
from gongzhi.cases.rules import ConditionOfOtherArea
from gongzhi.cases.states import CaseState
from gongzhi.intake.operations import place_at
from gongzhi.intake.rules import GivenPlace
from gongzhi.kernel.geo import Crs
from gongzhi.kernel.units import Limit
from gongzhi.norms import operations as norms
from gongzhi.norms import queries as norm_queries
from gongzhi.norms.rules import ConditionDraft
from gongzhi.places.states import AreaClass
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves
from gongzhi.testing.cases import accepted_case, filed_case, reported_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

ORDINARY = moves.SIMING
CORE = GivenPlace(118.062, 24.447)
"""Gulangyu."""
FRINGE = GivenPlace(118.055, 24.78)
"""The town of Lianhua."""
OF_THE_CORE = "event-09001-1-A"
OF_THE_FRINGE = "event-09001-1-C"


@pytest.fixture(autouse=True)
def four_hours_in_the_fringe(city):
    """The city gives its fringe more time for a vendor than the defaults do."""
    before = norm_queries.filing_condition(moves.VENDOR_BY_DAY, on=date(2026, 11, 23))
    general = ConditionDraft(**{name: getattr(before, name) for name in ConditionDraft.__slots__})
    norms.put_condition(
        replace(general, code=OF_THE_FRINGE, area_class=AreaClass.FRINGE, limit=Limit.parse("work_hour:4")),
        from_on=date(2026, 1, 1),
        seen=norm_queries.edition(),
        by=FOUNDER,
        at=moves.MONDAY_9AM,
    )


@pytest.mark.parametrize(
    ("place", "area_class", "condition", "minutes_to_file", "hours_to_handle"),
    [
        (ORDINARY, AreaClass.GENERAL, moves.VENDOR_BY_DAY, 60, 2),
        (CORE, AreaClass.CORE, OF_THE_CORE, 60, 1),
        (FRINGE, AreaClass.FRINGE, OF_THE_FRINGE, 120, 4),
    ],
)
def test_limits_follow_the_area_in_which_the_case_lies(place, area_class, condition, minutes_to_file, hours_to_handle):
    accepted = accepted_case(place=place)
    assert accepted.area_class == area_class
    filing = queries.stages(accepted.uid)[-1]
    assert (filing.stage, filing.due_at - filing.started_at) == ("file", timedelta(minutes=minutes_to_file))
    filed = moves.file(accepted, condition=condition)
    assert filed.limit_text == f"work_hour:{hours_to_handle}"


@pytest.mark.parametrize(
    ("place", "condition", "choices"),
    [
        (ORDINARY, OF_THE_CORE, "event-09001-1、event-09001-2、event-09001-3"),
        (ORDINARY, OF_THE_FRINGE, "event-09001-1、event-09001-2、event-09001-3"),
        (FRINGE, OF_THE_CORE, "event-09001-1-C、event-09001-2、event-09001-3"),
        # the core has a condition of its own in the place of the general one
        (CORE, moves.VENDOR_BY_DAY, "event-09001-1-A、event-09001-2、event-09001-3"),
    ],
)
def test_a_case_is_not_filed_under_a_condition_that_does_not_hold_where_it_lies(place, condition, choices):
    case = accepted_case(place=place)
    found = norm_queries.filing_condition(condition, on=date(2026, 11, 23)).area_class
    with pytest.raises(ConditionOfOtherArea) as refused:
        moves.file(case, condition=condition)
    assert refused.value.facts == {
        "condition": condition,
        "found": found.value,
        "area_class": case.area_class,
        "choices": choices,
    }
    assert moves.now(case) == case


def test_a_general_condition_holds_wherever_the_area_has_none_of_its_own():
    assert filed_case(place=FRINGE, condition=moves.VENDOR_IN_THE_EVENING).state is CaseState.FILED


def test_a_case_whose_place_is_found_later_takes_the_class_of_that_place(acceptor):
    case = reported_case(place=GivenPlace(address="莲花镇政府旁"))
    assert case.area_class == AreaClass.ANY
    place = place_at(118.055, 24.78, crs=Crs.WGS84, at=case.moved_at)
    located = cases.locate_case(case.uid, place=place, seen=case.version, by=acceptor, at=case.moved_at)
    assert located.area_class == AreaClass.FRINGE
