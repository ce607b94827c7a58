"""Responsibility grids group unit grids."""

from __future__ import annotations

from functools import partial

import pytest
import shapely

from gongzhi.audit.verify import verify
from gongzhi.places import operations, queries
from gongzhi.places.tests.gridtown import (
    EAST,
    IN_THE_EAST,
    IN_THE_WEST,
    TODAY,
    WEST,
    found_town,
    given,
    layer_file,
    plan,
    quarters,
    take,
    take_quarters,
)
from gongzhi.places.tests.napkin import FOUNDED_ON

A_TABLE = "code,cell,name\n" + "".join(
    f"{code[:12]}R{1 if int(code[12:]) < 3 else 2},{code},网格{code[-1]}\n" for code in quarters()
)


@pytest.fixture
def town(db):
    found_town()
    take_quarters()


@pytest.mark.usefixtures("town")
def test_a_table_says_which_unit_grids_belong_together():
    planned = take(plan(given(A_TABLE.encode(), "groups.csv"), "responsibility-grids"))
    assert planned.added == 4
    found = queries.feature("responsibility-grids", f"{WEST}R1", on=TODAY)
    assert (found.told["cells"], found.parent) == ([f"{WEST}001", f"{WEST}002"], WEST)
    assert found.outline.equals(shapely.union_all([quarters()[f"{WEST}001"], quarters()[f"{WEST}002"]]))
    assert queries.locate(IN_THE_WEST, on=TODAY).responsibility_grid == f"{WEST}R1"
    assert verify().intact


@pytest.mark.usefixtures("town")
def test_drawn_responsibility_grids_get_the_unit_grids_whose_middle_they_hold():
    drawn = {"A": shapely.box(118.0, 24.0, 118.0101, 24.01), "B": shapely.box(118.0101, 24.0, 118.02, 24.01)}
    take(plan(given(layer_file(drawn)), "responsibility-grids"))
    assert queries.feature("responsibility-grids", "B", on=TODAY).told["cells"] == sorted(
        code for code in quarters() if code.startswith(EAST)
    )
    assert queries.locate(IN_THE_EAST, on=TODAY).responsibility_grid == "B"


BAD_TABLES = [
    pytest.param(f"code,cell\nA,{WEST}001\nA,{WEST}999\n", operations.CellsUnknown, id="an unknown cell"),
    pytest.param(f"code,cell\nA,{WEST}001\nB,{WEST}001\n", operations.CellTwice, id="a cell in two"),
    pytest.param(f"code,cell\nA,{WEST}001\nA,{EAST}001\n", operations.GroupAcrossCommunities, id="two communities"),
    pytest.param("code,name\nA,空\n", operations.GroupEmpty, id="no cell"),
]


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(("table", "refusal"), BAD_TABLES)
def test_unit_grids_that_cannot_belong_together_are_refused(table, refusal):
    with pytest.raises(refusal):
        plan(given(table.encode(), "groups.csv"), "responsibility-grids")


@pytest.mark.django_db
def test_without_unit_grids_there_is_nothing_to_group():
    found_town()
    for planned in (
        partial(plan, given(A_TABLE.encode(), "groups.csv"), "responsibility-grids"),
        partial(operations.plan_made_groups, about=2, from_on=FOUNDED_ON, on=TODAY),
    ):
        with pytest.raises(operations.NoUnitGrids):
            planned()


@pytest.mark.usefixtures("town")
def test_groups_are_made_where_none_were_drawn():
    take(operations.plan_made_groups(about=2, from_on=FOUNDED_ON, on=TODAY))
    found = queries.features("responsibility-grids", on=TODAY)
    assert [one.code for one in found] == [f"{WEST}R001", f"{WEST}R002", f"{EAST}R001", f"{EAST}R002"]
    assert sorted(cell for one in found for cell in one.told["cells"]) == sorted(quarters())
    assert queries.layers()[0].editions[0].is_schematic
