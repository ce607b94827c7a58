"""Who changes calendars, and that nobody changes what they have not seen."""

from __future__ import annotations

from datetime import date

import pytest

from gongzhi.audit.verify import verify
from gongzhi.calendars import operations, queries
from gongzhi.calendars.states import STREAM, DayKind, DaySource
from gongzhi.testing import powers
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def define(**said):
    operations.define_calendar(
        "night", name_zh="夜班", name_en="Night", seasons=operations.DAY_AND_NIGHT, at=MONDAY_9AM, **said
    )


CHANGES = {
    "calendars.define": define,
    "calendars.enter_days": lambda **said: operations.seed_days(
        [2030], library=DaySource.WEEKENDS, at=MONDAY_9AM, **said
    ),
    "calendars.set_day": lambda **said: operations.set_day(date(2026, 12, 3), DayKind.REST, at=MONDAY_9AM, **said),
    "calendars.confirm": lambda **said: operations.confirm_years([2026], notice="另一通知", at=MONDAY_9AM, **said),
}


@pytest.mark.parametrize(("act", "change"), CHANGES.items(), ids=CHANGES)
def test_only_the_administrator_changes_calendars(act, change):
    powers.only_the_administrator_makes(change, act=act, stream=STREAM, edition=queries.edition)
    assert verify().intact


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_calendars_are_not_changed_on_an_old_picture(change):
    powers.nobody_makes_it_on_an_old_picture(change, thing=STREAM, edition=queries.edition)
