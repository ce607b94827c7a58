"""Unit grids made where none are surveyed: schematic, within the digits, and never in the place of a survey."""

from __future__ import annotations

from datetime import date

import pytest
import shapely

from gongzhi.places import operations, queries
from gongzhi.places.layers.grids import GridTooFine
from gongzhi.places.tests.gridtown import (
    EAST,
    EAST_PATH,
    IN_THE_EAST,
    IN_THE_WEST,
    TODAY,
    WEST,
    found_town,
    given,
    layer_file,
    take,
    take_quarters,
)
from gongzhi.places.tests.napkin import FOUNDED_ON

pytestmark = pytest.mark.django_db


def made(**more) -> operations.LayerPlan:
    return operations.plan_made_grid(**{"from_on": FOUNDED_ON, "on": TODAY} | more)


def test_every_community_is_cut_by_its_class_of_area_and_marked_as_schematic():
    found_town()
    planned = take(made())
    cells = queries.features("unit-grids", on=TODAY)
    assert len(cells) == planned.added
    assert {one.code[:12] for one in cells} == {WEST, EAST}
    assert queries.layers()[0].editions[0].is_schematic
    assert 10_000 < cells[0].told["area_m2"] < 40_000
    assert queries.locate(IN_THE_EAST, on=TODAY).grid is not None
    assert made().changes_nothing


def test_the_side_of_the_cells_and_the_ground_may_be_chosen():
    found_town()
    built_up = given(layer_file({"1": shapely.box(118.01, 24.0, 118.02, 24.005)}), "built-up.geojson")
    whole, built = made(cell_m=100, within=EAST_PATH), made(cell_m=100, within=EAST_PATH, built_up=built_up)
    assert {one.parent for one in whole.edition.drafts} == {EAST}
    assert 0 < built.added < whole.added
    take(built)
    assert queries.locate(IN_THE_WEST, on=TODAY).grid is None


def test_more_cells_than_the_digits_can_count_are_refused():
    found_town()
    with pytest.raises(GridTooFine) as refused:
        made(cell_m=20)
    assert refused.value.facts["community"] == WEST
    assert int(refused.value.facts["fits_m"] or 0) > 20


def test_made_grids_never_take_the_place_of_surveyed_ones():
    found_town()
    take_quarters()
    with pytest.raises(operations.SurveyedGridsThere) as refused:
        made()
    assert refused.value.facts["source"] == "survey.geojson"


def test_without_communities_there_is_nothing_to_cut():
    found_town()
    with pytest.raises(operations.NothingToCut):
        made(from_on=date(1990, 1, 1))
    with pytest.raises(operations.NothingToCut):
        made(within="990009")
