"""People read words, not codes."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from django.utils import translation

from gongzhi.kernel.geo import ImpossiblePoint
from gongzhi.kernel.refusals import Refusal
from gongzhi.places import layers, operations
from gongzhi.places.labels import FINDINGS, LAYER_NOTES, LEVELS, PLACE_STATES, REFUSALS
from gongzhi.places.layers.raw import Note
from gongzhi.places.layers.topology import FindingKind
from gongzhi.places.states import DivisionLevel, PlaceState

LAYERS = [importlib.import_module(found.name) for found in pkgutil.iter_modules(layers.__path__, f"{layers.__name__}.")]
OWN_REFUSALS = list(
    dict.fromkeys(
        found
        for found in (
            ImpossiblePoint,
            *vars(operations).values(),
            *(one for each in LAYERS for one in vars(each).values()),
        )
        if isinstance(found, type) and issubclass(found, Refusal) and found.code
    )
)


def test_every_level_and_every_state_of_a_place_has_a_chinese_label():
    with translation.override("zh-hans"):
        words = [str(word) for word in (*LEVELS.values(), *PLACE_STATES.values())]
    assert set(LEVELS) == set(DivisionLevel)
    assert set(PLACE_STATES) == set(PlaceState)
    assert all(any("一" <= sign <= "鿿" for sign in word) for word in words)


def test_every_note_of_a_reader_and_every_finding_of_the_topology_report_has_a_chinese_label():
    assert set(LAYER_NOTES) == set(Note)
    assert set(FINDINGS) == set(FindingKind)
    with translation.override("zh-hans"):
        words = [str(word) for word in (*LAYER_NOTES.values(), *FINDINGS.values())]
    assert all(any("一" <= sign <= "鿿" for sign in word) for word in words)


@pytest.mark.parametrize("refusal", OWN_REFUSALS, ids=lambda refusal: refusal.code)
def test_every_refusal_of_this_room_has_words(refusal):
    assert refusal.code in REFUSALS


def test_no_words_are_kept_for_a_refusal_that_does_not_exist():
    assert set(REFUSALS) == {refusal.code for refusal in OWN_REFUSALS}
