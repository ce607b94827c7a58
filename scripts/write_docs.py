"""Write those parts of the documentation that repeat what the code says; with --check, compare only.

A page marks such a part with `<!-- begin: NAME -->` and `<!-- end: NAME -->`. The words around it are written by hand.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
import django

if TYPE_CHECKING:
    from gongzhi.notices.rules import Line

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"lifecycle.md": "lifecycles", "commands.md": "commands", "operations.md": "settings", "notices.md": "topics"}


def stale_pages(docs: Path) -> list[str]:
    """Return the names of the pages that say something else than the code."""
    return [page for page in PAGES if (text := (docs / page).read_text(encoding="utf-8")) != filled(text)]


def filled(text: str) -> str:
    """Return a page with every marked part written anew.

    Raises: KeyError for a mark that nobody can fill.
    """

    def written(part: re.Match[str]) -> str:
        return f"{part[1]}{PARTS[part[2]]()}{part[3]}"

    return re.sub(r"(<!-- begin: (\w+) -->\n).*?(<!-- end: \2 -->)", written, text, flags=re.DOTALL)


def lifecycles() -> str:
    """Return every lifecycle as a diagram, in the order of the rooms."""
    import gongzhi
    from gongzhi.kernel.lifecycle import Lifecycle

    tables = [
        one
        for found in pkgutil.walk_packages(gongzhi.__path__, "gongzhi.")
        if found.name.endswith(".lifecycle") and not found.name.startswith("gongzhi.kernel")
        for one in vars(importlib.import_module(found.name)).values()
        if isinstance(one, Lifecycle)
    ]
    return "".join(f"\n## {one.name}\n\n```mermaid\n{one.mermaid()}```\n" for one in tables) + "\n"


def commands() -> str:
    """Return every command with its arguments, options and meaning."""
    pages = [_page_of(command, path) for path, command in walk(command_line(), "gongzhi")]
    return "\n" + "\n".join(pages) + "\n"


def command_line() -> click.Group:
    """Return the `gongzhi` command with every group that `main` adds to it."""
    from gongzhi.jobs.cli import GROUPS, gongzhi

    for group in GROUPS:
        for command in importlib.import_module(group).COMMANDS:
            gongzhi.add_command(command)
    return gongzhi


def walk(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, by the words that call it."""
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from walk(command.commands[name], f"{path} {name}")
    elif not command.hidden:
        yield path, command


def settings() -> str:
    """Return the variables of the environment as a table."""
    from gongzhi.config.environment import VARIABLES

    rows = [
        f"| `{one.name}` | {one.meaning} | {f'`{one.default}`' if one.default else 'empty'} |\n" for one in VARIABLES
    ]
    return "\n| variable | meaning | default |\n|---|---|---|\n" + "".join(rows) + "\n"


def topics() -> str:
    """Return every topic of a message with those who are told, and by which carriers, as a city begins."""
    from django.utils.translation import override

    from gongzhi.notices import queries, registry

    with override("en"):
        titles = {one.name: one.title for one in queries.topics()}
    rows = [f"| {titles[one.name]} | `{one.name}` | {_told_by(one.lines)} |\n" for one in registry.topics()]
    return "\n| what | topic | who, by which carriers |\n|---|---|---|\n" + "".join(rows) + "\n"


def _told_by(lines: Iterable[Line]) -> str:
    """Return the audiences of a topic, those together that are told by the same carriers."""
    carriers: dict[str, list[str]] = {}
    for line in lines:
        carriers.setdefault(line.audience, []).append(line.carrier.value)
    told: dict[str, list[str]] = {}
    for audience, by in carriers.items():
        told.setdefault(", ".join(by), []).append(f"`{audience}`")
    return "; ".join(f"{', '.join(audiences)} by {by}" for by, audiences in told.items()) or "nobody by itself"


def _page_of(command: click.Command, path: str) -> str:
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    told = [parameter.get_help_record(context) for parameter in command.params]
    rows = "".join(f"- `{spelled}` {meaning}\n" for spelled, meaning in filter(None, told) if meaning)
    meaning = re.sub(r"\s*\n\s*", " ", (command.help or "").split("\f")[0].strip())
    return f"## `{path}`\n\n{meaning}\n\n```\n{usage}\n```\n" + (f"\n{rows}" if rows else "")


PARTS = {"lifecycles": lifecycles, "commands": commands, "settings": settings, "topics": topics}


def main(arguments: list[str]) -> int:
    """Write, or check; return the exit code."""
    django.setup()
    docs = ROOT / "docs"
    stale = stale_pages(docs)
    if "--check" in arguments:
        for page in stale:
            print(f"docs/{page} says something else than the code: run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    for page in stale:
        path = docs / page
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"wrote docs/{page}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
