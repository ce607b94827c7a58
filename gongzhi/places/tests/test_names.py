"""Finding a place by its name, in what the city has on file."""

from __future__ import annotations

import pytest

from gongzhi.places import queries
from gongzhi.places.layers.gazetteer import Match
from gongzhi.places.tests.drawn import workbook
from gongzhi.places.tests.gridtown import (
    EAST,
    EAST_PATH,
    TODAY,
    WEST,
    WEST_PATH,
    found_town,
    given,
    layer_file,
    plan,
    square,
    take,
    take_quarters,
)
from gongzhi.places.tests.napkin import FOUNDED_ON

NAMES = workbook(
    [
        ["name", "kind", "曾用名", "lon", "lat"],
        ["中山公园", "公园", "第一公园；老公园", 118.0055, 24.0055],
        ["中山路步行街", "街巷", None, 118.0155, 24.0055],
        ["西河菜市场", "市场", None, None, None],
    ]
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town(db):
    found_town()
    take(plan(given(NAMES, "names.xlsx"), "names"))


def found(words: str, **more) -> list[str]:
    return [one.name for one in queries.search(words, on=TODAY, **more)]


def test_a_name_is_found_by_how_it_begins_and_by_its_pairs_of_characters():
    assert found("中山") == ["中山公园", "中山路步行街"]
    assert found("步行街")[0] == "中山路步行街"
    assert found("菜市场") == ["西河菜市场"]
    assert found("无此地名") == []


def test_a_former_name_leads_to_the_place():
    (hit,) = queries.search("老公园", on=TODAY, most=1)
    assert (hit.name, hit.layer, hit.kind, hit.code, hit.match) == ("老公园", "names", "公园", "2", Match.WHOLE)


def test_divisions_come_first_among_equals_and_say_where_they_lie():
    first, second = queries.search("西河", on=TODAY)
    assert (first.name, first.layer, first.kind, first.code, first.within) == (
        "西河社区",
        "divisions",
        "community",
        WEST,
        WEST_PATH,
    )
    assert first.point is not None
    assert 118.0 < first.point.lon < 118.01
    assert (second.name, second.point, second.within) == ("西河菜市场", None, "")


def test_a_place_is_looked_for_in_one_division_alone():
    assert found("中山", within=EAST_PATH) == ["中山路步行街"]
    assert queries.search("中山路", on=TODAY)[0].within == EAST_PATH
    assert EAST in queries.search("中山路", on=TODAY)[0].within


def test_buildings_and_overlay_areas_are_found_and_grids_are_not():
    take_quarters()
    take(plan(given(layer_file({"B1": square(118.0, 24.0)}, name=["西河大厦"])), "buildings"))
    take(plan(given(layer_file({"S": square(118.01, 24.0)}, name=["西河北站"], kind=["station"])), "overlays"))
    assert [(one.name, one.layer) for one in queries.search("西河", on=TODAY)] == [
        ("西河社区", "divisions"),
        ("西河北站", "overlays"),
        ("西河菜市场", "names"),
        ("西河大厦", "buildings"),
    ]
    assert all(one.layer != "unit-grids" for one in queries.search(f"{WEST}001", on=TODAY))


def test_names_count_from_the_day_of_their_layer():
    assert queries.search("中山", on=FOUNDED_ON)
    assert queries.search("中山", on=FOUNDED_ON.replace(year=2003)) == []


def test_before_anything_is_on_file_nothing_is_found(db):
    from gongzhi.places.models import PlacesVersion

    PlacesVersion.objects.all().delete()
    assert queries.search("中山", on=TODAY) == []
