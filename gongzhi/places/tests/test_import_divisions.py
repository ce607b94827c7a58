"""Taking over divisions: all or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gongzhi.audit.operations import rows_digest
from gongzhi.audit.queries import last_of
from gongzhi.kernel.geo import Crs
from gongzhi.places import facts, operations, queries
from gongzhi.places.models import Division, PlacesVersion
from gongzhi.places.states import DivisionLevel
from gongzhi.places.tests.napkin import FOUNDED_ON, IMPORTED_AT, SURVEYOR, box, draft, napkin_city, take_over

BOW_TIE = '{"type":"Polygon","coordinates":[[[118,24],[118.1,24.1],[118.1,24],[118,24.1],[118,24]]]}'
LAT_FIRST = '{"type":"Polygon","coordinates":[[[24,118],[24.1,118],[24.1,118.1],[24,118]]]}'
OPEN_RING = '{"type":"Polygon","coordinates":[[[118,24],[118.1,24],[118.1,24.1]]]}'
A_LINE = '{"type":"LineString","coordinates":[[118,24],[118.1,24]]}'
NO_CORNERS = '{"type":"Polygon","coordinates":[]}'

pytestmark = pytest.mark.django_db


def entries_so_far() -> int:
    last = last_of(facts.STREAM)
    return 0 if last is None else last[0]


def test_divisions_come_in_with_their_paths_whatever_their_order_in_the_file():
    done = take_over(*reversed(napkin_city()))
    assert (done.added, done.corrected, done.ended, done.unchanged) == (6, 0, 0, 0)
    assert queries.division("W1a").path == "C/W/W1/W1a"
    assert [row.code for row in queries.divisions(on=FOUNDED_ON)] == ["C", "E", "W", "W1", "W1a", "W2"]


@pytest.mark.usefixtures("city")
def test_the_record_holds_the_source_and_the_digest_of_all_rows():
    assert entries_so_far() == 1
    version = PlacesVersion.objects.get()
    rows = list(queries.snapshot_rows())
    assert rows[-1] == ("version", version.digest)
    assert version.digest == rows_digest(rows[:-1])
    assert len(rows) == 7


@pytest.mark.usefixtures("city")
def test_the_same_divisions_again_change_and_record_nothing():
    done = take_over(*napkin_city())
    assert (done.added, done.corrected, done.ended, done.unchanged) == (0, 0, 0, 6)
    assert entries_so_far() == 1


@pytest.mark.usefixtures("city")
def test_a_corrected_name_is_taken_over_and_what_the_source_does_not_name_stays():
    done = take_over(replace(napkin_city()[1], name_zh="西区", name_en="West"))
    assert (done.added, done.corrected, done.unchanged) == (0, 1, 0)
    assert queries.division("W").name_en == "West"
    assert len(queries.divisions(on=FOUNDED_ON)) == 6
    assert entries_so_far() == 2


@pytest.mark.usefixtures("city")
def test_a_source_that_draws_no_outline_takes_none_away():
    before = queries.outline("W1")
    take_over(replace(napkin_city()[3], outline=None, name_zh="一街"))
    assert queries.division("W1").name_zh == "一街"
    assert queries.outline("W1") == before


@pytest.mark.usefixtures("city")
def test_a_street_that_moves_to_another_district_takes_its_communities_along():
    done = take_over(draft("W1", DivisionLevel.STREET, "E"))
    assert done.corrected == 2
    assert queries.division("W1a").path == "C/E/W1/W1a"
    assert [row.code for row in queries.divisions(on=FOUNDED_ON) if row.path.startswith("C/E/")] == ["W1", "W1a"]


@pytest.mark.usefixtures("city")
def test_a_division_ends_on_a_day_and_stays_on_file():
    done = take_over(draft("W2", DivisionLevel.STREET, "W", until_on=date(2021, 7, 1)))
    assert (done.corrected, done.ended) == (1, 1)
    assert "W2" in [row.code for row in queries.divisions(on=date(2021, 6, 30))]
    assert "W2" not in [row.code for row in queries.divisions(on=date(2021, 7, 1))]
    assert queries.division("W2").until_on == date(2021, 7, 1)


BAD_ROWS = [
    pytest.param([draft("N", DivisionLevel.DISTRICT, "C")] * 2, operations.DuplicateDivision, "N", id="code twice"),
    pytest.param([draft("", DivisionLevel.DISTRICT, "C")], operations.BadDivisionCode, "", id="no code"),
    pytest.param(
        [draft("N/1", DivisionLevel.DISTRICT, "C")], operations.BadDivisionCode, "N/1", id="path mark in code"
    ),
    pytest.param([draft("N" * 33, DivisionLevel.DISTRICT, "C")], operations.BadDivisionCode, "N" * 33, id="long code"),
    pytest.param(
        [draft("N", DivisionLevel.DISTRICT, "C", name_zh="　")], operations.DivisionNameMissing, "N", id="blank name"
    ),
    pytest.param([draft("N", DivisionLevel.DISTRICT, "X")], operations.UnknownParent, "N", id="unknown parent"),
    pytest.param(
        [draft("N1", DivisionLevel.STREET, "N2"), draft("N2", DivisionLevel.DISTRICT, "N1")],
        operations.CyclicParents,
        "N1",
        id="each other's parent",
    ),
    pytest.param([draft("N", DivisionLevel.DISTRICT, "N")], operations.CyclicParents, "N", id="its own parent"),
    pytest.param([draft("W", DivisionLevel.DISTRICT, "W1")], operations.CyclicParents, "W", id="under its own street"),
    pytest.param(
        [draft("N", DivisionLevel.DISTRICT, "W1")], operations.LevelOutOfOrder, "N", id="district in a street"
    ),
    pytest.param([draft("N", DivisionLevel.STREET, "W1")], operations.LevelOutOfOrder, "N", id="street in a street"),
    pytest.param([draft("N", DivisionLevel.DISTRICT)], operations.ParentMissing, "N", id="district in no city"),
    pytest.param([draft("N", DivisionLevel.CITY, "C")], operations.LevelOutOfOrder, "N", id="city in a city"),
    pytest.param([draft("N", DivisionLevel.CITY)], operations.SecondCity, "N", id="a second city"),
    pytest.param(
        [draft("N", DivisionLevel.DISTRICT, "C", until_on=FOUNDED_ON)],
        operations.EndsBeforeItBegins,
        "N",
        id="ends on its first day",
    ),
    pytest.param(
        [draft("N", DivisionLevel.DISTRICT, "C", from_on=date(2003, 12, 31))],
        operations.OutsideItsParentsTime,
        "N",
        id="older than its city",
    ),
    pytest.param(
        [draft("W1", DivisionLevel.STREET, "W", until_on=date(2021, 7, 1))],
        operations.OutsideItsParentsTime,
        "W1a",
        id="a street ends before its community",
    ),
    pytest.param(
        [draft("N", DivisionLevel.DISTRICT, "C", outline=BOW_TIE)], operations.OutlineCrossesItself, "N", id="bow tie"
    ),
    *[
        pytest.param(
            [draft("N", DivisionLevel.DISTRICT, "C", outline=drawn)], operations.OutlineUnreadable, "N", id=why
        )
        for why, drawn in [
            ("latitude first", LAT_FIRST),
            ("open ring", OPEN_RING),
            ("a line", A_LINE),
            ("no corners", NO_CORNERS),
            ("no GeoJSON", "POLYGON"),
        ]
    ],
]


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(("rows", "refusal", "division"), BAD_ROWS)
def test_one_bad_row_refuses_the_whole_import_and_is_named(rows, refusal, division):
    before = list(queries.snapshot_rows())
    good = draft("S", DivisionLevel.DISTRICT, "C", outline=box(118.2, 24.0, 118.3, 24.1))
    with pytest.raises(refusal) as refused:
        take_over(good, *rows)
    assert refused.value.facts["division"] == division
    assert list(queries.snapshot_rows()) == before
    assert entries_so_far() == 1


def test_a_refused_first_import_leaves_nothing_behind():
    with pytest.raises(operations.UnknownParent):
        take_over(draft("N", DivisionLevel.DISTRICT, "X"))
    assert list(queries.snapshot_rows()) == []
    assert entries_so_far() == 0


def test_no_divisions_at_all_leave_nothing_behind():
    assert take_over().added == 0
    assert list(queries.snapshot_rows()) == []
    assert entries_so_far() == 0


def test_an_unreadable_file_is_refused():
    with pytest.raises(operations.DivisionsUnreadable):
        operations.import_geojson(b"{", source="napkin", crs=Crs.WGS84, seen=0, by=SURVEYOR, at=IMPORTED_AT)


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    "change",
    [
        {"code": "N/1", "path": "C/N/1"},
        {"code": "", "path": "C/"},
        {"level": "planet"},
        {"name_zh": ""},
        {"until_on": FOUNDED_ON},
        {"path": "C/W"},
        {"path": "N", "parent_id": None},
        {"level": "city"},
    ],
    ids=str,
)
def test_the_database_itself_keeps_a_division_orderly(change):
    sound = {
        "code": "N",
        "level": "district",
        "name_zh": "北区",
        "parent_id": "C",
        "path": "C/N",
        "from_on": FOUNDED_ON,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Division.objects.create(**sound | change)
    Division.objects.create(**sound)


@pytest.mark.usefixtures("city")
def test_there_is_only_one_version_of_the_map():
    with pytest.raises(IntegrityError), transaction.atomic():
        PlacesVersion.objects.create(id=2, digest="")
