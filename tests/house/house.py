"""What the tests of the house look at: the rooms, their layers, their modules, and what those define."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import gongzhi
from gongzhi.kernel.lifecycle import Lifecycle
from gongzhi.kernel.refusals import Refusal

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "gongzhi"
NO_ROOMS = {"locale", "testing"}


def pyproject() -> dict[str, Any]:
    """The project's table of contents."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def layers() -> list[set[str]]:
    """The rooms from the top of the house to its foundation; rooms of one layer do not know each other."""
    contracts = pyproject()["tool"]["importlinter"]["contracts"]
    return [set(re.findall(r"\w+", layer)) for layer in contracts[0]["layers"]]


def depth_of_rooms() -> dict[str, int]:
    """How deep each room lies; the deeper room knows nothing of the higher one."""
    return {room: depth for depth, layer in enumerate(layers()) for room in layer}


def rooms() -> list[str]:
    """The rooms that stand."""
    return sorted(
        folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists() and folder.name not in NO_ROOMS
    )


def room_of(module: str) -> str:
    """The room a module stands in."""
    return module.split(".")[1]


def modules() -> Iterator[ModuleType]:
    """Every module of the product, tests and migrations left out."""
    for found in pkgutil.walk_packages(gongzhi.__path__, "gongzhi."):
        if not {"tests", "testing", "migrations", "__main__"}.intersection(found.name.split(".")):
            yield importlib.import_module(found.name)


def labels_of(room: str) -> ModuleType | None:
    """The words of a room; the kernel speaks no language, so `base` holds its words."""
    room = "base" if room == "kernel" else room
    if not (PACKAGE / room / "labels.py").exists():
        return None
    return importlib.import_module(f"gongzhi.{room}.labels")


def defined(kind: type) -> Iterator[type]:
    """Every class of a kind that the product defines."""
    for module in modules():
        for _, one in inspect.getmembers(module, inspect.isclass):
            if issubclass(one, kind) and one is not kind and one.__module__ == module.__name__:
                yield one


def refusals() -> list[type[Refusal]]:
    """Every refusal with a code of its own."""
    return [one for one in defined(Refusal) if vars(one).get("code")]


def state_sets() -> list[type[StrEnum]]:
    """Every set of states or codes."""
    return [one for one in defined(StrEnum) if one.__module__.endswith(".states")]


def lifecycles() -> dict[str, tuple[str, Lifecycle]]:
    """Every lifecycle by its name, with the room that declares it."""
    return {
        one.name: (room_of(module.__name__), one)
        for module in modules()
        if module.__name__.endswith(".lifecycle") and room_of(module.__name__) != "kernel"
        for one in vars(module).values()
        if isinstance(one, Lifecycle)
    }
