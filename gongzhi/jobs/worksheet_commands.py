"""`gongzhi worksheets …`: exchange work sheets with neighbours (12345, 110) as files, and look after our messages."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongzhi.kernel.refusals import Refusal

if TYPE_CHECKING:
    from gongzhi.intake.queries.sheets import MessageView, Reconciliation, Theirs
    from gongzhi.intake.rules.sheet_files import SheetRow
    from gongzhi.kernel.actor import Actor


@click.group()
def worksheets() -> None:
    """Exchange work sheets with neighbours such as 12345 and 110."""


@worksheets.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--neighbour", required=True, help="Whose work sheets they are, such as 12345.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with the counts instead of words.")
@click.option(
    "--rejects",
    "rejects_path",
    type=click.Path(path_type=Path),
    help="Where to list the rows that were not taken.  [default: a new file in the folder `rejects` of the home]",
)
def import_sheets(file: Path, neighbour: str, as_json: bool, rejects_path: Path | None) -> None:
    """Take the messages about work sheets from FILE (.xlsx, .csv, .json); the same rows again change nothing."""
    from django.conf import settings

    from gongzhi.intake import neighbours
    from gongzhi.intake.rules.sheet_files import sheets_from_file
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.parameters.queries import city
    from gongzhi.scenarios import rejects

    neighbours.neighbour(neighbour)
    rows = sheets_from_file(file.read_bytes(), file=file.name, zone=city().zone)
    listed_in = rejects_path or rejects.usual_path(settings.GONGZHI_HOME, file=file.name, at=wall_clock())
    counts: Counter[str] = Counter(taken=0, repeated=0, rejected=0)
    try:
        with rejects.rejects_file(listed_in, even_if_empty=rejects_path is not None) as listed:
            for row in rows:
                outcome, refusal = _take(row, neighbour=neighbour)
                counts[outcome] += 1
                if refusal is not None:
                    listed.add(refusal, row=row.number, line=row.number, key=row.key, part="row")
    except Refusal:
        if counts.total():  # what was taken before stays taken
            _tell(counts, as_json=as_json, listed_in=None)
        raise
    _tell(counts, as_json=as_json, listed_in=listed_in)


def _tell(counts: Counter[str], *, as_json: bool, listed_in: Path | None) -> None:
    """Tell how the rows of a file fared; the list of those not taken is named only where it was finished."""
    from django.utils.translation import pgettext

    if as_json:
        click.echo(json.dumps(dict(counts)))
        return
    words = pgettext("worksheets command", "收到 {taken} 条，此前已收 {repeated} 条，未收 {rejected} 条。")
    click.echo(words.format(**counts))
    if counts["rejected"] and listed_in is not None:
        click.echo(pgettext("worksheets command", "未收的行及原因见 {path}").format(path=listed_in))


@worksheets.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--neighbour", required=True, help="For whom, such as 12345.")
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Of which day our messages are.")
def export_messages(file: Path, neighbour: str, day: datetime) -> None:
    """Write what we told a neighbour on a day to FILE (.xlsx, .csv, .json), for an exchange by hand."""
    from django.utils.translation import pgettext

    from gongzhi.intake.queries import sheets
    from gongzhi.intake.rules.sheet_files import sheets_to_file
    from gongzhi.parameters.queries import city

    told = [sheets.told_by(one.uid) for one in sheets.messages_of_day(neighbour, on=day.date())]
    file.write_bytes(sheets_to_file(told, file=file.name, zone=city().zone))
    click.echo(pgettext("worksheets command", "已写出 {count} 条报文。").format(count=len(told)))


@worksheets.command("failed")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many at most.")
def list_failed(as_json: bool, limit: int) -> None:
    """List our messages that did not reach a neighbour, the oldest first."""
    from django.utils.translation import pgettext

    from gongzhi.intake.queries import sheets
    from gongzhi.intake.states import SheetMessageState

    found = sheets.messages(state=SheetMessageState.FAILED, limit=limit)
    for one in found:
        click.echo(_as_json(one) if as_json else _as_line(one))
    if not found and not as_json:
        click.echo(pgettext("worksheets command", "没有未能送达的报文。"))


@worksheets.command("retry")
@click.argument("message", type=click.UUID)
def retry(message: object) -> None:
    """Have a failed MESSAGE tried again from the beginning; a running worker takes it up."""
    from uuid import UUID

    from gongzhi.intake import operations
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people.states import Post

    operations.send_message_anew(UUID(str(message)), by=_terminal(Post.SYSTEM_ADMINISTRATOR), at=wall_clock())


@worksheets.command("reconcile")
@click.argument("neighbour")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Which day.  [default: today in the city]")
@click.option(
    "--theirs",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The neighbour's own list of that day (.xlsx, .csv, .json): differences are named, and then it exits with 1.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
def reconcile(neighbour: str, day: datetime | None, theirs: Path | None, as_json: bool) -> None:
    """Count what the work sheets of a day came to, and compare them with the NEIGHBOUR's own list."""
    from gongzhi.intake.queries import sheets
    from gongzhi.kernel.clock import local_date, wall_clock
    from gongzhi.parameters.queries import city

    at = wall_clock()
    on = local_date(at, city().zone) if day is None else day.date()
    listed = None if theirs is None else _their_list(theirs)
    found = sheets.reconciliation(neighbour, on=on, at=at, theirs=listed)
    click.echo(_day_as_json(found) if as_json else _day_in_words(found))
    if found.differences:
        raise SystemExit(1)


@worksheets.command("schema")
def show_schema() -> None:
    """Print the JSON schema of a work sheet in canonical form."""
    from gongzhi.intake.rules.sheets import schema

    click.echo(json.dumps(schema(), ensure_ascii=False, indent=2))


def _take(row: SheetRow, *, neighbour: str) -> tuple[str, Refusal | None]:
    """Take one row, in a change of its own; return how it fared and why it was not taken."""
    from gongzhi.base.operations import StoreBusy, StoreFull
    from gongzhi.intake import operations
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people.states import Post

    if row.sheet is None:
        return "rejected", row.refusal
    try:
        receipt = operations.take_message(row.sheet, neighbour=neighbour, by=_terminal(Post.IMPORTER), at=wall_clock())
    except (StoreBusy, StoreFull):
        raise
    except Refusal as refusal:
        return "rejected", refusal
    return ("repeated" if receipt.repeated else "taken"), None


def _their_list(path: Path) -> list[Theirs]:
    """Return a neighbour's list: the numbers, and the versions where it names them."""
    from gongzhi.intake.queries.sheets import Theirs
    from gongzhi.intake.rules.sheet_files import keys_from_file
    from gongzhi.parameters.queries import city

    keys = keys_from_file(path.read_bytes(), file=path.name, zone=city().zone)
    return [Theirs(sheet_no, version=version) for sheet_no, version in keys]


def _terminal(post: str) -> Actor:
    """Return the person at the terminal, who takes a file in for the neighbour, or administers the system."""
    from gongzhi.kernel.actor import Actor, ActorKind

    return Actor(id="terminal", kind=ActorKind.MACHINE, post=post)


def _as_json(one: MessageView) -> str:
    told = {
        "message": str(one.uid),
        "neighbour": one.neighbour,
        "sheet_no": one.sheet_no,
        "number": one.number,
        "kind": one.kind.value,
        "attempts": one.attempts,
        "fault": one.last_fault,
        "made_at": one.made_at.isoformat(),
    }
    return json.dumps(told, ensure_ascii=False)


def _as_line(one: MessageView) -> str:
    return f"{one.uid}\t{one.neighbour}\t{one.sheet_no}\t{one.kind.value}\t{one.attempts}\t{one.last_fault}"


def _day_as_json(found: Reconciliation) -> str:
    return json.dumps(
        asdict(found), ensure_ascii=False, default=lambda one: one.isoformat() if isinstance(one, date) else str(one)
    )


def _day_in_words(found: Reconciliation) -> str:
    """Return a day's counts in words, and below them one line for each difference."""
    from gongzhi.intake.labels import DIFFERENCES, RECONCILED

    told = {**asdict(found), "on": found.on.isoformat(), "differences": len(found.differences)}
    lines = [str(RECONCILED).format_map(told)]
    lines += [str(DIFFERENCES[one.what]).format_map(asdict(one)) for one in found.differences]
    return "\n".join(lines)


COMMANDS = (worksheets,)
