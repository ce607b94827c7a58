"""Everything that is hashed has exactly one spelling."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.kernel.canonical import canonical_bytes, plain


class State(StrEnum):
    FILED = "filed"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_a_plain_value_is_read_back_as_it_was(value):
    assert json.loads(canonical_bytes(value)) == value


@given(st.dictionaries(TEXTS, PLAIN, max_size=6), st.randoms())
def test_the_order_in_which_names_were_given_does_not_matter(value, random):
    names = list(value)
    random.shuffle(names)
    assert canonical_bytes({name: value[name] for name in names}) == canonical_bytes(value)


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        (State.FILED, "filed"),
        (date(2026, 11, 23), "2026-11-23"),
        (time(8, 30), "08:30:00"),
        (datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=8))), "2026-11-23T01:00:00.000000Z"),
        (datetime(2026, 11, 23, 1, 0, 0, 7, tzinfo=UTC), "2026-11-23T01:00:00.000007Z"),
        (Decimal("3.50"), "3.50"),
        (Decimal("1E+2"), "100"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ((1, "a"), [1, "a"]),
        ({State.FILED: 1}, {"filed": 1}),
    ],
)
def test_each_value_of_the_city_has_one_spelling(value, spelled):
    assert plain(value) == spelled


@pytest.mark.parametrize("value", [0.5, {"a": [1.0]}, b"bytes", {1, 2}, object(), {1: "a"}, {None: "a"}, "\ud800"])
def test_a_value_without_an_exact_spelling_is_refused(value):
    with pytest.raises(TypeError):
        canonical_bytes(value)


@pytest.mark.parametrize("value", [2**63, -(2**63), Decimal("NaN"), Decimal("Infinity")])
def test_a_number_that_no_database_keeps_exactly_is_refused(value):
    with pytest.raises(ValueError, match=r"63 bits|no number"):
        canonical_bytes(value)


def test_an_instant_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        canonical_bytes(datetime(2026, 11, 23))  # noqa: DTZ001 - the naive time is what is refused


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3, minutes=-30))])
@given(at=st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)))  # noqa: DTZ001 - made aware below
def test_the_same_instant_is_spelled_the_same_in_every_zone(zone, at):
    at = at.replace(tzinfo=UTC)
    assert canonical_bytes(at.astimezone(zone)) == canonical_bytes(at)
