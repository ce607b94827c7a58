"""The inspector's page of complaints about the service, and the leader's that shows none of their words."""

from __future__ import annotations

import pytest

from gongzhi.accountability import operations as conduct
from gongzhi.accountability import queries
from gongzhi.accountability.rules import Complaint
from gongzhi.accountability.states import ComplaintState
from gongzhi.intake.rules import Contact
from gongzhi.people import queries as people
from gongzhi.people.states import Post
from gongzhi.testing import staff
from gongzhi.testing.moves import MONDAY_9AM, SIMING_BUREAU

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def received(unit: str = SIMING_BUREAU):
    said = Complaint(text="执法时骂人", unit=unit, contact=Contact(name="陈小明", phone="13800001234"))
    receipt = conduct.receive_complaint(said, key=unit, at=MONDAY_9AM)
    return queries.held_by_code(receipt.number, code=receipt.query_code)


def test_an_inspector_inquires_and_answers(at_desk):
    row, inspector = received(), at_desk(Post.CONDUCT_INSPECTOR)
    assert row.number in inspector.get("/desk/conduct/").content.decode()
    address = f"/desk/conduct/{row.number}/"
    page = inspector.get(address).content.decode()
    assert "执法时骂人" in page
    assert "13800001234" not in page

    def act(name, **typed):
        seen = queries.held_by_code(row.number, code=queries.code_of(row.uid)).version
        return inspector.post(f"{address}moves/{name}/", {"seen": seen, **typed})

    assert act("take_up").status_code == 302
    refused = act("answer", outcome="partly", answer=" ")
    assert (refused.status_code, "请写明答复投诉人的话" in refused.content.decode()) == (409, True)
    assert "13800001234" in act("reveal_contact", grounds="约见核实").content.decode()
    assert act("answer", outcome="partly", answer="已批评教育。").status_code == 302
    assert queries.held_by_code(row.number, code=queries.code_of(row.uid)).state is ComplaintState.ANSWERED
    stale = inspector.post(f"{address}moves/refer/", {"seen": 1, "grounds": "理由", "answer": "话"})
    assert stale.status_code == 409


def test_a_leader_names_an_inspector_without_reading(at_desk):
    row, leader = received("bureau"), at_desk(Post.LEADER)
    uid = staff.with_account("T9", at=MONDAY_9AM)
    staff.appoint(uid, post=Post.CONDUCT_INSPECTOR, unit=SIMING_BUREAU, at=MONDAY_9AM)
    page = leader.get("/desk/conduct/").content.decode()
    assert row.number in page
    assert "骂人" not in page
    assert leader.get(f"/desk/conduct/{row.number}/").status_code == 403
    given = {"seen": row.version, "member": str(people.member_uid("T9"))}
    assert leader.post(f"/desk/conduct/{row.number}/entrust/", given).status_code == 302
    assert queries.held_by_code(row.number, code=queries.code_of(row.uid)).entrusted_to == given["member"]


def test_nobody_else_finds_the_page_or_the_way_to_it(at_desk):
    row = received()
    for post in (Post.ACCEPTOR, Post.SHIFT_LEADER, Post.EVALUATOR):
        browser = at_desk(post)
        assert browser.get("/desk/conduct/").status_code == 403
        assert browser.get(f"/desk/conduct/{row.number}/").status_code == 403
        assert "/desk/conduct/" not in browser.get("/desk/").content.decode()
