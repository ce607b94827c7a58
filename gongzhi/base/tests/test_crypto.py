"""A personal value opens only in its own place, and only unaltered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.base import crypto


@given(st.binary(max_size=300), st.text(max_size=40))
def test_a_value_opens_in_the_place_it_was_made_for(value, place):
    assert crypto.decrypt(crypto.encrypt(value, bound_to=place), bound_to=place) == value


@given(st.binary(min_size=1, max_size=60), st.data())
def test_a_value_with_any_bit_altered_does_not_open(value, data):
    sealed = bytearray(crypto.encrypt(value, bound_to="case:1#1/phone"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(crypto.ValueUnreadable):
        crypto.decrypt(bytes(sealed), bound_to="case:1#1/phone")


def test_a_value_does_not_open_in_another_place():
    sealed = crypto.encrypt(b"13800000000", bound_to="case:1#1/phone")
    with pytest.raises(crypto.ValueUnreadable):
        crypto.decrypt(sealed, bound_to="case:2#1/phone")


def test_the_same_value_never_looks_the_same_twice():
    assert crypto.encrypt(b"x", bound_to="a") != crypto.encrypt(b"x", bound_to="a")


def test_a_blind_index_finds_equal_values_of_one_purpose_only():
    phone = crypto.keyed_digest("13800000000", purpose="phone")
    assert phone == crypto.keyed_digest("13800000000", purpose="phone")
    assert phone != crypto.keyed_digest("13800000000", purpose="content")
    assert phone != crypto.keyed_digest("13800000001", purpose="phone")
