"""Only doors read the clock; everybody else is told the time."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house import house

DOORS = {"portal", "desk", "handset", "command", "api", "jobs", "scenarios", "web", "config"}
# An entry says when it happened, which its operation is told, and when it was written, which only the record knows.
KEEPER_OF_THE_RECORD = "gongzhi/audit/operations.py"


def reads_the_clock(source: str) -> bool:
    """Whether a module imports the clock's reader or calls it through its module."""
    return any(
        (isinstance(node, ast.ImportFrom) and any(name.name == "wall_clock" for name in node.names))
        or (isinstance(node, ast.Attribute) and node.attr == "wall_clock")
        for node in ast.walk(ast.parse(source))
    )


def inner_modules() -> list[Path]:
    return [
        path
        for path in sorted(house.PACKAGE.rglob("*.py"))
        if not {"tests", "testing"}.intersection(path.parts) and path.relative_to(house.PACKAGE).parts[0] not in DOORS
    ]


def test_no_inner_room_reads_the_clock():
    readers = [path.relative_to(house.ROOT).as_posix() for path in inner_modules() if reads_the_clock(path.read_text())]
    assert readers == [KEEPER_OF_THE_RECORD]


def test_a_module_that_reads_the_clock_is_noticed():
    assert reads_the_clock("from gongzhi.kernel.clock import wall_clock")
    assert reads_the_clock("from gongzhi.kernel import clock\nclock.wall_clock()")
    assert not reads_the_clock("from gongzhi.kernel.clock import utc_text")
