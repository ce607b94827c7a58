"""What a text is found by: Chinese in pairs of neighbouring characters, everything else in words."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator


def terms(text: str) -> frozenset[str]:
    """Return what a text is found by: every Chinese character and pair of neighbours, and other words as a whole.

    Example:
        >>> sorted(terms("井盖 ABC")) == sorted(["井", "盖", "井盖", "abc"])
        True
    """
    found: set[str] = set()
    for word, is_chinese in _words(text):
        found |= {*word, *_pairs(word)} if is_chinese else {word}
    return frozenset(found)


def wanted_terms(text: str) -> frozenset[str]:
    """Return what must be found for a search to be answered; a Chinese character alone only where no other is.

    Example:
        >>> sorted(wanted_terms("井盖破")) == sorted(["井盖", "盖破"]), wanted_terms("井") == {"井"}
        (True, True)
    """
    found: set[str] = set()
    for word, is_chinese in _words(text):
        found |= (_pairs(word) or {word}) if is_chinese else {word}
    return frozenset(found)


def spelled(text: str) -> list[str]:
    """Return the runs of letters and digits of a text in the spelling in which they are compared.

    Example:
        >>> spelled("路灯坏了，ＡＢ-1")
        ['路灯坏了', 'ab', '1']
    """
    return [word for word, _ in _words(text)]


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield runs of letters and digits, Chinese ones apart from others, in the spelling in which all are compared."""
    alike = unicodedata.normalize("NFKC", text).casefold()
    for kind, run in itertools.groupby(alike, key=_kind):
        if kind is not None:
            yield "".join(run), kind


def _kind(character: str) -> bool | None:
    """Whether a character is Chinese; None when it is neither letter nor digit."""
    if unicodedata.name(character, "").startswith("CJK "):
        return True if character.isalpha() else None
    return False if character.isalnum() else None


def _pairs(word: str) -> set[str]:
    return {first + second for first, second in itertools.pairwise(word)}
