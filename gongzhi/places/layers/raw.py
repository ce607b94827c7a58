"""What each kind of file gives before coordinates are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gongzhi.kernel.refusals import Refusal
from gongzhi.places.layers.systems import Statement
from gongzhi.places.layers.tables import Cell


class Note(StrEnum):
    """What a reader left out or filled in, that a person should know.

    Attributes:
        HEIGHTS_LEFT_OUT: the source is drawn in three dimensions; heights are not kept.
        WITHOUT_PLACE: features without geometry.
        STATED_OTHERWISE: the file names another coordinate system than was declared; the declaration was followed.
        DELETED_LEFT_OUT: rows that the source marks as deleted.
        NOT_UTF8: the texts were read as GB18030.
    """

    HEIGHTS_LEFT_OUT = "heights-left-out"
    WITHOUT_PLACE = "without-place"
    STATED_OTHERWISE = "stated-otherwise"
    DELETED_LEFT_OUT = "deleted-left-out"
    NOT_UTF8 = "not-utf8"


class GeometryUnreadable(Refusal):
    """The geometry of a feature cannot be read."""

    code = "layer-geometry-unreadable"


class SeveralLayers(Refusal):
    """A file holds several layers, and none was named."""

    code = "layer-several"


class LayerUnknown(Refusal):
    """A file holds no layer of this name."""

    code = "layer-unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLayer:
    """Features as they stand in a file.

    Attributes:
        geometries: in the file's own coordinates; None where a feature has none.
        properties: of each feature, in the same order.
        numbers: of each feature, as a person would count in the file.
        stated: what the file says about its coordinate system.
        notes: how many features each note concerns.
    """

    name: str
    geometries: NDArray[np.object_]
    properties: Sequence[Mapping[str, Cell]]
    numbers: Sequence[int]
    stated: Statement | None
    notes: Mapping[Note, int] = field(default_factory=dict)


def chosen(name: str, *, among: Sequence[str], file: str) -> str:
    """Return the layer of a file that is meant: the named one, or the only one.

    Raises: SeveralLayers, LayerUnknown.
    """
    if name in among:
        return name
    if name or not among:
        raise LayerUnknown(file=file, layer=name, layers=", ".join(among))
    if len(among) > 1:
        raise SeveralLayers(file=file, layers=", ".join(among))
    return among[0]
