"""Who writes dispatch rules, and that nobody changes what they have not seen."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from gongzhi.audit.verify import verify
from gongzhi.dispatch import operations, queries
from gongzhi.dispatch.rules import Rule
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import powers
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

RULE = Rule(code="new", unit_code="bureau", from_on=date(2026, 12, 1))
CHANGE = partial(operations.put_rules, [RULE], at=MONDAY_9AM)


def test_only_the_administrator_writes_rules():
    powers.only_the_administrator_makes(
        CHANGE, act="dispatch.put_rules", stream=queries.STREAM, edition=queries.edition
    )
    assert RULE in queries.all_rules()
    assert verify().intact


def test_rules_are_not_written_on_an_old_picture():
    known = queries.all_rules()
    # a second change, so that there are two editions to have seen
    operations.put_rules([known[0]], seen=queries.edition(), by=FOUNDER, at=MONDAY_9AM)
    powers.nobody_makes_it_on_an_old_picture(CHANGE, thing=queries.STREAM, edition=queries.edition)
    assert queries.all_rules() == known
