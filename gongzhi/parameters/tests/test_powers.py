"""Who turns the city's settings, and that nobody turns what they have not seen."""

from __future__ import annotations

from functools import partial

import pytest

from gongzhi.audit.verify import verify
from gongzhi.parameters import operations, queries
from gongzhi.testing import powers
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

CHANGE = partial(operations.set_parameter, "duplicate_radius_m", 80, at=MONDAY_9AM)


def test_only_the_administrator_turns_a_setting():
    powers.only_the_administrator_makes(
        CHANGE, act="parameter.set", stream=f"city:{queries.city().key}", edition=queries.edition
    )
    assert queries.parameter("duplicate_radius_m", at=MONDAY_9AM) == 80
    assert verify().intact


def test_a_setting_is_not_turned_on_an_old_picture():
    powers.nobody_makes_it_on_an_old_picture(CHANGE, thing="city", edition=queries.edition)
    assert queries.parameter("duplicate_radius_m", at=MONDAY_9AM) == 50
