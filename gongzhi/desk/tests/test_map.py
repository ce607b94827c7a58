"""Maps at the desk draw what the page lists, and no page lists what its reader may not read."""

from __future__ import annotations

import re

import pytest

from gongzhi.people.states import Post
from gongzhi.testing import moves
from gongzhi.testing.cases import closed_case, dispatched_case, reported_case
from gongzhi.testing.moves import HULI_BUREAU, SIMING_BUREAU

pytestmark = [pytest.mark.django_db]
POINT = 'data-lon="118.090000" data-lat="24.460000"'


def drawn(page: str) -> list[str]:
    """The cases that the map draws: the lines with a point."""
    return re.findall(r'<li data-lon="[^"]+" data-lat="[^"]+"><p><a href="/desk/cases/([^/]+)/', page)


def test_a_case_shows_its_point_and_the_open_ones_nearby_that_its_reader_may_read(at_desk):
    ended = closed_case()
    ours, theirs = dispatched_case(), dispatched_case(unit=HULI_BUREAU)
    page = at_desk(Post.DISPATCHER).get(f"/desk/cases/{ours.number}/").content.decode()
    assert f"data-show-map hidden {POINT}" in page
    assert drawn(page) == [theirs.number], "the one that ended is no open one"
    assert ended.number not in drawn(page)
    unit = at_desk(Post.DEPARTMENT_DESK, SIMING_BUREAU).get(f"/desk/cases/{ours.number}/").content.decode()
    assert POINT in unit
    assert (drawn(unit), theirs.number in unit) == ([], False), "another unit's case is not told"


def test_a_call_and_locating_take_a_point_from_the_map(at_desk):
    acceptor = at_desk(Post.ACCEPTOR)
    case = reported_case()
    call = acceptor.get("/desk/call/").content.decode()
    assert "data-pick-map hidden" in call
    looked = acceptor.post(
        "/desk/call/near/", {"class_key": moves.STREET_VENDOR, "lon": "118.09", "lat": "24.46"}
    ).content.decode()
    assert drawn(looked) == [str(case.uid)]
    page = acceptor.get(f"/desk/cases/{case.uid}/", do="locate").content.decode()
    assert f'data-pin="本案的位置" {POINT}' in page
    assert "data-show-map" not in page, "one map on a page"
    assert 'id="f-lon"' in page
