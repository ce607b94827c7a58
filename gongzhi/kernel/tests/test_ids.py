"""Public ids are ordered by time and cannot be guessed."""

import time
import uuid

from gongzhi.kernel.ids import is_id, new_id


def test_an_id_is_a_version_7_uuid_of_the_usual_variant():
    made = new_id()
    assert made.version == 7
    assert made.variant == uuid.RFC_4122


def test_an_id_carries_the_millisecond_it_was_made():
    before = time.time_ns() // 1_000_000  # noqa: TID251 - an id carries the instant it was made
    millis = new_id().int >> 80
    assert before <= millis <= time.time_ns() // 1_000_000  # noqa: TID251 - as above


def test_ids_of_different_milliseconds_are_in_order():
    made = []
    for _ in range(5):
        made.append(new_id())
        time.sleep(0.002)
    assert made == sorted(made)


def test_ids_do_not_repeat_and_use_all_their_random_bits():
    made = [new_id().int for _ in range(2000)]
    assert len(set(made)) == 2000
    ever_one, ever_zero = 0, 0
    for one in made:
        ever_one |= one
        ever_zero |= ~one
    random_bits = (0xFFF << 64) | ((1 << 62) - 1)
    assert ever_one & random_bits == random_bits
    assert ever_zero & random_bits == random_bits


def test_only_the_usual_spelling_is_an_id():
    assert is_id(str(new_id()))
    assert not is_id(new_id().hex)
    assert not is_id("")
