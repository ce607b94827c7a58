"""`gongzhi files …`: originals with their custody for use elsewhere, display copies, what waits for a decision."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gongzhi.evidence.operations import Exported
    from gongzhi.kernel.actor import Actor

NEW_FOLDER = click.Path(file_okay=False, path_type=Path)
MANIFEST = "manifest.json"


@click.group()
def files() -> None:
    """Look after files: export originals, make display copies, list what waits for a decision."""


@files.command()
@click.argument("stream")
@click.option("--out", required=True, type=NEW_FOLDER, help="A folder that does not exist yet or is empty.")
@click.option("--grounds", required=True, help="Why the originals leave the product; kept in the record.")
def export(stream: str, out: Path, grounds: str) -> None:
    """Write the originals that prove something about STREAM (case:ID or report:ID) with their chains of custody.

    Each file lies under its id; manifest.json tells hash, type, role and everything that was done with it. Every file
    taken out is on record.
    """
    from gongzhi.evidence import operations
    from gongzhi.kernel.clock import wall_clock

    if out.exists() and any(out.iterdir()):
        raise click.BadParameter(f"{out} is not empty", param_hint="--out")
    told = []
    for one in operations.export_files(stream, grounds=grounds, by=_auditor(), at=wall_clock()):
        out.mkdir(parents=True, exist_ok=True)
        with (out / str(one.row.uid)).open("xb") as written:
            shutil.copyfileobj(one.content, written)
        told.append(_told(one))
        click.echo(f"{one.row.uid}\t{one.row.sha256}\t{one.row.content_type}")
    if told:
        (out / MANIFEST).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@files.command("make-displays")
@click.option("--for", "seconds", type=click.IntRange(1, 86_400), default=600, help="Stop after so many seconds.")
def make_displays(seconds: int) -> None:
    """Make the display copies that are due now, as the worker does little by little; print how many were made."""
    from gongzhi.evidence import operations
    from gongzhi.kernel.clock import wall_clock

    click.echo(operations.make_displays(wall_clock(), worker="terminal", round_s=seconds))


@files.command("to-moderate")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, help="How many at most.")
def to_moderate(limit: int) -> None:
    """List the photographs on which nobody decided yet whether the public sees them, the oldest first."""
    from gongzhi.evidence import queries
    from gongzhi.people.rules import Sight

    for one in queries.to_moderate(after=None, limit=limit, sight=Sight(everywhere=True)):
        click.echo(f"{one.uid}\t{one.for_stream}\t{one.role}\t{one.stored_at.isoformat()}")


def _told(one: Exported) -> dict[str, object]:
    from gongzhi.kernel.clock import utc_text

    row = one.row
    custody = [
        {"type": each.type, "at": utc_text(each.at), "actor": each.actor.as_record(), "entry": each.hash}
        | ({"facts": dict(each.facts)} if each.facts else {})
        for each in one.custody
    ]
    return {
        "file": str(row.uid),
        "sha256": row.sha256,
        "size_bytes": row.size_bytes,
        "content_type": row.content_type,
        "for": row.for_stream,
        "role": row.role,
        "custody": custody,
    }


def _auditor() -> Actor:
    """Return the person at the terminal, who answers for the record."""
    from gongzhi.kernel.actor import Actor, ActorKind
    from gongzhi.people.states import Post

    return Actor(id="terminal", kind=ActorKind.MACHINE, post=Post.AUDIT_ADMINISTRATOR)


COMMANDS = (files,)
