"""The queues: what waits there and for whom, what is left of each limit, filters, pages and moves on many."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.cases import queries as cases
from gongzhi.cases.states import CaseState
from gongzhi.desk.tests.members import text_of
from gongzhi.desk.views import queues
from gongzhi.intake.rules import Contact
from gongzhi.people.states import Post
from gongzhi.testing import moves
from gongzhi.testing.cases import dispatched_case, filed_case, reported_case
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db]


def queue(key):
    return f"/desk/queues/{key}/"


def test_a_post_sees_its_queues_and_is_told_nothing_of_the_others(at_desk):
    acceptor, unit = at_desk(Post.ACCEPTOR), at_desk(Post.DEPARTMENT_DESK, moves.SIMING_BUREAU)
    home = acceptor.reads("/desk/")
    assert "待受理" in home
    assert "待派遣" not in home
    assert "待签收" in unit.reads("/desk/")
    assert acceptor.get(queue("to-dispatch")).status_code == 403
    assert text_of(acceptor.get(queue("to-dispatch"))) == text_of(acceptor.get(queue("no-such-queue")))


def test_what_is_left_is_told_by_the_clock_of_the_case(at_desk, shift):
    case = dispatched_case(dispatched_at=local("2026-11-23 10:00"))
    unit = at_desk(Post.DEPARTMENT_DESK, case.unit_code)
    shift.at = local("2026-11-23 10:05")
    assert "还有" in unit.reads(queue("to-acknowledge"))
    moves.acknowledge(case, at=local("2026-11-23 10:05"))
    page = unit.get(queue("to-handle")).content.decode()
    assert "还有 1 个工作时 55 分" in page, "two working hours from ten o'clock on"
    assert 'title="2026-11-23 12:00"' in page
    shift.at = local("2026-11-23 15:00")
    assert "已超" in unit.reads(queue("to-handle"))
    unit.language = "en"
    assert "over by" in unit.reads(queue("to-handle"))


def test_a_queue_is_filtered_and_paged_by_its_address_with_the_same_number_of_queries(at_desk, shift, monkeypatch):
    dispatcher = at_desk(Post.DISPATCHER)
    shift.at = local("2026-11-23 12:00")

    def read(**asked):
        with CaptureQueriesContext(
            connection,
        ) as asked_of:
            page = dispatcher.reads(queue("to-dispatch"), **asked)
        return page, len(asked_of)

    made = [filed_case() for _ in range(2)]
    read()
    page, of_two = read()
    assert all(one.number in page for one in made)
    made += [filed_case() for _ in range(3)]
    page, of_five = read()
    assert all(one.number in page for one in made)
    assert of_five == of_two

    monkeypatch.setattr(queues, "LINES_ON_A_PAGE", 2)
    seen, after = [], {}
    for _ in range(3):
        answer = dispatcher.get(queue("to-dispatch"), **after)
        lines = [one for one in made if one.number in text_of(answer)]
        seen += lines
        after = {"after": str(answer.context["lines"][-1].uid)}
    assert sorted(str(one.number) for one in seen) == sorted(str(one.number) for one in made), "each once"
    assert "按此筛选没有要办的" in dispatcher.reads(queue("to-dispatch"), urgent="1")
    assert made[0].number in dispatcher.reads(queue("to-dispatch"), area="350200/350203")
    assert made[0].number not in dispatcher.reads(queue("to-dispatch"), area="350200/350206")


def test_many_are_moved_one_by_one_and_what_is_refused_holds_up_no_other(at_desk, shift):
    first, second = filed_case(), filed_case()
    shift.at = local("2026-11-23 12:00")
    dispatcher = at_desk(Post.DISPATCHER)
    chosen = [f"{first.uid}:{first.version}", f"{second.uid}:{second.version - 1}", "no case:at all"]
    chosen.append(f"{second.uid}:{'9' * 5000}")
    answer = dispatcher.post(queue("to-dispatch") + "moves/", {"case": chosen})
    assert answer.status_code == 302
    assert cases.case(first.uid).state is CaseState.DISPATCHED
    assert cases.case(second.uid).state is CaseState.FILED
    page = dispatcher.reads(answer["Location"])
    assert "派遣：已办理 1 件" in page
    assert f"{second.number} 未办理" in page


def test_answers_that_are_owed_wait_for_whoever_writes_them_and_for_whoever_approves_them(at_desk, shift):
    receipt = moves.report(text="夜市几点收摊", contact=Contact("陈小明", "13800001234"))
    reported_case()
    shift.at = local("2026-11-23 12:00")
    acceptor, leader = at_desk(Post.ACCEPTOR), at_desk(Post.SHIFT_LEADER)
    assert receipt.number in acceptor.reads(queue("replies-due"))
    report = f"/desk/reports/{receipt.number}/"
    assert "联系反映人" in acceptor.reads(report)
    version = 1
    contact = {"seen": version, "way": "phone", "outcome": "reached", "words": ""}
    assert acceptor.post(f"{report}moves/reply.contact/", contact).status_code == 302
    draft = {"seen": version + 1, "words": "夜市每晚十一点收摊。"}
    assert acceptor.post(f"{report}moves/reply.draft/", draft).status_code == 302
    assert receipt.number in leader.reads(queue("replies-to-approve"))
    assert "夜市每晚十一点收摊" in leader.reads(report)
    assert leader.post(f"{report}moves/reply.approve/", {"seen": version + 2}).status_code == 302
    late = acceptor.post(f"{report}moves/answer/", {"seen": version + 2, "way": "phone", "sure": "on"})
    assert late.status_code == 409, "the approval came in between"
    assert "您看过以后，他人已经改动" in text_of(late)
    open_case = acceptor.post(f"{report}moves/answer/", {"seen": version + 3, "way": "phone", "sure": "on"})
    assert open_case.status_code == 409, "its case is still open"
    assert acceptor.get(queue("replies-due"), after=str(receipt.report)).status_code == 200


def test_what_is_due_within_a_day_is_shown_to_everybody_who_may_read_it(at_desk, shift):
    case = dispatched_case(dispatched_at=local("2026-11-23 10:00"))
    shift.at = local("2026-11-23 10:05")
    leader, stranger = at_desk(Post.LEADER), at_desk(Post.DEPARTMENT_DESK, moves.HULI_BUREAU)
    assert case.number in leader.reads(queue("due-soon"))
    assert case.number not in stranger.reads(queue("due-soon"))
    shift.at -= timedelta(days=40)
    assert case.number not in leader.reads(queue("due-soon"))
