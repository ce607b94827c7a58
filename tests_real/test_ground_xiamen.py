"""The real districts, streets, communities and names of Xiamen become the city's ground."""

from __future__ import annotations

import csv
import io
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from gongzhi.audit.verify import verify
from gongzhi.kernel.geo import Crs, to_point
from gongzhi.places import operations, queries
from gongzhi.places.layers.frames import LayerInAnotherSystem
from gongzhi.places.layers.systems import declared
from gongzhi.places.layers.tables import CodeMissing, CodeTwice, code_clashes
from gongzhi.places.layers.topology import FindingKind, Landmark, Tolerances
from gongzhi.places.operations import DivisionPlan, FileGiven, Imported, LayerPlan
from gongzhi.places.states import DivisionLevel, PlaceState
from gongzhi.places.tests.napkin import IMPORTED_AT, SURVEYOR, draft, take_over

TODAY, FROM_ON = date(2026, 3, 2), date(2020, 1, 1)
COARSE, FINER = "xiamen_districts_gcj02.geojson", "xiamen_districts_finer_gcj02.geojson"
POINTS, STREETS = "xiamen_street_points.csv", "xiamen_streets_modood_2024.csv"
COMMUNITIES, NAMES = "xiamen_communities_2021.csv", "xiamen_poi_gcj02.csv"

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(real_data: Path) -> Path:
    return real_data / "xiamen_geo"


@pytest.fixture
def city(db) -> None:
    take_over(draft("350200", DivisionLevel.CITY, name_zh="厦门市"))


def given(folder: Path, file: str, content: bytes | None = None, *, system: str = "gcj02", **columns: str) -> FileGiven:
    return FileGiven(
        content=(folder / file).read_bytes() if content is None else content,
        file=file,
        system=declared(system),
        columns=columns,
    )


def divisions(file: FileGiven, level: DivisionLevel, **more) -> DivisionPlan:
    return operations.plan_divisions(file, level=level, from_on=FROM_ON, on=TODAY, **more)


def take(plan: DivisionPlan) -> Imported:
    return operations.import_planned_divisions(plan, seen=queries.edition(), by=SURVEYOR, at=IMPORTED_AT)


def layer(file: FileGiven, key: str) -> LayerPlan:
    plan = operations.plan_layer(file, layer=key, from_on=FROM_ON, on=TODAY)
    return operations.import_layer(plan, seen=queries.edition(), by=SURVEYOR, at=IMPORTED_AT)


def street_points(folder: Path) -> list[Landmark]:
    with (folder / POINTS).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Landmark(name=row["street_code"], point=to_point(float(row["lon"]), float(row["lat"]), crs=Crs.GCJ02))
        for row in rows
    ]


@pytest.fixture
def districts(city, folder) -> DivisionPlan:
    plan = divisions(given(folder, COARSE, code="adcode"), DivisionLevel.DISTRICT, landmarks=street_points(folder))
    take(plan)
    return plan


def test_the_districts_come_in_and_the_one_street_their_shore_cuts_off_is_a_warning(districts, folder):
    assert districts.imported.added == 6
    assert districts.report is not None
    assert dict(districts.report.counts) == {FindingKind.SHORE_CUT_OFF: 1}
    found = [queries.locate(one.point, on=TODAY) for one in street_points(folder)]
    assert {one.state for one in found} == {PlaceState.LOCATED}
    assert sum(one.is_shore for one in found) == 1
    assert verify().intact


def test_the_finer_districts_take_over_only_in_the_system_they_are_in(districts, folder):
    tolerances = Tolerances(overlap_m=10.0)
    wrong = divisions(
        given(folder, FINER, system="wgs84", code="adcode", parent=""), DivisionLevel.DISTRICT, tolerances=tolerances
    )
    with pytest.raises(LayerInAnotherSystem) as refused:
        take(wrong)
    assert refused.value.facts["fits"] == "gcj02"
    right = divisions(given(folder, FINER, code="adcode", parent=""), DivisionLevel.DISTRICT, tolerances=tolerances)
    assert take(right).corrected == 6
    strict = divisions(given(folder, FINER, code="adcode", parent=""), DivisionLevel.DISTRICT)
    with pytest.raises(operations.LayerHasErrors):
        take(strict)


def test_streets_and_all_communities_but_those_with_shared_or_missing_codes_come_in(districts, folder):
    streets = divisions(given(folder, STREETS, parent="areaCode"), DivisionLevel.STREET)
    assert take(streets).added == 54
    words = partial(given, folder, COMMUNITIES, code="community_code", name="community", parent="street_code")
    with pytest.raises((CodeTwice, CodeMissing)):
        divisions(words(), DivisionLevel.COMMUNITY)
    coded = rows_that_can_be_told_apart((folder / COMMUNITIES).read_text(encoding="utf-8-sig"))
    with pytest.raises(operations.UnknownParent):  # the two lists are three years apart
        divisions(words(written(coded)), DivisionLevel.COMMUNITY)
    streets_now = {one.code for one in queries.divisions(on=TODAY, level=DivisionLevel.STREET)}
    kept = written([row for row in coded if row["street_code"][:9] in streets_now])
    communities = divisions(words(kept), DivisionLevel.COMMUNITY)
    assert take(communities).added == 372
    assert len(queries.divisions(on=TODAY, level=DivisionLevel.COMMUNITY)) == 372
    assert verify().intact


def rows_that_can_be_told_apart(text: str) -> list[dict[str, str]]:
    """Return the communities but those whose code is missing or stands for two."""
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    coded = [(row["community_code"], row["community"], number) for number, row in enumerate(rows)]
    shared = {clash.code for clash in code_clashes(coded)}
    return [row for row in rows if row["community_code"] and row["community_code"] not in shared]


def written(rows: list[dict[str, str]]) -> bytes:
    """Return rows as a text file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def test_street_points_and_names_are_found_by_their_beginning_and_know_their_district(districts, folder):
    layer(given(folder, NAMES, code=""), "names")
    layer(given(folder, POINTS, code="street_code", name="street"), "names")
    listed = queries.features("names", on=TODAY)
    assert len(listed) == 38
    assert sum(not one.parent for one in listed) == 1
    found = [queries.search(one.name_zh[:2], on=TODAY) for one in listed]
    assert all(one.code in {hit.code for hit in hits} for one, hits in zip(listed, found, strict=True))


def test_every_point_of_interest_lies_in_a_district(districts, folder):
    plan = layer(given(folder, NAMES, code=""), "names")
    assert plan.added == 1602
    assert all(one.parent for one in plan.edition.drafts)
    assert queries.search("厦门大学", on=TODAY)[0].name.startswith("厦门大学")
    assert verify().intact
