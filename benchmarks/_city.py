"""Making a seeded city in the store of this process: found it, play some stories, copy them, seal, verify.

Run it as a process of its own (`python -m benchmarks._city --cases N`), whose last line tells what was made.
"""

from __future__ import annotations

import argparse
import json
import math
import time as stopwatch
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from benchmarks._stores import Result, peak_mib, tell
from gongzhi.kernel.clock import local_date

if TYPE_CHECKING:
    from concurrent.futures import Future

    from django.db.models import Model

    from benchmarks._bulk import Batch
    from benchmarks._copies import Name, Original, Other, Shape
    from benchmarks._stories import Way
    from benchmarks._workers import Workers
    from gongzhi.calendars.states import DayKind

SEED = 20_261_123
FOUNDED_AT = datetime(2023, 1, 2, 1, 0, tzinfo=UTC)
ROUNDS_OF_CASES = ((500, 1), (50_000, 3))
MOST_ROUNDS = 6
"""How often every way of a case is played in a city of fewer cases than so many, and in a larger one."""
COPIES_AT_ONCE = 250
BATCHES_AHEAD = 2
"""So many batches wait for each worker."""
OPEN_WEEKS = 0.6
"""What comes in within so many weeks is still open at the end."""
OPEN_AT_MOST = 0.15
STORY_WEEKS = 4
A_WEEK, A_DAY = timedelta(weeks=1), timedelta(days=1)
_LARGE_CACHE = f"PRAGMA cache_size = -{256 << 10}"
KINDS = ("case", "report", "visit", "file", "look", "notice")


class NotIntact(Exception):
    """The record that was made does not verify: the city is worth nothing."""


def weeks_of(cases: int) -> int:
    """Return over how many weeks the cases lie: a year up to 10,000, two at 100,000, three from a million on."""
    return round(52 * min(3.0, max(1.0, math.log10(max(cases, 1)) - 3)))


def make(*, cases: int) -> Result:
    """Make a city of so many cases; the same number gives the same city.

    Raises: NotIntact.
    """
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks._stories import SEEDED_UNTIL
    from gongzhi.audit import seals

    begun = stopwatch.perf_counter()
    call_command("migrate", verbosity=0, interactive=False)
    chance = Random(SEED)  # noqa: S311 - a city, not a secret
    played = _play(cases, chance)
    tell(f"{played:,} cases played in {stopwatch.perf_counter() - begun:.1f} s")
    copying = stopwatch.perf_counter()
    entries = _copy(cases - played, chance, over=timedelta(weeks=weeks_of(cases)))
    copying_s = stopwatch.perf_counter() - copying
    tell(f"{cases - played:,} cases copied with {entries:,} entries in {copying_s:.1f} s")
    seals.seal(at=SEEDED_UNTIL)
    build_s = stopwatch.perf_counter() - begun
    return {
        **_verified(),
        **_counted(),
        "database": connection.vendor,
        "weeks": weeks_of(cases),
        "build_s": round(build_s, 1),
        "copying_s": round(copying_s, 1),
        "cases_per_s": round(cases / build_s),
        "resident_mib_peak": peak_mib(),
    }


def _play(cases: int, chance: Random) -> int:
    """Found the schematic city, let its people play every way of a case, and return how many cases there are."""
    from benchmarks import _stories
    from benchmarks._places import Spots
    from gongzhi.audit.seals import place_entries
    from gongzhi.cases.models import Case
    from gongzhi.evidence import operations as evidence
    from gongzhi.parameters import operations as parameters
    from gongzhi.parameters import queries as parameter_queries
    from gongzhi.scenarios import founding, packs

    founding.found(packs.load("xiamen"), at=FOUNDED_AT, with_people=True)
    for name in ("verify_before_filing", "result_photo_required"):  # or every case would have its files
        seen = parameter_queries.edition()
        parameters.set_parameter(name, 0, seen=seen, by=founding.FOUNDER, at=FOUNDED_AT)
    spots = Spots(at=_stories.SEEDED_UNTIL, chance=chance)
    rounds = next((rounds for below, rounds in ROUNDS_OF_CASES if cases < below), MOST_ROUNDS)
    _stories.play(rounds=rounds, chance=chance, draw_place=spots.anywhere)
    while evidence.make_displays(_stories.SEEDED_UNTIL, worker="seed"):
        pass
    while place_entries(at=_stories.SEEDED_UNTIL):
        pass
    return Case.objects.count()


def _copy(wanted: int, chance: Random, *, over: timedelta) -> int:
    """Copy what was played until there are so many cases more; return the number of entries written."""
    from benchmarks._bulk import Positions, without_indexes, write_rows
    from benchmarks._workers import workers_for

    maker = _Maker(chance)
    plan = maker.plan(wanted, over=over)
    with workers_for(maker.originals) as workers, _quickly(), without_indexes(maker.tables):
        positions = Positions()
        for until, batch in _batches(plan, maker, workers):
            positions.write(write_rows(batch).placed, until=until)
        positions.write([])
    maker.keep_sequences()
    return positions.given


def _batches(plan: Sequence[_Planned], maker: _Maker, workers: Workers) -> Iterator[tuple[str, Batch]]:
    """Yield copies in the order of the plan, each time with the instant before which no other copy begins.

    The workers always have something to do, and no more than a few batches wait.
    """
    from gongzhi.kernel.clock import utc_text

    waiting: deque[tuple[str, Future[Batch]]] = deque()
    for first in range(0, len(plan), COPIES_AT_ONCE):
        some = plan[first : first + COPIES_AT_ONCE]
        begins_at = maker.originals[some[-1].number].begins_at + some[-1].later
        waiting.append((utc_text(begins_at), workers.make([(one.number, maker.other(one)) for one in some])))
        if len(waiting) > BATCHES_AHEAD * workers.count:
            until, made = waiting.popleft()
            yield until, made.result()
    for until, made in waiting:
        yield until, made.result()


@dataclass(frozen=True, slots=True)
class _Planned:
    """A copy that is planned: of which original, and how much later than it."""

    number: int
    later: timedelta


class _Maker:
    """Plans copies of all that was played, and says what is different in each: where, when, which ids and names."""

    def __init__(self, chance: Random) -> None:
        """Take apart what was played."""
        from benchmarks._copies import Original, belonging_together
        from benchmarks._places import Spots
        from benchmarks._stories import SEEDED_UNTIL
        from gongzhi.audit.models import Entry, HeldValue, Position
        from gongzhi.base.models import Sequence as Numbers
        from gongzhi.parameters.queries import city

        self._chance = chance
        self._spots = Spots(at=SEEDED_UNTIL, chance=chance)
        self._zone = city().zone
        self._until = SEEDED_UNTIL
        self._last = dict(Numbers.objects.values_list("name", "last"))
        self._made = 0
        waiting = _waiting_messages()
        self.originals = [
            Original([one for one in streams if one not in waiting], shape=_shape())
            for streams in belonging_together(KINDS)
        ]
        copied = {type(row) for one in self.originals for row in one.rows}
        self.tables: list[type[Model]] = [Entry, HeldValue, Position, *sorted(copied, key=lambda one: one._meta.label)]

    def plan(self, wanted: int, *, over: timedelta) -> list[_Planned]:
        """Draw copies of so many cases in all, in the order in which they begin; those still open lie at the end."""
        open_share = min(OPEN_AT_MOST, OPEN_WEEKS / (over / A_WEEK))
        lots = {is_open: _Lot(self.originals, is_open=is_open) for is_open in (False, True)}
        weeks = [[0] if _way_of(one).is_open else _same_weeks(one, over, zone=self._zone) for one in self.originals]
        planned, left = [], wanted
        while left > 0:
            number = lots[self._chance.random() < open_share].drawn(self._chance)
            cases = _cases_in(self.originals[number])
            if cases <= left:
                left -= cases
                planned.append(_Planned(number, -self._chance.choice(weeks[number]) * A_WEEK))
        return sorted(planned, key=lambda one: self.originals[one.number].begins_at + one.later)

    def other(self, planned: _Planned) -> Other:
        """Draw what is different in a copy."""
        from benchmarks._copies import Other, ascending_ids

        self._made += 1
        original, later = self.originals[planned.number], planned.later
        names = [self._other_name(one, later) for one in original.names]
        uids = ascending_ids(len(original.uids), at=original.begins_at + later, chance=self._chance)
        spot = None if original.spot is None else self._spots.like(original.spot)
        return Other(later, uids, names, spot)

    def _other_name(self, name: Name, later: timedelta) -> str:
        if name.sort in {"case", "report"}:
            year = ((name.at or self._until) + later).astimezone(self._zone).year
            number = self._last[f"{name.sort}:{year}"] = self._last.get(f"{name.sort}:{year}", 0) + 1
            return f"{year}-{number:06d}" if name.sort == "case" else f"R{year}-{number:07d}"
        if name.sort == "path":
            path = f"{self._chance.getrandbits(160):040x}"
            return f"{path[:2]}/{path[2:4]}/{path}"
        if name.sort == "phone":
            return f"1380{self._chance.randrange(10_000_000):07d}"
        return f"copy-{self._made}-{name.text}"

    def keep_sequences(self) -> None:
        """Let the product count on where the copies ended."""
        from gongzhi.base.models import Sequence as Numbers

        for name, last in self._last.items():
            Numbers.objects.update_or_create(name=name, defaults={"last": last})


class _Lot:
    """Originals to draw from, open ones or ended ones, each as often as its way is gone."""

    def __init__(self, originals: Sequence[Original], *, is_open: bool) -> None:
        self._numbers = [number for number, one in enumerate(originals) if _way_of(one).is_open is is_open]
        ways = [_way_of(originals[number]) for number in self._numbers]
        of_way = Counter(one.name for one in ways)
        self._until = list(accumulate(one.weight / of_way[one.name] for one in ways))

    def drawn(self, chance: Random) -> int:
        return chance.choices(self._numbers, cum_weights=self._until)[0]


def _same_weeks(original: Original, over: timedelta, *, zone: ZoneInfo) -> list[int]:
    """Return by how many weeks a copy may lie earlier: on its days people work as on those of the original.

    So its deadlines are what the calendars give.
    """
    days = sorted({local_date(at, zone) + near * A_DAY for at in original.told for near in (-1, 0, 1)})
    span = [days[0] + number * A_DAY for number in range((days[-1] - days[0]).days + 1)]
    kinds = [_kind_of(day) for day in span]
    weeks = range(max(1, over // A_WEEK - STORY_WEEKS))
    return [one for one in weeks if [_kind_of(day - one * A_WEEK) for day in span] == kinds]


@cache
def _kind_of(on: date) -> DayKind | None:
    from gongzhi.calendars import queries as calendars

    found = calendars.day(on)
    return None if found is None else found.kind


def _waiting_messages() -> set[str]:
    """Return the streams of messages that no carrier took yet: copies would wait for ever, nobody knowing of them."""
    from gongzhi.notices.models import Sending

    return {f"notice:{uid}" for uid in Sending.objects.values_list("message__uid", flat=True)}


def _way_of(original: Original) -> Way:
    """Return the way that was played: the key of its first report says which."""
    from benchmarks._stories import way_of_key

    return way_of_key(next(one.text for one in original.names if one.sort == "source_key"))


def _cases_in(original: Original) -> int:
    return sum(row.record_label() == "cases.case" for row in original.rows)


def _shape() -> Shape:
    """Return what a copy needs others of: numbers, keys, telephone numbers, and the paths of files."""
    from benchmarks._copies import Shape

    return Shape(
        names={
            "cases.case/number": ("case", "filed_at"),
            "intake.report/number": ("report", "received_at"),
            "intake.report/source_key": ("source_key", ""),
            "evidence.storedfile/path": ("path", ""),
            "evidence.displaycopy/path": ("path", ""),
        },
        held_names={"contact_phone": "phone"},
        digests={"intake.report/phone_index": "phone"},
    )


@contextmanager
def _quickly() -> Iterator[None]:
    """Let the database be careless meanwhile: what is broken off here is never taken for a city."""
    from django.db import connection

    careless, careful = {
        "sqlite": (
            [
                f"PRAGMA {one}"
                for one in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "cache_size = -262144")
            ],
            ["ANALYZE", "PRAGMA synchronous = FULL", "PRAGMA journal_mode = WAL"],
        ),
        "postgresql": (
            ["SET synchronous_commit = off", "SET maintenance_work_mem = '512MB'"],
            ["SET synchronous_commit = on", "VACUUM ANALYZE"],
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        for statement in careless:
            cursor.execute(statement)
        yield
        for statement in careful:
            cursor.execute(statement)


def _verified() -> Result:
    """Verify the whole record, files and anchor included.

    Raises: NotIntact.
    """
    from gongzhi.audit import seals
    from gongzhi.audit.verify import verify

    begun = stopwatch.perf_counter()
    found = verify(anchors=[seals.home_anchor()])
    if not found.intact:
        raise NotIntact(str(found.findings[:5]))
    verify_s = stopwatch.perf_counter() - begun
    tell(f"{found.entries:,} entries verified in {verify_s:.1f} s: intact")
    return {"verify_s": round(verify_s, 1), "entries": found.entries, "streams": found.streams, "rows": found.rows}


def _counted() -> Result:
    """Count what there is."""
    from django.conf import settings
    from django.db import connection

    from gongzhi.cases.models import Case
    from gongzhi.cases.states import ENDS
    from gongzhi.evidence.models import StoredFile
    from gongzhi.intake.models import Report

    cases = Case.objects.count()
    closed = Case.objects.filter(state="closed")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            (size_bytes,) = cursor.fetchone()
    else:
        size_bytes = sum(one.stat().st_size for one in settings.GONGZHI_HOME.glob("*.sqlite3*"))
    return {
        "cases": cases,
        "open": Case.objects.exclude(state__in=[one.value for one in ENDS]).count(),
        "late_share": round(closed.filter(is_late=True).count() / max(1, closed.count()), 3),
        "reports": Report.objects.count(),
        "files": StoredFile.objects.count(),
        "bytes": size_bytes,
    }


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description="Make a seeded city in this store.")
    reader.add_argument("--cases", type=int, required=True)
    tell(json.dumps(make(cases=reader.parse_args().cases)))
