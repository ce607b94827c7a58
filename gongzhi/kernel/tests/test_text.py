import pytest

from gongzhi.kernel.text import says_something

UNSEEN = {
    "nothing": "",
    "a space": " ",
    "line and tab": "\r\n\t",
    "an ideographic space": "\u3000",
    "no-break and narrow spaces": "\u00a0\u202f\u2009",
    "line and paragraph separators": "\u2028\u2029",
    "a zero byte": "\x00",
    "control characters": "\x07\x1b\x7f\x85",
    "a zero-width space": "\u200b",
    "joiners": "\u200c\u200d",
    "a byte order mark": "\ufeff",
    "a word joiner": "\u2060",
    "invisible operators": "\u2061\u2062\u2063\u2064",
    "marks of direction": "\u200e\u200f\u202a\u202e\u2066\u2069",
    "a soft hyphen": "\u00ad",
    "a Mongolian vowel separator": "\u180e",
    "variation selectors": "\ufe00\ufe0f\U000e0100\U000e01ef",
    "tags": "\U000e0001\U000e0020\U000e007f",
    "a combining grapheme joiner": "\u034f",
    "an accent on nothing": "\u0301",
    "Hangul fillers": "\u115f\u1160\u3164\uffa0",
    "a braille cell without dots": "\u2800",
    "half a pair": "\ud800",
    "many of them": "\u200b \ufeff\n\u2060\ufe0f",
}


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN.keys())
def test_what_nobody_can_see_says_nothing(text):
    assert not says_something(text)


@pytest.mark.parametrize(
    "text",
    ["路灯不亮", "a", "7", "？", "。", "👷🏽‍♀️", "☹\ufe0f", "𬭎", "\ue000", "\u200b脏\u200b", "e\u0301", "カ\uff9e"],
)
def test_one_character_that_shows_is_enough(text):
    assert says_something(text)
