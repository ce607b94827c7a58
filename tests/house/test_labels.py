"""Every refusal, state and move has words, in Chinese first and in English second."""

from __future__ import annotations

import re
import string
from collections import Counter
from enum import StrEnum

import pytest
from django.utils.functional import Promise
from django.utils.translation import override

from gongzhi.kernel.lifecycle import Lifecycle
from gongzhi.kernel.refusals import Refusal
from gongzhi.notices import registry as notices
from gongzhi.notices.registry import Topic
from tests.house import house

CHINESE = re.compile(r"[\u4e00-\u9fff]")
Word = str | Promise


def faults_of(word: Word) -> list[str]:
    """What is wrong with a label: not Chinese, not translated, or naming other facts in English."""
    with override("zh-hans"):
        chinese = str(word)
    with override("en"):
        english = str(word)
    faults = []
    if not CHINESE.search(chinese):
        faults.append(f"{chinese!r} is not Chinese")
    if CHINESE.search(english) or not english.strip():
        faults.append(f"{chinese!r} has no English words")
    elif facts_named(chinese) != facts_named(english):
        faults.append(f"{chinese!r} and {english!r} name other facts")
    return faults


def facts_named(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def words_of(room: str, table: str) -> dict[str, Word]:
    return dict(getattr(house.labels_of(room), table, {}))


def words_of_states(states: type[StrEnum]) -> dict[StrEnum, Word]:
    """The labels of a set of states: every table in the room's labels that is keyed by it."""
    labels = house.labels_of(house.room_of(states.__module__))
    return {
        state: word
        for table in vars(labels).values()
        if labels is not None and isinstance(table, dict)
        for state, word in table.items()
        if isinstance(state, states)
    }


@pytest.mark.parametrize("refusal", house.refusals(), ids=lambda one: one.code)
def test_a_refusal_has_words_in_both_languages(refusal: type[Refusal]):
    room = house.room_of(refusal.__module__)
    # The kernel speaks no language: the room that uses its refusal finds the words.
    speakers = house.rooms() if room == "kernel" else [room]
    words = [words_of(one, "REFUSALS")[refusal.code] for one in speakers if refusal.code in words_of(one, "REFUSALS")]
    assert words, f"{refusal.code} has no label beside {refusal.__module__}"
    assert [fault for word in words for fault in faults_of(word)] == []


def test_two_refusals_never_share_a_code():
    counted = Counter(refusal.code for refusal in house.refusals())
    assert [code for code, times in counted.items() if times > 1] == []


def test_no_two_rooms_word_the_same_refusal():
    counted = Counter(code for room in house.rooms() if room != "kernel" for code in words_of(room, "REFUSALS"))
    assert [code for code, times in counted.items() if times > 1] == []


def test_no_room_labels_a_refusal_that_nobody_raises():
    raised = {refusal.code for refusal in house.refusals()}
    idle = {room: set(words_of(room, "REFUSALS")) - raised for room in house.rooms()}
    assert {room: codes for room, codes in idle.items() if codes} == {}


@pytest.mark.parametrize("states", house.state_sets(), ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_every_state_has_words_in_both_languages(states: type[StrEnum]):
    words = words_of_states(states)
    assert [state.value for state in states if state not in words] == []
    assert [fault for word in words.values() for fault in faults_of(word)] == []


@pytest.mark.parametrize(("room", "lifecycle"), house.lifecycles().values(), ids=house.lifecycles().keys())
def test_every_move_has_words_in_both_languages(room: str, lifecycle: Lifecycle):
    words = words_of(room, "ACTS")
    spelled = {act: words.get(f"{lifecycle.name}.{act}", words.get(act, "")) for act in lifecycle.acts()}
    assert [act for act, word in spelled.items() if not word] == []
    assert [fault for word in spelled.values() for fault in faults_of(word)] == []


@pytest.mark.parametrize("topic", notices.topics(), ids=lambda one: one.name)
def test_every_topic_of_a_message_has_words_in_both_languages(topic: Topic):
    assert [fault for word in (topic.title, topic.text) for fault in faults_of(word)] == []


def test_a_label_without_a_translation_is_noticed():
    assert faults_of("这句话没有译文") == ["'这句话没有译文' has no English words"]
    assert faults_of("no Chinese") == ["'no Chinese' is not Chinese"]
