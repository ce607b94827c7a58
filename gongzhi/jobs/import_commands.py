"""`gongzhi import-reports`: take reports from a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongzhi.kernel.refusals import Refusal

if TYPE_CHECKING:
    from gongzhi.scenarios.imports import Imported


@click.command("import-reports")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--profile", "profile_name", required=True, help="How to read FILE: a name that ships, or a JSON file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with the counts instead of words.")
@click.option(
    "--rejects",
    "rejects_path",
    type=click.Path(path_type=Path),
    help="Where to list the rows that were not taken.  [default: a new file in the folder `rejects` of the home]",
)
def import_reports(file: Path, profile_name: str, as_json: bool, rejects_path: Path | None) -> None:
    """Take reports from the CSV file FILE, with their original times; doing it again adds only what was missing."""
    from django.conf import settings

    from gongzhi.kernel.clock import wall_clock
    from gongzhi.scenarios import imports, profiles, rejects

    profile = profiles.find(profile_name)
    listed_in = rejects_path or rejects.usual_path(settings.GONGZHI_HOME, file=file.name, at=wall_clock())
    imported = imports.Imported()
    try:
        with _progress_bar(file.name) as progress:
            imports.import_reports(
                file,
                profile=profile,
                rejects_path=listed_in,
                even_if_no_rejects=rejects_path is not None,
                clock=wall_clock,
                progress=progress,
                counted=imported,
            )
    except Refusal:
        if imported != imports.Imported():  # what was stored before stays stored
            _tell(imported, as_json=as_json, listed_in=None)
        raise
    _tell(imported, as_json=as_json, listed_in=listed_in)


def _tell(imported: Imported, *, as_json: bool, listed_in: Path | None) -> None:
    if as_json:
        click.echo(json.dumps(_counts(imported)))
        return
    for line in _words(imported, listed_in):
        click.echo(line)


def _counts(imported: Imported) -> dict[str, int]:
    return {
        "received": imported.received,
        "needs_location": imported.needs_location,
        "repeated": imported.repeated,
        "rejected": imported.rejected,
    }


def _words(imported: Imported, rejects_path: Path | None) -> Iterator[str]:
    """Yield the lines that tell an import; a list of rejected rows is named only where it was finished."""
    from gongzhi.scenarios.labels import IMPORTED

    told = {**_counts(imported), "replies": imported.replies, "replies_rejected": imported.replies_rejected}
    for name in ("received", "repeated", "rejected", "replies"):
        yield str(IMPORTED[name]).format_map(told)
    for code, count in imported.codes.most_common():
        yield "  " + str(IMPORTED["reason"]).format(count=count, code=code)
    if imported.codes and rejects_path is not None:
        yield str(IMPORTED["rejects"]).format(path=rejects_path)


@contextmanager
def _progress_bar(name: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far the file is read, on a terminal only."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name)
        yield lambda done_bytes, size_bytes: bar.update(task, completed=done_bytes, total=size_bytes)


COMMANDS = (import_reports,)
