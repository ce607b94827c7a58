"""Making a seeded city in the store of this process: found it, play some stories, copy them, seal, verify.

Run it as a process of its own (`python -m benchmarks._city --cases N`), whose last line tells what was made.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import time as stopwatch
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from random import Random
from typing import TYPE_CHECKING

from benchmarks._stores import Result, peak_mib, tell

if TYPE_CHECKING:
    from benchmarks._copies import Copied, Name, Original, Shape
    from benchmarks._stories import Way

SEED = 20_261_123
FOUNDED_AT = datetime(2023, 1, 2, 1, 0, tzinfo=UTC)
ROUNDS, FEW_ROUNDS, FEW_CASES = 3, 1, 500
COPIES_AT_ONCE = 400
OPEN_WEEKS = 0.6
"""What comes in within so many weeks is still open at the end."""
OPEN_AT_MOST = 0.15
STORY_WEEKS = 4
JITTER_S = 30 * 60.0
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
    with _quickly():
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
    rounds = FEW_ROUNDS if cases < FEW_CASES else ROUNDS
    _stories.play(rounds=rounds, chance=chance, draw_place=spots.anywhere)
    while evidence.make_displays(_stories.SEEDED_UNTIL, worker="seed"):
        pass
    while place_entries(at=_stories.SEEDED_UNTIL):
        pass
    return Case.objects.count()


def _copy(wanted: int, chance: Random, *, over: timedelta) -> int:
    """Copy what was played until there are so many cases more; return the number of entries written."""
    from benchmarks._bulk import Writer
    from gongzhi.kernel.clock import utc_text

    writer, maker = Writer(), _Maker(chance)
    plan = iter(maker.plan(wanted, over=over))
    while some := list(islice(plan, COPIES_AT_ONCE)):
        begins_at = some[-1].original.begins_at + some[-1].later
        writer.write([maker.copy(one) for one in some], until=utc_text(begins_at))
    writer.write([])
    maker.keep_sequences()
    return writer.entries


@dataclass(frozen=True, slots=True)
class _Planned:
    """A copy that is planned: of what, and how much later than it."""

    original: Original
    later: timedelta


class _Maker:
    """Plans copies of all that was played, and makes them: where, when, under which ids, numbers and names."""

    def __init__(self, chance: Random) -> None:
        """Take apart what was played."""
        from benchmarks._copies import Original, belonging_together
        from benchmarks._places import Spots
        from benchmarks._stories import SEEDED_UNTIL
        from gongzhi.base.models import Sequence as Numbers
        from gongzhi.parameters.queries import city

        self._chance = chance
        self._spots = Spots(at=SEEDED_UNTIL, chance=chance)
        self._zone = city().zone
        self._until = SEEDED_UNTIL
        self._last = dict(Numbers.objects.values_list("name", "last"))
        self._made = 0
        waiting = _waiting_messages()
        originals = [
            Original([one for one in streams if one not in waiting], shape=_shape())
            for streams in belonging_together(KINDS)
        ]
        self._ended = _Lot([one for one in originals if not _way_of(one).is_open])
        self._open = _Lot([one for one in originals if _way_of(one).is_open])

    def plan(self, wanted: int, *, over: timedelta) -> list[_Planned]:
        """Draw copies of so many cases in all, in the order in which they begin; those still open lie at the end."""
        open_share = min(OPEN_AT_MOST, OPEN_WEEKS / (over / timedelta(weeks=1)))
        planned, left = [], wanted
        while left > 0:
            lot = self._open if self._chance.random() < open_share else self._ended
            original = lot.drawn(self._chance)
            if _cases_in(original) <= left:
                left -= _cases_in(original)
                planned.append(_Planned(original, self._later(original, lot, over=over)))
        return sorted(planned, key=lambda one: one.original.begins_at + one.later)

    def _later(self, original: Original, lot: _Lot, *, over: timedelta) -> timedelta:
        """Draw how much earlier a copy lies: weeks where it has ended, and some minutes that let no clock run out."""
        ahead = [(at - self._until).total_seconds() for at in original.told if at >= self._until]
        jitter = timedelta(seconds=self._chance.uniform(0, min([JITTER_S, *ahead])))
        if lot is self._open:
            return -jitter
        weeks = self._chance.randrange(max(1, over // timedelta(weeks=1) - STORY_WEEKS))
        return -timedelta(weeks=weeks) - jitter

    def copy(self, planned: _Planned) -> Copied:
        """Make one copy, with files of its own."""
        from benchmarks._copies import Other, ascending_ids

        self._made += 1
        original, later = planned.original, planned.later
        names = [self._other_name(one, later) for one in original.names]
        uids = ascending_ids(len(original.uids), at=original.begins_at + later, chance=self._chance)
        for one, name in zip(original.names, names, strict=True):
            if one.sort == "path":
                _copy_file(one.text, name)
        spot = None if original.spot is None else self._spots.like(original.spot)
        return original.copy(Other(later, uids, names, spot))

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
    """Originals to draw from, each as often as its way is gone."""

    def __init__(self, originals: Sequence[Original]) -> None:
        self._originals = originals
        of_way = Counter(_way_of(one).name for one in originals)
        self._until = list(accumulate(_way_of(one).weight / of_way[_way_of(one).name] for one in originals))

    def drawn(self, chance: Random) -> Original:
        return chance.choices(self._originals, cum_weights=self._until)[0]


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


def _copy_file(path: str, other: str) -> None:
    from gongzhi.evidence.stores import file_home

    final = file_home() / other
    final.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file_home() / path, final)


@contextmanager
def _quickly() -> Iterator[None]:
    """Let the database be careless meanwhile: what is broken off here is never taken for a city."""
    from django.db import connection

    careless, careful = {
        "sqlite": (
            ("PRAGMA synchronous = OFF", "PRAGMA cache_size = -262144"),
            ("PRAGMA synchronous = NORMAL", "ANALYZE"),
        ),
        "postgresql": (("SET synchronous_commit = off",), ("SET synchronous_commit = on", "ANALYZE")),
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
