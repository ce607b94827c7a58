"""A town of two communities side by side, each a kilometre wide, that can be cut into unit grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import shapely

from gongzhi.kernel.geo import Point
from gongzhi.places import operations, queries
from gongzhi.places.layers.systems import declared
from gongzhi.places.operations import FileGiven, LayerPlan
from gongzhi.places.states import AreaClass, DivisionLevel
from gongzhi.places.tests.drawn import geojson
from gongzhi.places.tests.napkin import FOUNDED_ON, IMPORTED_AT, SURVEYOR, box, draft, take_over

TODAY = date(2026, 3, 2)
TOWN, DISTRICT, STREET = "990000", "990001", "990001001"
WEST, EAST = "990001001001", "990001001002"
STREET_PATH = f"{TOWN}/{DISTRICT}/{STREET}"
WEST_PATH, EAST_PATH = f"{STREET_PATH}/{WEST}", f"{STREET_PATH}/{EAST}"
BORDER_LON = 118.01
IN_THE_WEST = Point.from_degrees(118.0055, 24.0055)
IN_THE_EAST = Point.from_degrees(118.0155, 24.0055)
BESIDE_THE_BORDER = Point.from_degrees(BORDER_LON - 0.0001, 24.0055)
"""Some ten metres west of the border between the communities."""
AT_SEA = Point.from_degrees(118.03, 24.005)


def found_town() -> None:
    """Have the town on file."""
    whole = box(118.0, 24.0, 118.02, 24.01)
    take_over(
        draft(TOWN, DivisionLevel.CITY, outline=whole, area_class=AreaClass.GENERAL),
        draft(DISTRICT, DivisionLevel.DISTRICT, TOWN, outline=whole),
        draft(STREET, DivisionLevel.STREET, DISTRICT, outline=whole),
        draft(WEST, DivisionLevel.COMMUNITY, STREET, outline=box(118.0, 24.0, BORDER_LON, 24.01), name_zh="西河社区"),
        draft(EAST, DivisionLevel.COMMUNITY, STREET, outline=box(BORDER_LON, 24.0, 118.02, 24.01), name_zh="东山社区"),
    )


def square(west: float, south: float, *, side: float = 0.005) -> shapely.Geometry:
    """Return a square by its south-western corner."""
    return shapely.box(west, south, round(west + side, 7), round(south + side, 7))


def quarters() -> dict[str, shapely.Geometry]:
    """Return eight surveyed cells: four to each community, counted from the north-west."""
    cells = {}
    for community, west in ((WEST, 118.0), (EAST, BORDER_LON)):
        corners = [(0.0, 0.005), (0.005, 0.005), (0.0, 0.0), (0.005, 0.0)]
        for number, (right, up) in enumerate(corners, start=1):
            cells[f"{community}{number:03d}"] = square(round(west + right, 7), round(24.0 + up, 7))
    return cells


def given(content: bytes, file: str = "layer.geojson", *, system: str = "cgcs2000", **columns: str) -> FileGiven:
    """Return a file as somebody gives it."""
    return FileGiven(content=content, file=file, system=declared(system), columns=columns)


def layer_file(features: Mapping[str, shapely.Geometry], **more: Sequence[Any]) -> bytes:
    """Return a GeoJSON file of features by code; further properties are lists in the same order."""
    properties = [
        {"code": code} | {name: values[place] for name, values in more.items()} for place, code in enumerate(features)
    ]
    return geojson(list(features.values()), properties)


def plan(file: FileGiven, layer: str, *, from_on: date = FOUNDED_ON, **more: Any) -> LayerPlan:
    """Plan a layer."""
    return operations.plan_layer(file, layer=layer, from_on=from_on, on=TODAY, **more)


def take(planned: LayerPlan, **names: str) -> LayerPlan:
    """Take a planned layer over as the surveyor."""
    return operations.import_layer(planned, seen=queries.edition(), by=SURVEYOR, at=IMPORTED_AT, **names)


def take_quarters() -> LayerPlan:
    """Have the eight surveyed cells on file."""
    return take(plan(given(layer_file(quarters()), "survey.geojson"), "unit-grids"))
