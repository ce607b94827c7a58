"""A member keeps a queue as they filtered it, under a name of their own."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from gongzhi.desk.models import SavedView
from gongzhi.desk.operations import sweep_views
from gongzhi.desk.rules import LONGEST_VIEW_NAME, MOST_VIEWS
from gongzhi.desk.tests.members import text_of
from gongzhi.kernel.ids import new_id
from gongzhi.people import operations as people
from gongzhi.people import queries as members
from gongzhi.people.states import Post
from gongzhi.scenarios.founding import FOUNDER

pytestmark = [pytest.mark.django_db]
QUEUE = "/desk/queues/to-dispatch/"
URGENT = f"{QUEUE}views/?urgent=1"


def test_a_member_keeps_a_filtered_queue_and_nobody_else_sees_it(at_desk, shift):
    dispatcher, colleague = at_desk(Post.DISPATCHER), at_desk(Post.DISPATCHER, number=1)
    assert "留作我的视图" not in dispatcher.reads(QUEUE), "an unfiltered queue stands in the list as it is"
    assert "留作我的视图" in dispatcher.reads(QUEUE, urgent="1")
    kept = dispatcher.post(f"{QUEUE}views/?urgent=1&class=&other=x&area=city/350203", {"name": " 思明急件 "})
    assert (kept.status_code, kept["Location"]) == (302, f"{QUEUE}?area=city%2F350203&urgent=1")
    shown = dispatcher.get("/desk/").content.decode()
    assert f'href="{QUEUE}?area=city%2F350203&amp;urgent=1">思明急件</a>' in shown
    assert "思明急件" not in colleague.reads("/desk/") + colleague.reads(QUEUE)
    end = re.search(r'action="(/desk/views/[^"]+)"', dispatcher.get(kept["Location"]).content.decode())[1]
    strange = colleague.post(end)
    assert strange.status_code == 403
    assert text_of(strange) == text_of(colleague.post(f"/desk/views/{new_id()}/end/")), (
        "whether it is there is not told"
    )
    assert dispatcher.post(end)["Location"] == kept["Location"]
    assert "思明急件" not in dispatcher.reads("/desk/")


def test_views_are_few_short_and_told_apart(at_desk, shift):
    dispatcher = at_desk(Post.DISPATCHER)
    assert dispatcher.post(URGENT, {"name": "急"}).status_code == 302
    for address, name, why in (
        (URGENT, "急", "您已有名为“急”"),
        (URGENT, "\u200b", f"不超过 {LONGEST_VIEW_NAME} 个字"),
        (URGENT, "急" * (LONGEST_VIEW_NAME + 1), f"不超过 {LONGEST_VIEW_NAME} 个字"),
        (URGENT, "急\x00件", f"不超过 {LONGEST_VIEW_NAME} 个字"),
        (f"{QUEUE}views/", "全部", "没有筛选"),
    ):
        answer = dispatcher.post(address, {"name": name})
        assert answer.status_code == 409, name
        assert why in text_of(answer)
        assert 'id="view-name_error"' in answer.content.decode()
    member = UUID(dispatcher.actor.id)
    rows = [
        SavedView(uid=new_id(), member=member, queue="to-dispatch", name=str(one), filters={}, kept_at=shift.at)
        for one in range(1, MOST_VIEWS)
    ]
    SavedView.objects.bulk_create(rows)
    assert f"最多保留 {MOST_VIEWS} 个" in text_of(dispatcher.post(URGENT, {"name": "再一个"}))
    assert dispatcher.post("/desk/queues/to-accept/views/?urgent=1", {"name": "不归我"}).status_code == 403
    acceptor = at_desk(Post.ACCEPTOR)
    assert acceptor.post("/desk/queues/replies-due/views/?urgent=1", {"name": "无筛选"}).status_code == 403


def test_the_views_of_a_member_who_left_are_swept(at_desk, shift):
    dispatcher = at_desk(Post.DISPATCHER)
    dispatcher.post(URGENT, {"name": "急"})
    assert sweep_views(shift.at) == 0
    member = members.member(UUID(dispatcher.actor.id), at=shift.at)
    people.end_member(member.uid, seen=member.version, by=FOUNDER, at=shift.at)
    assert sweep_views(shift.at + timedelta(days=1)) == 1
    assert not SavedView.objects.exists()
