"""`gongzhi audit …`: verify, seal and export the record, and look after what could not be delivered."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gongzhi.audit.registry import Finding
    from gongzhi.audit.rules import SignedSeal

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
DAMAGE_FOUND = 1


@click.group()
def audit() -> None:
    """Verify, seal and export the record that nobody can rewrite."""


@audit.command()
@click.option("--anchor", type=EXISTING_FILE, help="Seals kept outside the database: only they show a cut tail.")
@click.option("--no-files", is_flag=True, help="Do not hash the stored files again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object as the last line instead of words.")
def verify(anchor: Path | None, no_files: bool, as_json: bool) -> None:
    """Verify every entry, held value, row, configuration table, file and seal; exit with 1 when damage is found."""
    from django.utils.translation import pgettext

    from gongzhi.audit.verify import verify as verify_record

    found = verify_record(anchor=_anchored(anchor), files=not no_files)
    if as_json:
        counts = {"entries": found.entries, "streams": found.streams, "rows": found.rows, "held": found.held}
        _echo_json({**counts, "erased": len(found.erased), "findings": _as_json(found.findings)})
    else:
        click.echo(
            pgettext(
                "audit command",
                "已核验：条目 {entries}，流 {streams}，数据行 {rows}，受保护内容 {held}（其中依记录已删除 {erased}）。",
            ).format(
                entries=found.entries,
                streams=found.streams,
                rows=found.rows,
                held=found.held,
                erased=len(found.erased),
            )
        )
        if anchor is None:
            click.echo(pgettext("audit command", "未给出锚文件：末尾被截去或全部改写，单凭本库看不出来。"))
    _finish(found.findings, told=as_json)


@audit.command()
def seal() -> None:
    """Give waiting entries their positions, seal them, and append the seal to the anchor in the home folder."""
    from django.utils.translation import pgettext

    from gongzhi.audit import seals
    from gongzhi.kernel.clock import wall_clock

    at = wall_clock()
    while seals.place_entries(at=at):
        pass
    made = seals.seal(at=at)
    if made is None:
        click.echo(pgettext("audit command", "没有新的条目需要封印。"))
        return
    click.echo(
        pgettext("audit command", "第 {number} 号封印：位置 {first}-{last}，根 {root}").format(
            number=made.number, first=made.first, last=made.last, root=made.root
        )
    )


@audit.command()
@click.option("--out", type=NEW_FILE, required=True, help="The file to write, one JSON object a line.")
def export(out: Path) -> None:
    """Write the whole record into a file that can be verified without a database; held values stay behind."""
    from django.utils.translation import pgettext

    from gongzhi.audit import seals
    from gongzhi.audit.export import export as export_record
    from gongzhi.kernel.clock import wall_clock

    if not out.parent.is_dir():
        raise click.UsageError(f"{out.parent} is no folder: make it first")
    while seals.place_entries(at=wall_clock()):
        pass
    entries = export_record(out)
    click.echo(pgettext("audit command", "已导出 {entries} 条至 {file}。").format(entries=entries, file=out))


@audit.command("verify-export")
@click.argument("file", type=EXISTING_FILE)
@click.option("--anchor", type=EXISTING_FILE, help="Seals kept elsewhere than the export.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object as the last line instead of words.")
def verify_export(file: Path, anchor: Path | None, as_json: bool) -> None:
    """Verify an exported FILE without touching the database; exit with 1 when damage is found."""
    from django.utils.translation import pgettext

    from gongzhi.audit.offline import NotAnExport
    from gongzhi.audit.offline import verify_export as verify_file

    try:
        found = verify_file(file, anchor=_anchored(anchor))
    except NotAnExport as fault:
        raise click.UsageError(str(fault)) from fault
    if as_json:
        counts = {"entries": found.entries, "streams": found.streams, "seals": found.seals}
        _echo_json({**counts, "findings": _as_json(found.findings)})
    else:
        told = pgettext("audit command", "已核验：条目 {entries}，流 {streams}，封印 {seals}。")
        click.echo(told.format(entries=found.entries, streams=found.streams, seals=found.seals))
    _finish(found.findings, told=as_json)


@audit.group("dead-letters")
def dead_letters() -> None:
    """Facts that a subscriber failed on too often, and that a person must look at."""


@dead_letters.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_dead_letters(as_json: bool) -> None:
    """List them, the oldest first."""
    from dataclasses import asdict

    from django.utils.translation import pgettext

    from gongzhi.audit import delivery

    dead = delivery.dead_letters()
    for one in dead:
        if as_json:
            _echo_json(asdict(one))
        else:
            click.echo(f"{one.id}\t{one.subscriber}\t{one.stream}#{one.seq}\t{one.attempts}\t{one.last_error}")
    if not dead and not as_json:
        click.echo(pgettext("audit command", "没有投递失败的事项。"))


@dead_letters.command("retry")
@click.argument("number", type=int)
def retry_dead_letter(number: int) -> None:
    """Put the dead letter NUMBER back into the queue; a running worker takes it up."""
    from django.utils.translation import pgettext

    from gongzhi.audit import delivery
    from gongzhi.kernel.clock import wall_clock

    delivery.retry_dead(number, at=wall_clock())
    click.echo(pgettext("audit command", "第 {number} 号已放回队列。").format(number=number))


def _anchored(path: Path | None) -> list[SignedSeal] | None:
    from gongzhi.audit.seals import read_anchor

    if path is None:
        return None
    try:
        return read_anchor(path)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from fault


def _as_json(findings: Iterable[Finding]) -> list[dict[str, str | int | None]]:
    return [
        {"damage": one.damage.value, "stream": one.stream, "seq": one.seq, "detail": one.detail} for one in findings
    ]


def _echo_json(told: object) -> None:
    click.echo(json.dumps(told, ensure_ascii=False))


def _finish(findings: list[Finding], *, told: bool) -> None:
    """List what was found, unless it was told already, and end with 1 when that is anything."""
    from django.utils.translation import pgettext

    from gongzhi.audit.labels import DAMAGES

    if not findings:
        if not told:
            click.echo(pgettext("audit command", "完好：未发现任何损坏。"))
        return
    if not told:
        for one in findings:
            place = one.stream if one.seq is None else f"{one.stream}#{one.seq}"
            click.echo(f"  {place}  {DAMAGES[one.damage]}" + (f" - {one.detail}" if one.detail else ""))
        click.echo(pgettext("audit command", "发现 {count} 处损坏。").format(count=len(findings)))
    raise SystemExit(DAMAGE_FOUND)


COMMANDS = (audit,)
