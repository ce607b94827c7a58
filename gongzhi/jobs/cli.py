"""The `gongzhi` command. Every subcommand translates its words into one operation and shows the answer."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click
import django

from gongzhi.base import secrets
from gongzhi.kernel.refusals import Misconfigured, Outage, Refusal

GROUPS = (
    "gongzhi.jobs.founding_commands",
    "gongzhi.jobs.demo_commands",
    "gongzhi.jobs.people_commands",
    "gongzhi.jobs.duty_commands",
    "gongzhi.jobs.import_commands",
    "gongzhi.jobs.ground_commands",
    "gongzhi.jobs.replay_commands",
    "gongzhi.jobs.case_commands",
    "gongzhi.jobs.audit_commands",
    "gongzhi.jobs.evidence_commands",
    "gongzhi.jobs.notices_commands",
    "gongzhi.jobs.paper_commands",
    "gongzhi.jobs.worksheet_commands",
    "gongzhi.jobs.serve_commands",
    "gongzhi.jobs.bench_commands",
)


MAKE_A_HOME = frozenset({"init", "demo", "replay", "bench", "manage"})
"""Commands that may begin with an empty home folder and fill it."""
_NEED_NO_HOME = frozenset({("audit", "verify-export"), ("worksheets", "schema")})
_TELL_OF_THEMSELVES = frozenset({"-h", "--help", "--version"})


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gongzhi", prog_name="gongzhi")
def gongzhi() -> None:
    """共治 Gongzhi: the system a city's management and enforcement bureau runs on."""


@gongzhi.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own management commands, such as `migrate`."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["gongzhi manage", *arguments])


def main() -> None:
    """Start Django, run the command, and put a refusal into words.

    Exit codes: 0 done; 1 damage or failed checks were found; 2 refused or misused.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.config.settings")
    words = sys.argv[1:]
    if not _may_make_a_home(words):
        secrets.make_none()
    try:
        django.setup()
    except Misconfigured as fault:
        click.echo(str(fault), err=True)
        sys.exit(2)
    from django.conf import settings
    from django.db import DatabaseError
    from django.utils import translation

    from gongzhi.base.words import words_of
    from gongzhi.jobs.faults import refusal_of

    translation.activate(settings.GONGZHI_LANGUAGE)
    for group in GROUPS:
        for command in import_module(group).COMMANDS:
            gongzhi.add_command(command)
    try:
        _require_home(words, home=settings.GONGZHI_HOME)
        gongzhi.main(prog_name="gongzhi", standalone_mode=True)
    except Refusal as refusal:
        click.echo(f"{words_of(refusal)} [{refusal.code}]", err=True)
        sys.exit(2)
    except Outage as fault:
        click.echo(str(fault), err=True)
        sys.exit(2)
    except DatabaseError as fault:
        told = refusal_of(fault)
        if told is None:
            raise
        click.echo(f"{words_of(told)} [{told.code}]", err=True)
        sys.exit(2)


def _may_make_a_home(words: Sequence[str]) -> bool:
    """Whether a command may find the home folder empty and fill it.

    An auditor who brings a copy of the anchor is let in too: that the whole home is gone is what verification tells.
    """
    if _TELL_OF_THEMSELVES.intersection(words):
        return False
    return bool(MAKE_A_HOME.intersection(words[:1])) or any(word.startswith("--anchor") for word in words)


def _require_home(words: Sequence[str], *, home: Path) -> None:
    """Refuse a command that is about a city where the home folder belongs to none, before it makes anything there.

    Raises: NoCity.
    """
    from gongzhi.parameters.queries import NoCity

    command = gongzhi.commands.get(words[0]) if words else None
    shows_usage = command is None or (isinstance(command, click.Group) and len(words) == 1)
    if shows_usage or _TELL_OF_THEMSELVES.intersection(words):
        return
    if _may_make_a_home(words) or tuple(words[:2]) in _NEED_NO_HOME:
        return
    if not secrets.are_kept(home) and not (home / "anchors").exists():
        raise NoCity
