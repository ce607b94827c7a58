"""The same report twice at the same moment: one report, one receipt."""

from functools import partial

import pytest
from django.db import transaction

from gongzhi.audit.verify import verify
from gongzhi.cases import queries as cases
from gongzhi.intake import queries
from gongzhi.intake.operations import Receipt, RepeatedKeyOtherContent
from gongzhi.testing import moves
from gongzhi.testing.races import at_once, while_the_first_has_not_finished

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]


def test_who_repeats_a_report_that_is_being_received_gets_its_receipt():
    receive = partial(moves.report, key="k1")
    first, second = while_the_first_has_not_finished(receive, receive)
    assert isinstance(second, Receipt)
    assert (second.report, second.number, second.case) == (first.report, first.number, first.case)
    assert (first.repeated, second.repeated) == (False, True)
    assert len(queries.page()) == 1
    assert sum(cases.state_counts().values()) == 1
    assert verify().intact


def test_of_many_repetitions_at_once_one_report_is_left():
    receipts = at_once(*[partial(moves.report, key="k1")] * 6)
    assert len({one.number for one in receipts}) == 1
    assert sorted(one.repeated for one in receipts) == [False] + [True] * 5
    assert len(queries.page()) == 1
    assert verify().intact


def test_other_content_under_a_key_that_is_being_received_is_refused():
    _, second = while_the_first_has_not_finished(
        partial(moves.report, key="k1", text="东侧"), partial(moves.report, key="k1", text="西侧")
    )
    assert isinstance(second, RepeatedKeyOtherContent)
    assert second.facts == {"source": "portal", "key": "k1"}, "what came of the first is told to nobody else"
    assert len(queries.page()) == 1


class PowerCut(Exception):
    """The first request dies before it commits."""


def test_a_report_whose_request_dies_leaves_its_key_free():
    def dying_request():
        with transaction.atomic():
            moves.report(key="k1")
            raise PowerCut

    with pytest.raises(PowerCut):
        dying_request()
    receipt = moves.report(key="k1")
    assert not receipt.repeated
    assert [one.uid for one in queries.page()] == [receipt.report]


def test_different_reports_at_once_get_different_numbers():
    receipts = at_once(*[partial(moves.report, key=f"k{number}") for number in range(6)])
    assert sorted(one.number for one in receipts) == [f"R2026-{number:07d}" for number in range(1, 7)]
    assert verify().intact
