"""How far a hand-over is, and why a matter stands on its list."""

from __future__ import annotations

from enum import StrEnum


class HandoverState(StrEnum):
    """How far a hand-over of a shift is.

    Attributes:
        DRAFT: the one who goes is still writing.
        HANDED: the one who goes has signed; nobody has taken over yet.
        TAKEN: the one who came on has signed too.
        DROPPED: it was not handed over; another one takes its place.
    """

    DRAFT = "draft"
    HANDED = "handed"
    TAKEN = "taken"
    DROPPED = "dropped"


class ItemKind(StrEnum):
    """Why a matter stands on the list; it stands there once, under the first that holds.

    Attributes:
        URGENT: it goes the urgent way.
        PROMISED: somebody was promised a call.
        SUPERVISED: somebody above watches it.
        DUE: its stage ends within a day, or has.
    """

    URGENT = "urgent"
    PROMISED = "promised"
    SUPERVISED = "supervised"
    DUE = "due"


class Side(StrEnum):
    """Who says something about a hand-over."""

    GOES = "goes"
    COMES = "comes"
