"""An instant is written down in UTC to the microsecond and read back exactly."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.clock import from_utc_text, utc_text, wall_clock

INSTANTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]), min_value=datetime(1900, 1, 1))  # noqa: DTZ001 - hypothesis adds the zone


@given(INSTANTS)
def test_an_instant_is_read_back_exactly(at):
    assert from_utc_text(utc_text(at)) == at


@given(INSTANTS, INSTANTS)
def test_written_instants_are_in_the_order_of_time(one, other):
    assert (utc_text(one) < utc_text(other)) == (one < other)


def test_a_year_of_three_digits_is_written_with_four():
    assert utc_text(datetime(618, 6, 18, tzinfo=UTC)) == "0618-06-18T00:00:00.000000Z"


@pytest.mark.parametrize(
    "text",
    ["2026-11-23", "2026-11-23T01:00:00Z", "2026-11-23T09:00:00.000000+08:00", "2026-11-23T01:00:00.000000", "x"],
)
def test_another_spelling_of_an_instant_is_refused(text):
    with pytest.raises(ValueError, match=r"spelled|zone|Invalid"):
        from_utc_text(text)


def test_the_clock_tells_an_aware_instant_in_utc():
    assert wall_clock().tzinfo is UTC


@pytest.mark.parametrize(
    "actor",
    [
        Actor(id="a", kind=ActorKind.MEMBER, post="clerk", unit="bureau", on_behalf_of="b"),
        Actor(id="timer", kind=ActorKind.TIMER),
    ],
)
def test_an_actor_is_read_back_from_the_record(actor):
    assert Actor.from_record(actor.as_record()) == actor
