"""An invented city of many crooked cells whose neighbours share every corner."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

WEST, SOUTH, SIDE_DEGREES = 117.9, 24.3, 0.001
_CROOKED_SHARE = 0.12
_RING = ((0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1), (0, 0))


def invented_cells(columns: int, rows: int, *, seed: int = 1) -> NDArray[np.object_]:
    """Return cells of about a hectare, each with a bend in the middle of every side, row by row from the south."""
    chance = np.random.default_rng(seed)
    across, up = np.meshgrid(np.arange(2 * columns + 1) / 2, np.arange(2 * rows + 1) / 2)
    lons = WEST + SIDE_DEGREES * (across + chance.uniform(-_CROOKED_SHARE, _CROOKED_SHARE, across.shape))
    lats = SOUTH + SIDE_DEGREES * (up + chance.uniform(-_CROOKED_SHARE, _CROOKED_SHARE, up.shape))
    first_column, first_row = (2 * grid.ravel() for grid in np.meshgrid(np.arange(columns), np.arange(rows)))
    corners = [
        np.column_stack([lons[first_row + up_, first_column + right], lats[first_row + up_, first_column + right]])
        for right, up_ in _RING
    ]
    cells: NDArray[np.object_] = shapely.polygons(np.round(np.stack(corners, axis=1), 7))
    return cells


def invented_codes(count: int) -> list[str]:
    """Return as many 15-digit codes, ascending."""
    return [f"350200{place:09d}" for place in range(count)]
