"""Points per second that find their unit grid, against 40,000 and 177,000 cells on one core.

The cells are crooked and share every corner. In the same run the exact outlines judge a sample, corners of cells among
it, point by point. Run `gongzhi bench locate [--quick]`, or `python -m benchmarks.locate [--quick]`. Needs no database.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time as stopwatch
from dataclasses import dataclass
from statistics import median

import numpy as np
import numpy.typing as npt
import shapely

from gongzhi.places.layers.locating import NOWHERE, CellIndex
from gongzhi.places.tests.invented import SIDE_DEGREES, SOUTH, WEST, invented_cells, invented_codes

CITIES = (40_000, 177_000)
GOAL_PER_S = 400_000
GOAL_SINGLE_US = 50
ROUNDS = 5
SEED = 2026

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """What one city gave."""

    cells: int
    build_s: float
    points_per_s: int
    single_us: float
    judged: int


class Mismatch(Exception):
    """The raster disagrees with the outlines: the figure would be worthless."""


def run(*, quick: bool) -> dict[str, str | int | float | bool]:
    """Measure both cities, judge a sample, and return the figure of the slower one.

    Raises: Mismatch.
    """
    points, singles, judged = (500_000, 5_000, 5_000) if quick else (1_000_000, 20_000, 50_000)
    found = [_measured(cells, points=points, singles=singles, judged=judged) for cells in CITIES]
    rate, single_us = min(one.points_per_s for one in found), max(one.single_us for one in found)
    figures: dict[str, str | int | float | bool] = {
        "name": "locate",
        "figure": rate,
        "unit": "points/s",
        "goal": GOAL_PER_S,
        "reached": rate >= GOAL_PER_S and single_us <= GOAL_SINGLE_US,
        "points": points,
        "single_us": single_us,
        "single_goal_us": GOAL_SINGLE_US,
        "judged": sum(one.judged for one in found),
        "mismatches": 0,
        "quick": quick,
    }
    for one in found:
        figures |= {
            f"cells_{one.cells}_per_s": one.points_per_s,
            f"cells_{one.cells}_single_us": one.single_us,
            f"cells_{one.cells}_build_s": round(one.build_s, 2),
        }
    return figures


def _measured(cells: int, *, points: int, singles: int, judged: int) -> Measured:
    rows = math.isqrt(cells)
    columns = math.ceil(cells / rows)
    outlines = invented_cells(columns, rows)[:cells]
    codes = invented_codes(cells)
    began = stopwatch.perf_counter()
    index = CellIndex(codes, outlines)
    build_s = stopwatch.perf_counter() - began
    lons, lats = _drawn(points, columns=columns, rows=rows)
    seconds = []
    for _ in range(ROUNDS):
        began = stopwatch.perf_counter()
        index.locate_many(lons, lats)
        seconds.append(stopwatch.perf_counter() - began)
    rate = round(points / median(seconds))
    _tell(f"{cells:,} cells, ready in {build_s:.2f} s; {points:,} points at once: {rate:,}/s, the median of {ROUNDS}")
    single_us = _single_us(index, lons[:singles], lats[:singles])
    _tell(f"{cells:,} cells, one point at a time: {single_us} us, the median of {singles:,}")
    corners = shapely.get_coordinates(outlines[:: max(1, cells // 500)])
    sample = np.concatenate([np.column_stack([lons, lats])[:judged], corners])
    _judge(index, outlines, codes, sample)
    _tell(f"{cells:,} cells, {len(sample):,} points judged by the outlines, none differs")
    return Measured(cells, build_s, rate, single_us, len(sample))


def _drawn(points: int, *, columns: int, rows: int) -> tuple[Floats, Floats]:
    """Return points all over the city, and a few beside it."""
    chance = np.random.default_rng(SEED)
    lons = WEST + SIDE_DEGREES * chance.uniform(-0.5, columns + 0.5, points)
    return lons, SOUTH + SIDE_DEGREES * chance.uniform(-0.5, rows + 0.5, points)


def _single_us(index: CellIndex, lons: Floats, lats: Floats) -> float:
    taken_ns = []
    for lon, lat in zip(lons.tolist(), lats.tolist(), strict=True):
        began = stopwatch.perf_counter_ns()
        index.locate(lon, lat)
        taken_ns.append(stopwatch.perf_counter_ns() - began)
    return round(median(taken_ns) / 1_000, 1)


def _judge(index: CellIndex, outlines: npt.NDArray[np.object_], codes: list[str], sample: Floats) -> None:
    """Compare both ways of asking with the outlines around each point, the lowest code first."""
    spots = shapely.points(sample)
    asked, around = shapely.STRtree(outlines).query(spots, predicate="intersects")
    lowest = np.full(len(sample), len(codes))
    np.minimum.at(lowest, asked, around)
    expected = [codes[place] if place < len(codes) else None for place in lowest.tolist()]
    at_once = [
        None if place == NOWHERE else codes[place] for place in index.places(sample[:, 0], sample[:, 1]).tolist()
    ]
    for place, (lon, lat) in enumerate(sample.tolist()):
        if not expected[place] == at_once[place] == index.locate(lon, lat):
            message = f"{lon}, {lat}: outlines {expected[place]}, at once {at_once[place]}, {index.locate(lon, lat)}"
            raise Mismatch(message)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description="Points per second that find their unit grid, judged by the outlines.")
    reader.add_argument("--quick", action="store_true", help="fewer points")
    _tell(json.dumps(run(quick=reader.parse_args().quick)))
