"""A case near a border on its page: both sides see it, one receives it, a ruling says to whom it counts."""

from __future__ import annotations

import pytest

from gongzhi.people.states import Post, Scope
from gongzhi.places import queries as places
from gongzhi.places.states import BorderState
from gongzhi.testing import borders, moves, staff
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

HULI = "bureau-350206"


def test_the_neighbour_receives_a_case_and_a_ruling_settles_it(at_desk):
    for power in ("border.receive", "case.read"):
        staff.grant(Post.DEPARTMENT_DESK, power, Scope.AREA, at=MONDAY_9AM)
    staff.grant(Post.LEADER, "border.settle", Scope.CITY, at=MONDAY_9AM)
    case = moves.case_of(moves.report(place=borders.IN_SIMING))
    warden, leader = at_desk(Post.DEPARTMENT_DESK, HULI), at_desk(Post.LEADER)
    address = f"/desk/cases/{case.uid}/"
    page = warden.get(address).content.decode()
    assert f'value="{borders.HULI_SIDE}"' in page
    assert f'value="{borders.SIMING_SIDE}"' not in page

    def act(who, name, **said):
        found = places.border_of(case.stream)
        return who.post(f"{address}border/{name}/", {"seen": found.version, **said})

    assert act(warden, "receive", area=borders.SIMING_SIDE).status_code == 403
    assert act(warden, "receive", area=borders.HULI_SIDE).status_code == 302
    assert act(warden, "receive", area=borders.HULI_SIDE).status_code == 409
    assert places.border_of(case.stream).taken_by == borders.HULI_SIDE
    assert act(leader, "settle", area=borders.SIMING_SIDE, grounds=" ").status_code == 409
    assert act(leader, "settle", area=borders.SIMING_SIDE, grounds="门牌属思明").status_code == 302
    found = places.border_of(case.stream)
    assert (found.state, found.counts_to) == (BorderState.SETTLED, borders.SIMING_SIDE)
    assert act(at_desk(Post.HANDLER, moves.SIMING_BUREAU), "receive", area=borders.SIMING_SIDE).status_code == 403


def test_a_case_whose_place_is_exact_has_no_border_on_its_page(at_desk):
    case = moves.case_of(moves.report())
    shift = at_desk(Post.SHIFT_LEADER)
    assert "边界案件" not in shift.reads(f"/desk/cases/{case.uid}/")
    assert shift.post(f"/desk/cases/{case.uid}/border/receive/", {"seen": 1, "area": "x"}).status_code == 403
