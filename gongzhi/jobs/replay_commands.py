"""`gongzhi replay`: another city's requests, lived through again."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gongzhi.scenarios.replay.run import Replayed

COUNTS_DIFFER = 1


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--profile", "profile_name", required=True, help="How to understand FILE, such as sf311.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with the counts instead of a table.")
@click.pass_context
def replay(context: click.Context, file: Path, profile_name: str, as_json: bool) -> None:
    """Replay the requests of FILE through the lifecycle, at the times at which they happened.

    The home must be empty or hold this very replay, which then goes on where it stopped; doing it again adds nothing.
    Exit code 1 when the open and closed requests of a unit are not as many as in FILE. See docs/replay.md.
    """
    from rich.console import Console
    from rich.progress import Progress

    from gongzhi.jobs.upgrade import bring_up_to_date
    from gongzhi.scenarios.replay import profile, requests, run

    began_s = time.monotonic()
    understood = profile.load(profile_name)
    content = requests.read(file, understood)
    bring_up_to_date()
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
        bar = shown.add_task(file.name, total=None)
        done = run.replay(content, understood, progress=lambda made, of: shown.update(bar, completed=made, total=of))
    counts = {**_counts(done), "seconds": round(time.monotonic() - began_s, 1)}
    if as_json:
        click.echo(json.dumps(counts, ensure_ascii=False))
    else:
        _show(done, counts)
    context.exit(0 if done.agrees else COUNTS_DIFFER)


def _counts(done: Replayed) -> dict[str, object]:
    return {
        "replayed": done.open + done.closed,
        "open": done.open,
        "closed": done.closed,
        "late": done.late,
        "rejected": len(done.rejected),
        "rejected_keys": list(done.rejected),
        "unplaced": done.unplaced,
        "units": len(done.units),
        "units_differing": done.differing,
        "moves": done.moves,
        "entries": done.entries,
    }


def _show(done: Replayed, counts: dict[str, object]) -> None:
    """Show the counts per unit as a table, and below it what was left out and what this run added."""
    from rich.console import Console
    from rich.table import Table

    from gongzhi.scenarios.labels import REPLAYED

    table = Table(str(REPLAYED["unit"]))
    for name in ("in_source", "here", "late"):
        table.add_column(str(REPLAYED[name]), justify="right")
    for one in done.units:
        here = f"{one.open}/{one.closed}" if one.agrees else f"[red]{one.open}/{one.closed}[/red]"
        table.add_row(one.name, f"{one.open_in_source}/{one.closed_in_source}", here, str(one.late))
    in_source = [sum(one.open_in_source for one in done.units), sum(one.closed_in_source for one in done.units)]
    table.add_section()
    table.add_row(
        str(REPLAYED["all"]), "/".join(map(str, in_source)), f"{done.open}/{done.closed}", str(done.late), style="bold"
    )
    Console().print(table)
    told = {**counts, "keys": ", ".join(done.rejected), "units": ", ".join(done.differing)}
    lines = ["agrees" if done.agrees else "differs", "left_out", "added" if done.entries else "added_nothing"]
    for line in lines:
        click.echo(str(REPLAYED[line]).format_map(told))


COMMANDS = (replay,)
