"""Milliseconds of server time for the pages that are opened all day, in a city of very many cases.

Citizens read the public lists and follow their report; acceptor, dispatcher, shift leader and a unit's desk read their
queues, open cases and search. Each request goes through the whole stack inside this process, warmed; what signing in
writes is rolled back. How many queries a kind of page asks has a fixed limit, the same for every size of city: a page
that asks more has no figure. Run `gongzhi bench pages [--cases N] [--quick]`.
"""

from __future__ import annotations

import argparse
import json
import re
import time as stopwatch
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from benchmarks._seeded import seeded_city
from benchmarks._stores import Result, peak_mib, run_with, tell

if TYPE_CHECKING:
    from django.test import Client

    from gongzhi.cases.models import Case

CASES, QUICK_CASES = 1_000_000, 2_000
REQUESTS, QUICK_REQUESTS = 200, 20
PHONES = 6
GOAL_MS = 200.0
SEED = 20_261_124
MOST_QUERIES = {
    "portal front": 20,
    "portal list": 20,
    "portal case": 30,
    "follow page": 60,
    "desk home": 60,
    "desk queue": 40,
    "case page": 140,
    "search": 90,
}
"""So many queries each kind of page may ask, whatever the size of the city."""
POSTS = (("acceptor", None), ("dispatcher", None), ("shift_leader", None), ("department_desk", "municipal"))


class PageFailed(Exception):
    """A page did not answer, or asked more queries than it may: the figure would be worthless."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A page to open: its kind, in whose browser, its address, and what is sent to it where it is a form."""

    kind: str
    browser: Client
    address: str
    sent: Mapping[str, str] | None = None


@dataclass
class Taken:
    """What the requests of one kind of page took."""

    ms: list[float] = field(default_factory=list)
    own_ms: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")

    @property
    def p95_ms(self) -> float:
        """The time within which 95 of 100 requests were answered."""
        return _p95(self.ms)

    @property
    def p95_own_ms(self) -> float:
        """The same in processor time of this process: what a busy machine adds is left out, and a database server."""
        return _p95(self.own_ms)


def run(*, quick: bool, cases: int | None = None) -> Result:
    """Take the city from the cache or make it, open the pages, and return the figure."""
    with seeded_city(cases=cases or (QUICK_CASES if quick else CASES), shared=True) as city:
        return run_with(city.environment, "benchmarks.pages", "--inside", *(["--quick"] if quick else []))


def _inside(*, quick: bool) -> Result:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection, transaction

    from gongzhi.cases.models import Case

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    cases = Case.objects.count()
    with transaction.atomic():
        taken = _opened(list(_pages(Random(SEED), QUICK_REQUESTS if quick else REQUESTS)))  # noqa: S311 - no secret
        transaction.set_rollback(True)
    worst = max(taken, key=lambda kind: taken[kind].p95_ms)
    for kind, one in taken.items():
        tell(
            f"{kind}: {len(one.ms):,} requests, p95 {one.p95_ms} ms ({one.p95_own_ms} ms of this process),"
            f" {max(one.queries)} queries at most;"
            f" slowest {one.slowest[0]:.0f} ms: {one.slowest[1]}"
        )
    figure = taken[worst].p95_ms
    return {
        "name": "pages",
        "figure": figure,
        "unit": "ms, p95 of the worst page",
        "worst": worst,
        "goal": GOAL_MS,
        "reached": figure <= GOAL_MS,
        "database": connection.vendor,
        "cases": cases,
        **{f"{kind.replace(' ', '_')}_p95_ms": one.p95_ms for kind, one in taken.items()},
        **{f"{kind.replace(' ', '_')}_p95_own_ms": one.p95_own_ms for kind, one in taken.items()},
        **{f"{kind.replace(' ', '_')}_queries": max(one.queries) for kind, one in taken.items()},
        "resident_mib_peak": peak_mib(),
        "quick": quick,
    }


def _opened(pages: Sequence[Asked]) -> dict[str, Taken]:
    """Open every page: the first of each kind and browser once more, so that what is counted is warm.

    Raises: PageFailed.
    """
    from django.db import connection

    taken: dict[str, Taken] = {}
    warm = set()
    for one in pages:
        if (one.kind, id(one.browser)) not in warm:
            warm.add((one.kind, id(one.browser)))
            _get(one)
        counted = _Counted()
        with connection.execute_wrapper(counted):
            begun, own = stopwatch.perf_counter(), stopwatch.process_time()
            _get(one)
            ms, own_ms = (stopwatch.perf_counter() - begun) * 1_000, (stopwatch.process_time() - own) * 1_000
        found = taken.setdefault(one.kind, Taken())
        found.ms.append(ms)
        found.own_ms.append(own_ms)
        found.queries.append(counted.queries)
        found.slowest = max(found.slowest, (ms, one.address))
        if counted.queries > MOST_QUERIES[one.kind]:
            raise PageFailed(f"{one.address} asked {counted.queries} queries, {one.kind} may {MOST_QUERIES[one.kind]}")
    return taken


def _get(one: Asked) -> None:
    answer = one.browser.get(one.address) if one.sent is None else one.browser.post(one.address, one.sent)
    found = answer.status_code in {200, 302} and "/sign-in/" not in answer.headers.get("Location", "")
    if not found:
        raise PageFailed(f"{one.kind}: {one.address} answered {answer.status_code}")


def _p95(values: Sequence[float]) -> float:
    return round(sorted(values)[int(0.95 * (len(values) - 1))], 1)


class _Counted:
    """Counts queries."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Callable[..., Any], *given: Any) -> Any:
        self.queries += 1
        return execute(*given)


def _pages(chance: Random, wanted: int) -> Iterator[Asked]:
    """Draw the pages to open, so many of each kind."""
    from django.test import Client

    from gongzhi.testing.browsers import browser_of

    anybody = Client(headers={"accept-language": "zh-hans"})
    staff = [browser_of(post, unit=unit) for post, unit in POSTS]
    leader = staff[2]
    for kind, addresses in _public(chance, wanted):
        yield from (Asked(kind, anybody, one) for one in addresses)
    for browser in _followers(chance, wanted):
        yield Asked("follow page", browser, "/follow/report/")
    for browser in staff:
        yield from (Asked("desk home", browser, "/desk/") for _ in range(wanted // len(staff)))
        queues = _queues(browser)
        for number in range(wanted // len(staff)):
            yield Asked("desk queue", browser, queues[number % len(queues)])
    yield from (Asked("case page", leader, f"/desk/cases/{one}/") for one in _cases_of_all_states(chance, wanted))
    searching = staff[0], leader, staff[3]
    for words in _searched(chance, wanted // len(searching)):
        address = f"/desk/search/?{urlencode({'q': words})}"
        yield from (Asked("search", browser, address) for browser in searching)
    for phone in _called_from(chance, PHONES):  # never in an address, and only so many in an hour
        yield Asked("search", staff[0], "/desk/search/", {"q": phone})


def _public(chance: Random, wanted: int) -> Iterator[tuple[str, list[str]]]:
    """Yield what anybody may open: the front, the lists behind its figures at any place, and single cases."""
    from gongzhi.cases.states import CaseState
    from gongzhi.intake.states import ReportKind

    lists = ["/cases/?", "/cases/?state=unplaced", "/reports/?"]
    lists += [f"/cases/?state={one.value}" for one in CaseState] + [f"/reports/?kind={one.value}" for one in ReportKind]
    drawn = [_somewhere(chance).uid for _ in range(wanted)]
    yield "portal front", ["/"] * wanted
    yield (
        "portal list",
        [
            lists[number % len(lists)] + (f"&after={uid}" if number // len(lists) % 2 else "")
            for number, uid in enumerate(drawn)
        ],
    )
    yield "portal case", [f"/cases/{uid}/" for uid in _published(chance, wanted)]


def _published(chance: Random, wanted: int) -> Iterator[UUID]:
    """Draw cases that the public may read about."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.kernel.refusals import NotFound
    from gongzhi.portal import matters

    found = 0
    while found < wanted:
        uid = _somewhere(chance).uid
        try:
            matters.public_case(uid, at=wall_clock())
        except NotFound:
            continue
        found += 1
        yield uid


def _somewhere(chance: Random, **narrowed: str) -> Case:
    """Draw a case, however long ago it was reported; the first there is where none came later."""
    from gongzhi.cases.models import Case

    found = Case.objects.filter(**narrowed).order_by("uid")
    first, last = Case.objects.order_by("uid")[0].uid, Case.objects.order_by("-uid")[0].uid
    drawn = found.filter(uid__gte=UUID(int=chance.randint(first.int, last.int))).first() or found.first()
    if drawn is None:
        raise PageFailed(f"the city has no case of {narrowed}")
    return drawn


def _followers(chance: Random, wanted: int) -> Iterator[Client]:
    """Yield browsers that have opened a report with its number and code."""
    from django.test import Client

    from gongzhi.intake import queries as intake

    for _ in range(wanted):
        report = intake.reports_of(_somewhere(chance, state="closed").uid)[0]
        browser = Client(headers={"accept-language": "zh-hans"})
        browser.post("/follow/", {"number": report.number, "code": intake.code_of(report.uid)})
        yield browser


def _queues(browser: Client) -> list[str]:
    """Return the queues of a post: whole, narrowed in every way, and the pages that follow the first ones."""
    from gongzhi.kernel.clock import local_date, wall_clock
    from gongzhi.norms import queries as norms
    from gongzhi.parameters.queries import city
    from gongzhi.places import queries as places
    from gongzhi.places.states import DivisionLevel

    on = local_date(wall_clock(), city().zone)
    district = places.divisions(on=on, level=DivisionLevel.DISTRICT)[0]
    narrowed = ("", "?urgent=1", f"?area={district.path}", f"?class={norms.classes(on=on)[0].key}")
    first = sorted(set(re.findall(r'href="(/desk/queues/[a-z-]+/)', browser.get("/desk/").content.decode())))
    behind = [re.search(r'href="([^"]*[?;&]after=[^"]*)"', browser.get(one).content.decode()) for one in first]
    return [
        *(f"{one}{more}" for more in narrowed for one in first),
        *(found[1].replace("&amp;", "&") for found in behind if found),
    ]


def _cases_of_all_states(chance: Random, wanted: int) -> Iterator[str]:
    """Draw cases by turns of every state that there is."""
    from gongzhi.cases import queries as cases

    states = sorted(cases.state_counts())
    for number in range(wanted):
        drawn = _somewhere(chance, state=states[number % len(states)])
        yield drawn.number or str(drawn.uid)


def _searched(chance: Random, wanted: int) -> Iterator[str]:
    """Draw what people type: the name of a place or a class, and now and then a case's number."""
    from gongzhi.kernel.clock import local_date, wall_clock
    from gongzhi.norms import queries as norms
    from gongzhi.parameters.queries import city
    from gongzhi.places import queries as places

    on = local_date(wall_clock(), city().zone)
    words = [one.name_zh for one in places.divisions(on=on)], [one.zh for one in norms.classes(on=on)]
    for number in range(wanted):
        if number % 8 == 7:
            yield _somewhere(chance, state="closed").number or ""
        else:
            yield chance.choice(words[number % 2])


def _called_from(chance: Random, wanted: int) -> Iterator[str]:
    """Draw numbers that somebody called from."""
    from gongzhi.audit.queries import held_values
    from gongzhi.intake.models import Report

    called = list(Report.objects.exclude(phone_index="").order_by("-uid")[:1_000])
    for stream in (chance.choice(called).stream for _ in range(wanted if called else 0)):
        yield str(held_values([stream], names=["contact_phone"])[stream]["contact_phone"])


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description="Milliseconds of server time for the pages opened most.")
    reader.add_argument("--quick", action="store_true", help="a small size")
    reader.add_argument("--cases", type=int, help="how many cases")
    reader.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = reader.parse_args()
    tell(json.dumps(_inside(quick=given.quick) if given.inside else run(quick=given.quick, cases=given.cases)))
