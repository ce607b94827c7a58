"""The name and version of a piece of software news. `Event` belongs to the city."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FactType:
    """What happened, as subscribers know it: `case.file`, version 1.

    Readers upcast older versions for ever; a type is never given another meaning.
    """

    name: str
    v: int = 1
