"""Two people act on one ruling at once: one wins, the other is told."""

from __future__ import annotations

from datetime import date

import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.verify import verify
from gongzhi.dispatch import operations as dispatch
from gongzhi.dispatch import queries
from gongzhi.dispatch.tests.rulings import ruling
from gongzhi.kernel.refusals import Refusal
from gongzhi.people.states import Post
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import races
from gongzhi.testing.city import put_city
from gongzhi.testing.moves import local, member

pytestmark = pytest.mark.django_db(transaction=True)

LATER = local("2026-11-24 09:00")


@pytest.fixture
def kept(transactional_db):
    put_city()
    return ruling()


def test_a_ruling_is_ended_once(kept):
    by = member(Post.SHIFT_LEADER)

    def end():
        dispatch.end_precedent(kept.uid, grounds="职责已调整", seen=1, by=by, at=LATER)

    got = races.at_once(end, end)
    assert sorted(type(one).__name__ for one in got) == ["ChangedMeanwhile", "NoneType"]
    assert queries.precedent(kept.uid).version == 2
    assert verify().intact


def test_a_ruling_becomes_one_rule_on_one_picture(kept):
    seen = queries.edition()

    def make(code):
        return lambda: dispatch.make_rule_of(
            kept.uid, code=code, from_on=date(2026, 1, 1), seen=seen, by=FOUNDER, at=LATER
        )

    got = races.at_once(make("ruling 1"), make("ruling 2"))
    refused = [one for one in got if isinstance(one, Refusal)]
    assert [type(one) for one in refused] == [ChangedMeanwhile]
    made = [one.code for one in queries.all_rules() if one.code.startswith("ruling ")]
    assert made == [queries.precedent(kept.uid).rule]
    assert verify().intact
