"""How strictly the parts of the city are managed: stated by some divisions, inherited by those below."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib import resources

import orjson
import pytest
from django.db import IntegrityError, transaction

from gongzhi.audit.verify import verify
from gongzhi.kernel.geo import Crs, Point
from gongzhi.places import operations, queries
from gongzhi.places.models import Division
from gongzhi.places.states import AreaClass, DivisionLevel
from gongzhi.places.tests.napkin import IMPORTED_AT, SURVEYOR, box, draft, napkin_city, take_over

TODAY = date(2026, 3, 2)
IN_W1 = Point.from_degrees(118.05, 24.02)
IN_W_NORTH = Point.from_degrees(118.05, 24.08)
IN_E = Point.from_degrees(118.15, 24.05)
AT_SEA = Point.from_degrees(118.5, 24.05)
CITY, WEST, EAST, FIRST_STREET, *_ = napkin_city()

pytestmark = pytest.mark.django_db


@pytest.fixture
def managed_city():
    """The city is general, its western district fringe, and one street of that is core."""
    take_over(
        replace(CITY, area_class=AreaClass.GENERAL),
        replace(WEST, area_class=AreaClass.FRINGE),
        replace(FIRST_STREET, area_class=AreaClass.CORE),
        EAST,
        *napkin_city()[4:],
    )


@pytest.mark.usefixtures("managed_city")
def test_a_division_is_managed_as_it_states_or_as_the_nearest_above_it_that_does():
    expected = {"C": "B", "E": "B", "W": "C", "W1": "A", "W1a": "A", "W2": "C"}
    assert {one.code: one.area_class.value for one in queries.divisions(on=TODAY)} == expected
    assert {code: queries.division(code).area_class.value for code in expected} == expected
    assert {one.area_class for one in queries.divisions(on=TODAY, level=DivisionLevel.COMMUNITY)} == {AreaClass.CORE}


@pytest.mark.usefixtures("managed_city")
def test_a_point_is_managed_as_the_division_it_lies_in():
    found = [queries.locate(point, on=TODAY).area_class.name for point in (IN_W1, IN_W_NORTH, IN_E, AT_SEA)]
    assert found == ["CORE", "FRINGE", "GENERAL", "ANY"]
    assert queries.locate(IN_W_NORTH, division="W2", on=TODAY).area_class is AreaClass.FRINGE
    assert queries.locate(IN_W1, division="W1a", on=TODAY).area_class is AreaClass.CORE


@pytest.mark.usefixtures("city")
def test_a_city_that_states_none_has_none():
    assert queries.locate(IN_W1, on=TODAY).area_class is AreaClass.ANY
    assert {one.area_class for one in queries.divisions(on=TODAY)} == {AreaClass.ANY}


@pytest.mark.usefixtures("city")
def test_a_division_without_a_class_gives_the_row_that_was_hashed_before_there_were_any():
    rows = {row[1]: row for row in queries.snapshot_rows()}
    assert len(rows["W1"]) == 11
    take_over(replace(FIRST_STREET, area_class=AreaClass.FRINGE))
    assert {row[1]: row for row in queries.snapshot_rows()}["W1"] == (*rows["W1"], "C")


@pytest.mark.usefixtures("managed_city")
def test_a_source_that_says_nothing_of_a_class_takes_none_away_and_one_that_says_so_does():
    take_over(replace(FIRST_STREET, name_zh="一街"))
    assert queries.division("W1").area_class is AreaClass.CORE
    take_over(replace(FIRST_STREET, area_class=AreaClass.ANY))
    assert queries.division("W1").area_class is AreaClass.FRINGE
    assert queries.locate(IN_W1, on=TODAY).area_class is AreaClass.FRINGE
    assert verify().intact


def geojson(**properties):
    told = {"code": "C", "level": "city", "name_zh": "市", "from_on": "2004-01-01", **properties}
    outline = orjson.loads(box(118.0, 24.0, 118.2, 24.1))
    return orjson.dumps({"features": [{"properties": told, "geometry": outline}]})


@pytest.mark.parametrize(
    ("properties", "area_class"),
    [
        ({}, None),
        ({"area_class": None}, None),
        ({"area_class": ""}, AreaClass.ANY),
        ({"area_class": "C"}, AreaClass.FRINGE),
    ],
)
def test_a_file_may_state_the_class_of_each_division(properties, area_class):
    (read,) = operations.drafts_from_geojson(geojson(**properties))
    assert read.area_class is area_class


def test_a_class_that_nobody_knows_is_refused_with_the_number_of_its_feature():
    with pytest.raises(operations.DivisionsUnreadable) as refused:
        operations.import_geojson(
            geojson(area_class="Z"), source="napkin", crs=Crs.WGS84, seen=0, by=SURVEYOR, at=IMPORTED_AT
        )
    assert refused.value.facts["feature"] == 1
    assert queries.edition() == 0


@pytest.mark.usefixtures("city")
def test_the_database_itself_keeps_out_a_class_that_nobody_knows():
    with pytest.raises(IntegrityError), transaction.atomic():
        Division.objects.filter(code="W").update(area_class="Z")


def test_the_schematic_city_is_general_with_a_core_and_a_fringe():
    pack = resources.files("gongzhi.scenarios.packs.xiamen") / "divisions.geojson"
    stated = {one.code: one for one in operations.drafts_from_geojson(pack.read_bytes()) if one.area_class}
    assert stated.pop("350200").area_class is AreaClass.GENERAL
    assert all(one.level is DivisionLevel.STREET for one in stated.values())
    assert {one.area_class for one in stated.values()} == {AreaClass.CORE, AreaClass.FRINGE}


@pytest.mark.usefixtures("managed_city")
def test_a_street_that_moves_is_managed_as_its_new_district():
    take_over(draft("W2", DivisionLevel.STREET, "E"))
    assert queries.division("W2").area_class is AreaClass.GENERAL
