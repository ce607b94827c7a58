"""What an administrator types to take over the city's ground and its norms."""

from __future__ import annotations

import json

import openpyxl
import pytest
import shapely
from click.testing import CliRunner

from gongzhi.jobs.ground_commands import norms, places
from gongzhi.kernel.refusals import Refusal
from gongzhi.norms import queries as norm_queries
from gongzhi.places import queries
from gongzhi.places.operations import LayerHasErrors
from gongzhi.places.tests.drawn import geojson, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

COMMUNITY = "350203001901"


def typed(group, *words, code: int = 0) -> str:
    result = CliRunner().invoke(group, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output.strip()


@pytest.fixture
def zone(tmp_path):
    """A file with one overlay area in the city."""
    path = tmp_path / "zones.geojson"
    properties = [{"code": "Z1", "名称": "示意园区", "类型": "development_zone"}]
    path.write_bytes(geojson([shapely.box(118.08, 24.46, 118.09, 24.47)], properties))
    return path


def test_a_layer_is_taken_over_after_it_was_said_what_that_does(zone):
    seen = queries.edition()
    assert typed(places, "import", zone, "--layer", "overlays", "--system", "cgcs2000", "--dry-run").startswith(
        "新增 1"
    )
    assert queries.edition() == seen
    told = json.loads(typed(places, "import", zone, "--layer", "overlays", "--system", "cgcs2000", "--json"))
    assert (told["added"], told["errors"], told["effects"]) == (1, 0, {"open-cases": {"all": 0}})
    assert "overlays  特殊区域" in typed(places, "layers")
    again = typed(places, "import", zone, "--layer", "overlays", "--system", "cgcs2000")
    assert "不变 1" in again
    typed(places, "end", "overlays")
    assert queries.edition() == seen + 2


def test_a_report_names_errors_before_warnings_and_ends_with_1(tmp_path):
    path = tmp_path / "grids.geojson"
    path.write_bytes(
        geojson(
            [shapely.box(118.08, 24.46, 118.09, 24.47), shapely.box(118.085, 24.46, 118.095, 24.47)],
            [{"GRID": f"{COMMUNITY}001"}, {"GRID": f"{COMMUNITY}002"}],
        )
    )
    asked = ("--layer", "unit-grids", "--system", "cgcs2000", "--column", "code=GRID")
    shown = typed(places, "report", path, *asked, code=1)
    assert "错误  相互重叠  1" in shown
    told = json.loads(typed(places, "report", path, *asked, "--json", code=1))
    assert told["findings"]["overlap"] == 1
    with pytest.raises(LayerHasErrors):
        typed(places, "import", path, *asked)


def test_communities_come_from_a_list(tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes(workbook([["社区码", "社区名"], ["350203001777", "新社区"]]))
    asked = ("--layer", "community", "--system", "cgcs2000", "--column", "code=社区码", "--column", "name=社区名")
    assert typed(places, "import", path, *asked).startswith("新增 1")
    assert queries.division("350203001777").path.endswith("350203001/350203001777")
    assert typed(places, "search", "新社区").split("  ")[0] == "新社区"
    wrong = CliRunner().invoke(places, ["import", str(path), *asked, "--column", "code"])
    assert wrong.exit_code == 2


def test_grids_are_made_grouped_and_given_to_somebody():
    within = queries.division(COMMUNITY).path
    asked = ("make-grid", "--cell-m", "200", "--within", within)
    assert typed(places, *asked, "--dry-run").startswith("新增")
    assert queries.layers() == []
    assert len(typed(places, *asked, "--group", "6").splitlines()) >= 2
    typed(places, "assign", f"{COMMUNITY}R001", "--post", "collector", "--unit", "centre", "--instead")
    assert queries.duties_edition() == 1
    with pytest.raises(Refusal):
        typed(places, "assign", "nowhere", "--post", "collector", "--unit", "centre")


def test_norms_go_out_into_a_workbook_and_come_back_changed(tmp_path):
    path, later = tmp_path / "norms.xlsx", "2030-01-01"
    typed(norms, "export", path, "--on", later)
    assert typed(norms, "import", path, "--from", later).startswith("新增 0  替换 0  终止 0")
    book = openpyxl.load_workbook(path)
    page = book["事件"]
    place = next(row for row in page.iter_rows(min_row=2) if row[2].value == "09005")
    place[8].value = "9工作时"
    book.save(path)
    seen = norm_queries.edition()
    dry = json.loads(typed(norms, "import", path, "--from", later, "--dry-run", "--json"))
    assert (dry["replaced"], dry["added"], dry["ended"]) == (1, 0, 0)
    assert norm_queries.edition() == seen
    typed(norms, "import", path, "--from", later)
    assert norm_queries.edition() == seen + 1


def test_a_text_file_takes_one_sheet(tmp_path):
    path = tmp_path / "events.csv"
    assert CliRunner().invoke(norms, ["export", str(path)]).exit_code == 2
    typed(norms, "export", path, "--sheet", "事件扩展")
    assert typed(norms, "import", path, "--sheet", "事件扩展").startswith("新增 0  替换 0  终止 0")
