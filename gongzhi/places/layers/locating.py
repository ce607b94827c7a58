"""Which unit grid a point lies in: one point when a report comes in, millions when a city is evaluated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NOWHERE: Final = -1
_PIXELS_PER_CELL: Final = 4
_MOST_PIXELS: Final = 16_000_000
_BATCH: Final = 1 << 20
_BLOCK_PIXELS: Final = 8


class CellIndex:
    """The outlines of the unit grids, sorted into a fine raster: a point looks only at the few cells of its pixel.

    The answers are those of the outlines themselves: a point in or on the border of a cell lies in it; of several, in
    the one with the lowest code.
    """

    def __init__(self, codes: Sequence[str], outlines: ArrayLike) -> None:
        """Sort the cells into the raster; one index serves any number of threads.

        Args:
            codes: of the cells, each once.
            outlines: polygons in degrees of CGCS2000, in the same order.
        """
        order = np.argsort(np.asarray(codes, dtype=str), kind="stable")
        self._codes = np.asarray(codes, dtype=str)[order]
        self._outlines = np.asarray(outlines, dtype=object)[order]
        shapely.prepare(self._outlines)
        self._lay_raster()

    def __len__(self) -> int:
        """Return how many cells there are."""
        return len(self._codes)

    def locate(self, lon: float, lat: float) -> str | None:
        """Return the code of the cell around a point; None where there is none."""
        across, up = (lon - self._west) / self._step, (lat - self._south) / self._step
        if not (0 <= across < self._columns and 0 <= up < self._rows):
            return None
        pixel = int(up) * self._columns + int(across)
        for place in self._cells[self._first[pixel] : self._first[pixel + 1]].tolist():
            if shapely.intersects_xy(self._outlines[place], lon, lat):
                return str(self._codes[place])
        return None

    def locate_many(self, lons: ArrayLike, lats: ArrayLike) -> NDArray[np.str_]:
        """Return the codes of the cells around many points, in their order; empty text where there is none."""
        places = self.places(lons, lats)
        if not len(self._codes):
            return np.full(places.shape, "", dtype="<U1")
        return np.where(places == NOWHERE, "", self._codes[places])

    def places(self, lons: ArrayLike, lats: ArrayLike) -> Ints:
        """Return the places, in the order of the codes, of the cells around many points; `NOWHERE` where there is none.

        Args:
            lons: degrees of CGCS2000; a pair that is not finite lies nowhere.
            lats: same shape.
        """
        xs, ys = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        found = np.full(xs.shape, NOWHERE, dtype=np.int64)
        for begin in range(0, len(xs), _BATCH):
            part = slice(begin, begin + _BATCH)
            found[part] = self._places(xs[part], ys[part])
        return found

    @property
    def codes(self) -> NDArray[np.str_]:
        """The codes in their order."""
        return self._codes

    def _lay_raster(self) -> None:
        """Note for each pixel the cells whose box reaches into it, lowest code first."""
        if not len(self._codes):
            self._west = self._south = 0.0
            self._step, self._columns, self._rows = 1.0, 0, 0
            self._first, self._cells = np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int32)
            return
        boxes = shapely.bounds(self._outlines)
        self._west, self._south, east, north = shapely.total_bounds(self._outlines).tolist()
        width, height = max(east - self._west, 1e-7), max(north - self._south, 1e-7)
        typical = float(np.median(np.sqrt((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))))
        self._step = max(typical / math.sqrt(_PIXELS_PER_CELL), math.sqrt(width * height / _MOST_PIXELS), 1e-7)
        self._columns, self._rows = int(width / self._step) + 1, int(height / self._step) + 1
        low_x, low_y = self._pixel(boxes[:, 0], boxes[:, 1])
        high_x, high_y = self._pixel(boxes[:, 2], boxes[:, 3])
        wide, tall = high_x - low_x + 1, high_y - low_y + 1
        cells = np.repeat(np.arange(len(boxes)), wide * tall)
        within = np.arange(len(cells)) - np.repeat(np.cumsum(wide * tall) - wide * tall, wide * tall)
        columns = low_x[cells] + within % wide[cells]
        rows = low_y[cells] + within // wide[cells]
        pixels = rows * self._columns + columns
        sorted_ = np.argsort(pixels, kind="stable")
        self._cells = cells[sorted_].astype(np.int32)
        counts = np.bincount(pixels, minlength=self._columns * self._rows)
        self._first = np.concatenate([[0], np.cumsum(counts)])

    def _pixel(self, xs: Floats, ys: Floats) -> tuple[Ints, Ints]:
        return (
            np.floor((xs - self._west) / self._step).astype(np.int64),
            np.floor((ys - self._south) / self._step).astype(np.int64),
        )

    def _places(self, xs: Floats, ys: Floats) -> Ints:
        found = np.full(len(xs), NOWHERE, dtype=np.int64)
        with np.errstate(invalid="ignore"):
            across, up = (xs - self._west) / self._step, (ys - self._south) / self._step
            open_ = np.flatnonzero((across >= 0) & (across < self._columns) & (up >= 0) & (up < self._rows))
        columns, rows = across[open_].astype(np.int64), up[open_].astype(np.int64)
        # Neighbours one after the other: their cells are still in the processor's cache, which is most of the speed.
        blocks = (rows // _BLOCK_PIXELS) * (self._columns // _BLOCK_PIXELS + 1) + columns // _BLOCK_PIXELS
        order = np.argsort(blocks, kind="stable")
        open_, pixels = open_[order], (rows * self._columns + columns)[order]
        turn, last = self._first[pixels], self._first[pixels + 1]
        while len(open_):
            more = turn < last
            open_, turn, last = open_[more], turn[more], last[more]
            candidates = self._cells[turn]
            inside = shapely.intersects_xy(self._outlines[candidates], xs[open_], ys[open_])
            found[open_[inside]] = candidates[inside]
            outside = ~inside
            open_, turn, last = open_[outside], turn[outside] + 1, last[outside]
        return found
