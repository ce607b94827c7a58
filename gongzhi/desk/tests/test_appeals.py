"""The queues of appeals against timeouts: for who reviews them, and then for who decides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.people.states import Post
from gongzhi.testing import moves, turns
from gongzhi.testing.cases import handled_case
from gongzhi.testing.moves import local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_an_appeal_waits_for_the_reviewer_and_then_for_who_decides(at_desk, shift):
    late = handled_case(dispatched_at=local("2026-11-23 09:20"), handled_at=local("2026-11-23 14:20"))
    case = turns.appeal(moves.close(moves.check(moves.order_check(late))))
    shift.at = case.moved_at + timedelta(days=1)
    reviewer, decider = at_desk(Post.DISPATCHER), at_desk(Post.ACCEPTOR, number=1)
    assert case.number in reviewer.reads("/desk/queues/appeals-to-review/")
    assert case.number not in decider.reads("/desk/queues/appeals-to-decide/")
    assert decider.get("/desk/queues/appeals-to-review/").status_code == 403
    case = turns.review_appeal(case)
    assert case.number not in reviewer.reads("/desk/queues/appeals-to-review/")
    assert case.number in decider.reads("/desk/queues/appeals-to-decide/")
    assert "超时申诉待裁定 1 件" in decider.reads("/desk/")
    turns.decide_appeal(case)
    assert case.number not in decider.reads("/desk/queues/appeals-to-decide/")
