"""Packing all calendars and days of one edition into a short text, and reading them back row by row.

What is to be kept for ever should be small: a day is one number, which names everything that is said of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

Cell = str | int | bool | None
Row = tuple[Cell, ...]

DAY = "day"
"""The first cell of a row that says what a day is; its table and the day itself follow, then what is said of it."""


def pack(rows: Iterable[Sequence[Cell]]) -> str:
    """Return the rows of an edition as one text. Days come in the order of their tables and dates.

    Example:
        >>> pack([("calendar", "office"), ("day", "usual", "2026-01-01", "rest")])
        '{"rows":[["calendar","office"]],"said":[["rest"]],"days":[["usual","2026-01-01",[0]]]}'
    """
    others: list[list[Cell]] = []
    said: dict[Row, int] = {}
    stretches: list[tuple[str, str, list[int]]] = []
    following: tuple[str, str] | None = None
    for row in rows:
        if row[0] != DAY:
            others.append(list(row))
            continue
        table, day = str(row[1]), str(row[2])
        if (table, day) != following:
            stretches.append((table, day, []))
        stretches[-1][2].append(said.setdefault(tuple(row[3:]), len(said)))
        following = table, (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    kept = {"rows": others, "said": list(said), "days": stretches}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def unpack(content: str) -> list[Row]:
    """Return the rows that were packed, those of days last, in the order in which they came.

    Example:
        >>> unpack(pack([("calendar", "office"), ("day", "usual", "2026-01-01", "rest")]))
        [('calendar', 'office'), ('day', 'usual', '2026-01-01', 'rest')]
    """
    kept = json.loads(content)
    rows: list[Row] = [tuple(row) for row in kept["rows"]]
    for table, first, days in kept["days"]:
        for ahead, number in enumerate(days):
            day = date.fromisoformat(first) + timedelta(days=ahead)
            rows.append((DAY, table, day.isoformat(), *kept["said"][number]))
    return rows
