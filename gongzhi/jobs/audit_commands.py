"""`gongzhi audit …`: verify, seal and export the record, and look after what could not be delivered."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gongzhi.audit.anchors import Anchor
    from gongzhi.audit.offline import ExportVerified
    from gongzhi.audit.registry import Finding
    from gongzhi.audit.verify import Verified

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
DAMAGE_FOUND = 1


@click.group()
def audit() -> None:
    """Verify, seal and export the record that nobody can rewrite."""


@audit.command()
@click.option(
    "--anchor",
    "copies",
    multiple=True,
    type=EXISTING_FILE,
    help="A copy of the anchor from elsewhere, besides the home folder's own; may be given again.",
)
@click.option("--no-files", is_flag=True, help="Do not hash the stored files again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object as the last line instead of words.")
def verify(copies: tuple[Path, ...], no_files: bool, as_json: bool) -> None:
    """Verify every entry, held value, row, configuration table, file and seal; exit with 1 when damage is found.

    Positions and seals are compared with the home folder's own anchor, and with every copy given.
    """
    from django.utils.translation import pgettext

    from gongzhi.audit import seals
    from gongzhi.audit.verify import verify as verify_record
    from gongzhi.parameters.queries import NoCity, city_or_none

    found = verify_record(anchors=[seals.home_anchor(), *_read_copies(copies)], files=not no_files)
    if not found.entries and found.intact and city_or_none() is None:
        raise NoCity
    if as_json:
        counts = {"entries": found.entries, "streams": found.streams, "rows": found.rows, "held": found.held}
        _echo_json(
            {**counts, "erased": len(found.erased), **_reach_as_json(found), "findings": _as_json(found.findings)}
        )
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
        _tell_reach(found)
        if not copies:
            click.echo(
                pgettext(
                    "audit command",
                    "只比对了本机的锚文件：能改写这台机器的人可以连它一起改掉。请把它抄到别处，用 --anchor 给出。",
                )
            )
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
    done = export_record(out)
    told = pgettext("audit command", "已导出条目 {entries}、封印 {seals} 至 {file}。")
    click.echo(told.format(entries=done.entries, seals=done.seals, file=out))
    if done.findings:
        _finish(done.findings, told=False)


@audit.command("verify-export")
@click.argument("file", type=EXISTING_FILE)
@click.option(
    "--anchor",
    "copies",
    multiple=True,
    type=EXISTING_FILE,
    help="Seals kept elsewhere than the export; may be given again.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object as the last line instead of words.")
def verify_export(file: Path, copies: tuple[Path, ...], as_json: bool) -> None:
    """Verify an exported FILE without touching the database; exit with 1 when damage is found."""
    from django.utils.translation import pgettext

    from gongzhi.audit.offline import NotAnExport
    from gongzhi.audit.offline import verify_export as verify_file

    try:
        found = verify_file(file, anchors=_read_copies(copies))
    except NotAnExport as fault:
        raise click.UsageError(str(fault)) from fault
    if as_json:
        counts = {"entries": found.entries, "positions": found.positions, "streams": found.streams}
        seals = {"seals": found.seals, "says_seals": found.says_seals, "public_key": found.public_key}
        _echo_json({**counts, **seals, **_reach_as_json(found), "findings": _as_json(found.findings)})
    else:
        told = pgettext("audit command", "已核验：条目 {entries}，位置 {positions}，流 {streams}，封印 {seals}。")
        counts = {"entries": found.entries, "positions": found.positions, "streams": found.streams}
        click.echo(told.format(**counts, seals=found.seals))
        click.echo(pgettext("audit command", "签名公钥：{key}").format(key=found.public_key))
        _tell_reach(found)
        if not found.says_seals:
            click.echo(
                pgettext(
                    "audit command",
                    "这是旧格式的导出，没有写明原有多少封印：若有封印被取走，看不出来。请重新导出。",
                )
            )
    _finish(found.findings, told=as_json, whole=found.says_seals)


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


def _read_copies(paths: Iterable[Path]) -> list[Anchor]:
    from gongzhi.audit.anchors import read_anchor

    try:
        return [read_anchor(path) for path in paths]
    except ValueError as fault:
        raise click.UsageError(str(fault)) from fault


def _tell_reach(found: Verified | ExportVerified) -> None:
    """Tell how far seals and anchors reach, and how many entries came later."""
    from django.utils.translation import pgettext

    told = pgettext("audit command", "封印覆盖至位置 {until}；其后 {after} 条尚未封印。")
    click.echo(told.format(until=found.sealed, after=found.unsealed))
    told = pgettext("audit command", "锚 {anchor}：封印 {seals}，覆盖至位置 {until}；其后 {after} 条它管不到。")
    for one in found.anchors:
        click.echo(told.format(anchor=one.anchor, seals=one.seals, until=one.until, after=one.after))


def _reach_as_json(found: Verified | ExportVerified) -> dict[str, object]:
    from dataclasses import asdict

    return {"sealed": found.sealed, "unsealed": found.unsealed, "anchors": [asdict(one) for one in found.anchors]}


def _as_json(findings: Iterable[Finding]) -> list[dict[str, str | int | None]]:
    return [
        {"damage": one.damage.value, "stream": one.stream, "seq": one.seq, "detail": one.detail} for one in findings
    ]


def _echo_json(told: object) -> None:
    click.echo(json.dumps(told, ensure_ascii=False))


def _finish(findings: list[Finding], *, told: bool, whole: bool = True) -> None:
    """List what was found, unless it was told already, and end with 1 when that is anything.

    Args:
        findings: what was found.
        told: whether it was told already.
        whole: whether what was looked at can be called intact at all.
    """
    from django.utils.translation import pgettext

    from gongzhi.audit.labels import DAMAGES

    if not findings:
        if not told and whole:
            click.echo(pgettext("audit command", "完好：未发现任何损坏。"))
        elif not told:
            click.echo(pgettext("audit command", "现有内容未发现损坏；是否完整，无从得知。"))
        return
    if not told:
        for one in findings:
            place = one.stream if one.seq is None else f"{one.stream}#{one.seq}"
            click.echo(f"  {place}  {DAMAGES[one.damage]}" + (f" - {one.detail}" if one.detail else ""))
        click.echo(pgettext("audit command", "发现 {count} 处损坏。").format(count=len(findings)))
    raise SystemExit(DAMAGE_FOUND)


COMMANDS = (audit,)
