"""Migrations say what they do, one after the other, and leave nothing out."""

from __future__ import annotations

import re

from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.house import house


def our_migrations() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Each migration of the product, with the ones of the same room that it follows."""
    loader = MigrationLoader(None)
    return {
        (room, name): [before for before in migration.dependencies if before[0] == room]
        for (room, name), migration in loader.disk_migrations.items()
        if room in house.rooms()
    }


def forks(migrations: dict[tuple[str, str], list[tuple[str, str]]]) -> list[str]:
    """Where the migrations of a room are no single line."""
    followed = [before for befores in migrations.values() for before in befores]
    return sorted(
        {f"{room}.{name} is followed twice" for room, name in followed if followed.count((room, name)) > 1}
        | {f"{room}.{name} follows two" for (room, name), befores in migrations.items() if len(befores) > 1}
        | {
            f"{room}.{name} starts anew"
            for (room, name), befores in migrations.items()
            if not befores and name[:4] != "0001"
        }
    )


def test_the_models_need_no_further_migration(db):
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_the_migrations_of_a_room_are_one_line():
    migrations = our_migrations()
    assert migrations, "no migration was found: the walk is broken"
    assert forks(migrations) == []


def test_a_fork_is_named():
    forked = {("cases", "0001_initial"): [], ("cases", "0002_a"): [("cases", "0001_initial")]}
    forked["cases", "0002_b"] = [("cases", "0001_initial")]
    assert forks(forked) == ["cases.0001_initial is followed twice"]


def test_a_migration_is_named_after_what_it_does():
    assert [name for _, name in our_migrations() if re.search(r"_auto_\d|_merge_|_custom", name)] == []
