"""The hand-over of a shift at the desk, from the first call that is promised to the second signature."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from gongzhi.cases import operations as cases
from gongzhi.desk.tests.members import text_of
from gongzhi.handovers import queries as handovers
from gongzhi.intake import queries as intake
from gongzhi.intake.rules import Contact
from gongzhi.intake.states import Channel
from gongzhi.people.states import Post
from gongzhi.testing import moves
from gongzhi.testing.cases import dispatched_case, handling_case

pytestmark = pytest.mark.django_db
CALLER = Contact("陈小明", "13800001234")


def does(who, address, act, **said):
    seen = handovers.handover(address.rstrip("/").rpartition("/")[2]).version
    return who.post(f"{address}moves/{act}/", {"seen": seen, **said})


def test_a_shift_is_handed_over_with_a_promised_call_and_signed_by_two(at_desk, shift):
    goes, comes = at_desk(Post.SHIFT_LEADER), at_desk(Post.SHIFT_LEADER, number=1)
    on_duty, acceptor = at_desk(Post.DUTY_LEADER), at_desk(Post.ACCEPTOR)
    watched, running = dispatched_case(), handling_case()
    leader = moves.member(Post.LEADER)
    cases.supervise(
        watched.uid,
        due_at=watched.moved_at + timedelta(days=1),
        grounds="多次投诉",
        seen=watched.version,
        by=leader,
        at=watched.moved_at,
    )
    told = moves.report(contact=CALLER, channel=Channel.PHONE, by=moves.member(Post.ACCEPTOR), at=shift.at)
    shift.at = max(shift.at, watched.moved_at, running.moved_at) + timedelta(minutes=5)
    page = f"/desk/reports/{told.number}/"
    assert "约定回电" in acceptor.reads(page)
    by = shift.at + timedelta(hours=2)
    promised = acceptor.post(
        f"{page}moves/promise_call/",
        {
            "seen": intake.report(told.report).version,
            "until": by.astimezone(moves.CITY_ZONE).strftime("%Y-%m-%dT%H:%M"),
            "words": "告知处理结果",
        },
    )
    assert promised.status_code == 302, text_of(promised)
    assert told.number in acceptor.reads("/desk/queues/calls-promised/")

    assert "整理交班单" not in acceptor.get("/desk/handovers/").content.decode()
    address = goes.post("/desk/handovers/begin/")["Location"]
    assert goes.post("/desk/handovers/begin/").status_code == 409, "one list at a time"
    read = goes.reads(address)
    for said in (told.number, watched.number, running.number, "督办 1 件", "约定回电 1 件"):
        assert said in read, said
    row = handovers.latest(by=goes.actor, at=shift.at)[0]
    kinds = {one.number: one.kind.value for one in handovers.items_of(row.uid)}
    assert kinds[watched.number] == "supervised", "each matter stands there once"
    item = re.search(r'<option value="([0-9a-f-]{36})">约定回电', goes.get(address).content.decode())[1]
    assert does(goes, address, "note", item=item, words="对方下午才方便接听").status_code == 302
    assert does(comes, address, "take", sure="on").status_code == 409, "nobody takes what is not signed over"
    assert does(goes, address, "sign_over").status_code == 422
    assert does(goes, address, "sign_over", sure="on").status_code == 302
    assert "还没有人接班" in on_duty.reads("/desk/")

    assert "签字接班" not in goes.reads(address)
    refused = does(goes, address, "take", sure="on")
    assert (refused.status_code, "须由不同的人办理" in text_of(refused)) == (409, True)
    assert does(comes, address, "ask", item="", words="督办件今天谁跟").status_code == 302
    assert does(goes, address, "note", item="", words="派遣员小林跟").status_code == 302
    assert does(comes, address, "take", sure="on").status_code == 302
    read = on_duty.reads(address)
    for said in ("已接班", "对方下午才方便接听", "督办件今天谁跟", "派遣员小林跟"):
        assert said in read, said
    assert "还没有人接班" not in on_duty.reads("/desk/")
    row = handovers.latest(by=goes.actor, at=shift.at)[0]
    assert row.handed_at < row.taken_at
    assert {row.made_by, row.taken_by} == {goes.actor.id, comes.actor.id}

    kept = acceptor.post(
        f"{page}moves/keep_promise/", {"seen": intake.report(told.report).version, "outcome": "reached"}
    )
    assert kept.status_code == 302
    assert told.number not in acceptor.reads("/desk/queues/calls-promised/")
