"""City packs: what a new database is founded from. Everything in them is configuration with a default."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import Any

from gongzhi.kernel.geo import Crs
from gongzhi.kernel.refusals import Refusal


class NoSuchPack(Refusal):
    """There is no pack of this name."""

    code = "no-such-pack"


@dataclass(frozen=True, slots=True)
class PackUnit:
    """A unit of the pack; `hints` are the catalogue's words for the department it stands for."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    parent: str | None = None
    areas: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackPerson:
    """An invented member with an account and posts (post, unit)."""

    username: str
    number: str
    name: str
    posts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """A city as a pack describes it."""

    key: str
    name_zh: str
    name_en: str
    time_zone: str
    standard_ref: str
    norms_from_on: date
    years: range
    day_source: str
    confirmed_years: tuple[int, ...]
    confirmation: str
    summer_hours: bool
    crs: Crs
    divisions: bytes
    territorial_units: dict[str, str]
    units: tuple[PackUnit, ...]
    people: tuple[PackPerson, ...] = ()
    parameters: dict[str, int] = field(default_factory=dict)


def names() -> list[str]:
    """Return the names of the packs that ship."""
    found = (one.name for one in resources.files(__package__).iterdir() if one.is_dir())
    return sorted(name for name in found if not name.startswith("_"))


def load(name: str) -> Pack:
    """Read a pack that ships with the product.

    Raises: NoSuchPack.
    """
    if name not in names():
        raise NoSuchPack(pack=name, known=", ".join(names()))
    folder = resources.files(__package__) / name
    said: dict[str, Any] = json.loads((folder / "city.json").read_text(encoding="utf-8"))
    first, last = said["years"]
    return Pack(
        key=said["key"],
        name_zh=said["name_zh"],
        name_en=said["name_en"],
        time_zone=said["time_zone"],
        standard_ref=said["standard_ref"],
        norms_from_on=date.fromisoformat(said["norms_from_on"]),
        years=range(first, last + 1),
        day_source=said["day_source"],
        confirmed_years=tuple(said["confirmed_years"]),
        confirmation=said["confirmation"],
        summer_hours=said["summer_hours"],
        crs=Crs(said["crs"]),
        divisions=(folder / "divisions.geojson").read_bytes(),
        territorial_units=said["territorial_units"],
        units=tuple(_unit(one) for one in said["units"]),
        people=tuple(_person(one) for one in said["people"]),
        parameters=said["parameters"],
    )


def _unit(said: dict[str, Any]) -> PackUnit:
    return PackUnit(
        code=said["code"],
        kind=said["kind"],
        name_zh=said["name_zh"],
        name_en=said["name_en"],
        parent=said.get("parent"),
        areas=tuple(said.get("areas", ())),
        hints=tuple(said.get("hints", ())),
    )


def _person(said: dict[str, Any]) -> PackPerson:
    posts = tuple((one["post"], one["unit"]) for one in said["posts"])
    return PackPerson(username=said["username"], number=said["number"], name=said["name"], posts=posts)
