"""How long a cell of a table may be, and whether a text says anything that a person could see."""

from __future__ import annotations

import unicodedata

LONGEST_CELL = 1 << 20
"""Characters in one cell of a table that comes from outside. Python's reader knows one limit for the whole process."""

_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"})
_UNSEEN_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # fillers, and the braille cell without a dot


def says_something(text: str) -> bool:
    r"""Whether a text holds at least one character that shows: no space, control, format or joining character alone.

    Marks that only change the character before them (accents, variation selectors) say nothing by themselves.

    Example:
        >>> says_something(" 路灯 "), says_something("\u200b\ufeff \u2060"), says_something("\ufe0f")
        (True, False, False)
    """
    return any(one not in _UNSEEN_LETTERS and unicodedata.category(one) not in _UNSEEN_CATEGORIES for one in text)
