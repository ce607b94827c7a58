"""Erasing is decided in the rooms: the record itself holds no policy, so no door reaches its erasing directly."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import house

DOORS = ("api", "jobs", "portal", "desk", "handset", "command", "web", "scenarios")
RECORD = "gongzhi.audit.operations"


def calls_of_erase(source: str) -> Iterator[int]:
    """The lines in which a module imports or calls `erase` of the record, whatever name it gives it."""
    tree = ast.parse(source)
    names = {"gongzhi": "gongzhi"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {
                one.asname or one.name.split(".")[0]: one.name if one.asname else one.name.split(".")[0]
                for one in node.names
            }
        elif isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                names[one.asname or one.name] = f"{node.module}.{one.name}"
                if node.module == RECORD and one.name in {"erase", "*"}:
                    yield node.lineno
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _spelled(node, names) == f"{RECORD}.erase":
            yield node.lineno


def _spelled(node: ast.expr, names: dict[str, str]) -> str:
    """The full name of what an expression names, as far as it is one."""
    if isinstance(node, ast.Attribute):
        return f"{_spelled(node.value, names)}.{node.attr}"
    return names.get(node.id, node.id) if isinstance(node, ast.Name) else "?"


def modules_of(*rooms: str) -> list[Path]:
    return [
        path
        for room in rooms
        for path in sorted((house.PACKAGE / room).rglob("*.py"))
        if not {"tests", "migrations"}.intersection(path.parts)
    ]


def test_no_door_erases_past_the_rooms():
    read = modules_of(*DOORS)
    assert len(read) > 30, "the walk is broken"
    found = {
        f"{path.relative_to(house.PACKAGE)}:{line}"
        for path in read
        for line in calls_of_erase(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_only_operations_erase():
    """A query, a model or a subscription would erase without anybody having asked for the power."""
    erasing = [path for path in modules_of(*house.rooms()) if set(calls_of_erase(path.read_text(encoding="utf-8")))]
    assert erasing, "nobody erases: the walk is broken"
    others = [path for path in erasing if not {"operations", "erasure"} & {path.stem, path.parent.name}]
    assert others == []


@pytest.mark.parametrize(
    "source",
    [
        "from gongzhi.audit.operations import erase",
        "from gongzhi.audit.operations import erase as wipe",
        "from gongzhi.audit import operations\noperations.erase(row)",
        "from gongzhi.audit import operations as audit\naudit.erase(row)",
        "import gongzhi.audit.operations\ngongzhi.audit.operations.erase(row)",
        "import gongzhi.audit.operations as record\nrecord.erase(row)",
        "def door():\n    from gongzhi.audit import operations as audit\n    return audit.erase",
    ],
)
def test_erasing_is_seen_under_whatever_name(source):
    assert list(calls_of_erase(source))


def test_the_rooms_own_erasing_is_no_such_call():
    assert list(calls_of_erase("from gongzhi.intake import operations as intake\nintake.erase_contact(1)")) == []
