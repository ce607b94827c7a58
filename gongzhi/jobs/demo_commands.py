"""`gongzhi demo`: the main job on an invented city."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from gongzhi.cases.queries import Tally

_TURNS_IN_A_ROW = 3


@click.command()
@click.option(
    "--reports",
    default=160,
    show_default=True,
    type=click.IntRange(1, 5000),
    help="Invented reports besides the turns.",
)
@click.option("--no-serve", is_flag=True, help="End after the summary.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to serve on.")
@click.pass_context
def demo(context: click.Context, reports: int, no_serve: bool, port: int) -> None:
    """Found the schematic city, let its reports run to closing, show what came out, and serve it."""
    from django.conf import settings
    from rich.console import Console

    from gongzhi.jobs.demo_labels import LINES
    from gongzhi.jobs.serve_commands import serve
    from gongzhi.jobs.upgrade import bring_up_to_date
    from gongzhi.scenarios import demo as story

    if settings.GONGZHI_MODE == "production":
        raise click.UsageError("the demo has invented accounts, which production refuses: set GONGZHI_MODE=demo")
    console = Console()
    bring_up_to_date()
    story.require_demo_home()
    _play(console, reports=reports)
    _show(console)
    if no_serve:
        console.print(str(LINES["serve"]))
    else:
        context.invoke(serve, host="127.0.0.1", port=port, processes=1)


def _play(console: Console, *, reports: int) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from gongzhi.jobs.demo_labels import LINES
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.scenarios import demo as story
    from gongzhi.scenarios import founding, packs
    from gongzhi.scenarios.story import STORY

    now = wall_clock()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        steps = progress.add_task(str(LINES["founding"]), total=founding.STEPS)
        founding.found(
            packs.load("xiamen"),
            at=now - STORY - story.BEFORE,
            with_people=True,
            progress=lambda _: progress.advance(steps),
        )
        progress.update(steps, completed=founding.STEPS)
        told = progress.add_task(str(LINES["story"]), total=reports)
        played = story.play(now=now, reports=reports, progress=lambda done: progress.update(told, completed=done))
        progress.update(told, total=played, completed=played)


def _show(console: Console) -> None:
    from django.conf import settings

    from gongzhi.audit import seals
    from gongzhi.audit.verify import verify
    from gongzhi.cases import queries as cases
    from gongzhi.intake import queries as intake
    from gongzhi.jobs.demo_labels import LINES

    named = _names()
    console.print(_table(str(LINES["by_district"]), cases.tally_by_division(), named))
    console.print(_table(str(LINES["by_unit"]), cases.tally_by_unit(), named))
    console.print(_turns(str(LINES["turns"])))
    reports, waiting = sum(intake.counts_by_kind().values()), cases.needs_location_count()
    console.print(str(LINES["reports"]).format(reports=reports, needs_location=waiting))
    record = verify(anchors=[seals.home_anchor()])
    line = str(LINES["intact" if record.intact else "damaged"])
    console.print(line.format(entries=record.entries, streams=record.streams, findings=len(record.findings)))
    console.print(str(LINES["home"]).format(home=settings.GONGZHI_HOME))


def _names() -> dict[str, str]:
    """Return the names of units and divisions by code, in the language of the terminal."""
    from django.utils.translation import get_language

    from gongzhi.kernel.clock import local_date, wall_clock
    from gongzhi.parameters.queries import city
    from gongzhi.people.queries import units
    from gongzhi.places.queries import divisions

    english, now = get_language() == "en", wall_clock()
    places = {one.code: (one.name_zh, one.name_en) for one in divisions(on=local_date(now, city().zone))}
    both = places | {one.code: (one.name_zh, one.name_en) for one in units(at=now)}
    return {code: en if english else zh for code, (zh, en) in both.items()}


def _table(title: str, tallies: Iterable[Tally], named: dict[str, str]) -> Table:
    from rich.table import Table

    from gongzhi.jobs.demo_labels import HEADS

    shown = Table(title=title, title_justify="left")
    shown.add_column(str(HEADS["key"]))
    for name in ("filed", "closed", "on_time", "late", "rework", "open"):
        shown.add_column(str(HEADS[name]), justify="right")
    rows = [(one.key, (one.filed, one.closed, one.on_time, one.late, one.rework, one.open)) for one in tallies]
    for key, figures in rows:
        shown.add_row(named.get(key, key or "—"), *map(str, figures))
    shown.add_section()
    totals = [sum(column) for column in zip(*(figures for _, figures in rows), strict=True)]
    shown.add_row(str(HEADS["all"]), *map(str, totals), style="bold")
    return shown


def _turns(title: str) -> Table:
    """Return how many cases took each turn beside the main line, several turns to a row."""
    from rich.table import Table

    from gongzhi.cases import turns
    from gongzhi.intake.queries import sheets
    from gongzhi.jobs.demo_labels import TURNS
    from gongzhi.people import queries as people

    counts = turns.counts() | {"sheets": len(sheets.sheets_page()), "nights": len(people.night_duties())}
    told = [(str(label), str(counts[name])) for name, label in TURNS.items()]
    shown = Table(title=title, title_justify="left", show_header=False)
    for _ in range(_TURNS_IN_A_ROW):
        shown.add_column()
        shown.add_column(justify="right")
    for first in range(0, len(told), _TURNS_IN_A_ROW):
        shown.add_row(*(cell for one in told[first : first + _TURNS_IN_A_ROW] for cell in one))
    return shown


COMMANDS = (demo,)
