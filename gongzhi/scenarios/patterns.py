"""Regular expressions that somebody else wrote: searched in time that grows with the text alone, never with its shape.

Python's own engine tries again and again, so that one pattern like `(a+)+$` and one row would hold up an import for
ever. RE2 reads each character once; what it cannot read that way (references back, looking around) it does not know.
"""

from __future__ import annotations

from typing import Final

import re2

LONGEST_CHARACTERS: Final = 1000
_MOST_BYTES: Final = 1024 * 1024


class PatternUnusable(ValueError):
    """The text is no regular expression that RE2 knows, or one that is too large."""


class Pattern:
    """A regular expression, read once."""

    __slots__ = ("_compiled",)

    def __init__(self, text: str) -> None:
        """Read the expression.

        Raises: PatternUnusable.
        """
        if len(text) > LONGEST_CHARACTERS:
            raise PatternUnusable(f"longer than {LONGEST_CHARACTERS} characters")
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MOST_BYTES
        try:
            self._compiled = re2.compile(text, options)
        except (re2.error, UnicodeEncodeError) as fault:
            raise PatternUnusable(str(fault)) from fault

    def is_found_in(self, text: str) -> bool:
        """Whether the expression fits anywhere in a text."""
        return self._compiled.search(text) is not None
