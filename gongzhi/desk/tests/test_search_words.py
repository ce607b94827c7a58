"""Search in what reporters wrote, for the posts that read their words."""

from __future__ import annotations

import pytest

from gongzhi.people.states import Post
from gongzhi.testing import moves
from gongzhi.testing.news import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_an_acceptor_finds_a_report_by_its_words_and_a_handler_does_not(at_desk):
    receipt = moves.report(text="骑楼下的路灯不亮")
    deliver()
    assert receipt.number in at_desk(Post.ACCEPTOR).reads("/desk/search/", q="路灯不亮")
    for post, unit in ((Post.HANDLER, moves.SIMING_BUREAU), (Post.EVALUATOR, None)):
        assert receipt.number not in at_desk(post, unit).reads("/desk/search/", q="路灯不亮")
