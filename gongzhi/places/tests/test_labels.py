"""People read words, not codes."""

from __future__ import annotations

import pytest
from django.utils import translation

from gongzhi.kernel.geo import ImpossiblePoint
from gongzhi.kernel.refusals import Refusal
from gongzhi.places import operations
from gongzhi.places.labels import LEVELS, PLACE_STATES, REFUSALS
from gongzhi.places.states import DivisionLevel, PlaceState

OWN_REFUSALS = [
    found
    for found in (ImpossiblePoint, *vars(operations).values())
    if isinstance(found, type) and issubclass(found, Refusal)
]


def test_every_level_and_every_state_of_a_place_has_a_chinese_label():
    with translation.override("zh-hans"):
        words = [str(word) for word in (*LEVELS.values(), *PLACE_STATES.values())]
    assert set(LEVELS) == set(DivisionLevel)
    assert set(PLACE_STATES) == set(PlaceState)
    assert all(any("一" <= sign <= "鿿" for sign in word) for word in words)


@pytest.mark.parametrize("refusal", OWN_REFUSALS, ids=lambda refusal: refusal.code)
def test_every_refusal_of_this_room_has_words(refusal):
    assert refusal.code in REFUSALS


def test_no_words_are_kept_for_a_refusal_that_does_not_exist():
    assert set(REFUSALS) == {refusal.code for refusal in OWN_REFUSALS}
