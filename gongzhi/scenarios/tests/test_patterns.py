"""A pattern of somebody else's never holds up an import."""

import time

import pytest

from gongzhi.scenarios.patterns import LONGEST_CHARACTERS, Pattern, PatternUnusable

LONGEST_CELL = 128 * 1024


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("咨询", "【咨询】路灯", True),
        ("咨询|请问", "请问几点", True),
        ("^表扬", "不是表扬", False),
        (r"\d{4}年", "2019年", True),
        ("(?i)HELP", "please help", True),
        (r"^\p{Han}+$", "路灯", True),
        ("a.b", "a\nb", False),
        ("", "", True),
    ],
)
def test_a_pattern_is_found_anywhere_in_the_text(pattern, text, found):
    assert Pattern(pattern).is_found_in(text) is found


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "^(a|a)*$", "(.*a){12}$", "^(a?){30}a{30}$", "^(([a-z])+.)+[A-Z]([a-z])+$"]
)
def test_a_pattern_that_would_try_for_ever_is_done_with_the_longest_cell_at_once(pattern):
    begun_s = time.process_time()
    assert not Pattern(pattern).is_found_in("a" * LONGEST_CELL + "!")
    assert time.process_time() - begun_s < 5


@pytest.mark.parametrize(
    "pattern", ["(", "[a", "a{2,1}", "*", r"(a)\1", "a(?=b)", "(?<!a)b", "((a{500}){500}){500}", "\ud800"]
)
def test_what_cannot_be_searched_in_one_go_is_refused(pattern, capfd):
    with pytest.raises(PatternUnusable):
        Pattern(pattern)
    assert capfd.readouterr().err == "", "the library does not write past us"


def test_a_pattern_as_long_as_a_letter_is_refused():
    assert Pattern("x" * LONGEST_CHARACTERS).is_found_in("x" * LONGEST_CHARACTERS)
    with pytest.raises(PatternUnusable):
        Pattern("x" * (LONGEST_CHARACTERS + 1))
