"""Deadlines per second in batch, over mixed units and pauses across the Spring Festival.

In the same run a clerk who counts minutes judges a sample of both ways of computing: the batch and the single limit.
Run `gongzhi bench deadline [--quick]`, or `python -m benchmarks.deadline [--quick]`. Needs no database.
"""

from __future__ import annotations

import argparse
import json
import sys
import time as stopwatch
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from gongzhi.calendars.rules import (
    UNIT_CODES,
    Pause,
    Pauses,
    Period,
    Season,
    WorkingTime,
    deadline,
    deadlines,
    prepare,
)
from gongzhi.calendars.tests.days import statutory_day
from gongzhi.calendars.tests.oracle import MinuteClerk
from gongzhi.kernel.units import ClockUnit, Limit

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_ON, UNTIL_ON = date(2025, 1, 1), date(2027, 1, 1)
STARTS_FROM = datetime(2026, 1, 20, tzinfo=ZONE)
STARTS_DAYS = 50
MORNING, AFTERNOON, SUMMER_AFTERNOON = (time(8), time(12)), (time(14), time(18)), (time(15), time(18))
LONGEST = {ClockUnit.URGENT_HOUR: 48, ClockUnit.WORK_HOUR: 40, ClockUnit.WORK_DAY: 20, ClockUnit.NATURAL_DAY: 30}
MINUTE_US = 60_000_000
MOST_PAUSES = 3
GOAL_PER_S = 1_000_000
ROUNDS = 5
SEED = 2026

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """Limits of all four units with up to three pauses each, drawn by a seed; everything on whole minutes."""

    units: IntArray
    lengths: IntArray
    starts_us: IntArray
    pauses: Pauses

    def limit(self, place: int) -> Limit:
        """Return the limit at a place of the batch."""
        return Limit(list(ClockUnit)[int(self.units[place])], int(self.lengths[place]))

    def start(self, place: int) -> datetime:
        """Return when it starts."""
        return _instant(int(self.starts_us[place]))

    def spans(self, place: int) -> list[tuple[datetime, datetime]]:
        """Return its pauses."""
        first, past = np.searchsorted(self.pauses.owner, [place, place + 1])
        own = zip(self.pauses.from_us[first:past], self.pauses.until_us[first:past], strict=True)
        return [(_instant(int(from_us)), _instant(int(until_us))) for from_us, until_us in own]


class Mismatch(Exception):
    """One way of computing disagrees with the clerk who counts minutes: the figure would be worthless."""


def run(*, quick: bool) -> dict[str, str | int | float | bool]:
    """Measure the batch, judge a sample, and return the figure.

    Raises: Mismatch.
    """
    size, sample = (100_000, 60) if quick else (1_000_000, 400)
    working_time, clerk = _office(), _clerk()
    batch = _drawn(size)
    _tell(f"{size:,} limits of four units, {len(batch.pauses.owner):,} pauses, starts over {STARTS_DAYS} days")
    found, seconds = _timed(working_time, batch)
    _tell(f"batch: {', '.join(f'{one:.3f} s' for one in seconds)}; median counts")
    places = _sampled(batch, sample)
    single_s = _judge(working_time, clerk, batch, found, places)
    _tell(f"clerk: {len(places)} limits counted minute by minute, none differs")
    rate = round(size / median(seconds))
    return {
        "name": "deadline",
        "figure": rate,
        "unit": "deadlines/s",
        "goal": GOAL_PER_S,
        "reached": rate >= GOAL_PER_S,
        "deadlines": size,
        "pauses": len(batch.pauses.owner),
        "single_per_s": round(len(places) / single_s),
        "judged": len(places),
        "mismatches": 0,
        "quick": quick,
    }


def _office() -> WorkingTime:
    days = [statutory_day(FIRST_ON + timedelta(days=ahead)) for ahead in range((UNTIL_ON - FIRST_ON).days)]
    seasons = [
        Season("05-01", "10-01", (Period(*MORNING), Period(*SUMMER_AFTERNOON))),
        Season("01-01", "01-01", (Period(*MORNING), Period(*AFTERNOON))),
    ]
    return prepare(key="office", zone=ZONE, first_on=FIRST_ON, days=days, confirmed_until_on=UNTIL_ON, seasons=seasons)


def _clerk() -> MinuteClerk:
    return MinuteClerk.with_calendar(
        zone=ZONE,
        first_on=FIRST_ON,
        until_on=UNTIL_ON,
        works_on=lambda on: statutory_day(on).is_working,
        hours_on=lambda on: (MORNING, SUMMER_AFTERNOON if on.month in range(5, 10) else AFTERNOON),
    )


def _drawn(size: int) -> Batch:
    chance = np.random.default_rng(SEED)
    units = chance.integers(0, len(UNIT_CODES), size)
    longest = np.array([LONGEST[unit] for unit in UNIT_CODES])
    first_us = int(STARTS_FROM.astimezone(UTC).timestamp()) * 1_000_000
    starts_us = first_us + chance.integers(0, STARTS_DAYS * 24 * 60, size) * MINUTE_US
    # More than half are never paused; gaps and pauses run from a minute to some days, over nights and holidays.
    counts = np.maximum(chance.integers(-MOST_PAUSES, MOST_PAUSES + 1, size), 0)
    gaps = chance.integers(1, 2 * 24 * 60, (size, MOST_PAUSES)) * MINUTE_US
    lengths = chance.integers(1, 3 * 24 * 60, (size, MOST_PAUSES)) * MINUTE_US
    until_us = starts_us[:, None] + np.cumsum(gaps + lengths, axis=1)
    drawn = np.arange(MOST_PAUSES)[None, :] < counts[:, None]
    pauses = Pauses(np.nonzero(drawn)[0], (until_us - lengths)[drawn], until_us[drawn])
    return Batch(units, 1 + chance.integers(0, longest[units]), starts_us, pauses)


def _timed(working_time: WorkingTime, batch: Batch) -> tuple[IntArray, list[float]]:
    found, seconds = np.empty(0, dtype=np.int64), []
    for _ in range(ROUNDS):
        begun = stopwatch.perf_counter()
        found = deadlines(
            working_time, units=batch.units, lengths=batch.lengths, starts_us=batch.starts_us, pauses=batch.pauses
        )
        seconds.append(stopwatch.perf_counter() - begun)
    return found, seconds


def _sampled(batch: Batch, count: int) -> list[int]:
    """Take as many of each unit, spread over the whole batch."""
    share = count // len(UNIT_CODES)
    places = (np.flatnonzero(batch.units == code) for code in UNIT_CODES.values())
    return [int(one) for of_unit in places for one in of_unit[:: max(1, len(of_unit) // share)][:share]]


def _judge(
    working_time: WorkingTime, clerk: MinuteClerk, batch: Batch, found: IntArray, places: Sequence[int]
) -> float:
    """Compare both ways with the clerk; return the seconds that the single limits took."""
    taken_s = 0.0
    for place in places:
        limit, start, spans = batch.limit(place), batch.start(place), batch.spans(place)
        counted = clerk.deadline(limit, start=start, pauses=spans)
        begun = stopwatch.perf_counter()
        single = deadline(working_time, limit, start=start, pauses=[Pause(*span) for span in spans]).due_at
        taken_s += stopwatch.perf_counter() - begun
        in_batch = _instant(int(found[place]))
        if not counted == single == in_batch:
            message = f"{limit.text} from {start}: counted {counted}, single {single}, batch {in_batch}"
            raise Mismatch(message)
    return taken_s


def _instant(instant_us: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant_us)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description="Deadlines per second in batch, judged by counting minutes.")
    reader.add_argument("--quick", action="store_true", help="a small size")
    _tell(json.dumps(run(quick=reader.parse_args().quick)))
