"""What classes, streets and units are called, in both languages."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from gongzhi.norms import queries as norms
from gongzhi.norms.rules import ManagedClassRow
from gongzhi.people import queries as people
from gongzhi.places import queries as places
from gongzhi.places.states import DivisionLevel


@dataclass(frozen=True, slots=True)
class Named:
    """A name in both languages."""

    zh: str
    en: str

    def said(self, *, english: bool) -> str:
        """Return the name in the reader's language."""
        return self.en or self.zh if english else self.zh


class Names:
    """What classes are called by people, and districts and streets by name, as they are on a day."""

    def __init__(self, on: date) -> None:
        """Look the names of a day up."""
        self._classes = {one.key: called(one) for one in norms.classes(on=on)}
        levels = (DivisionLevel.DISTRICT, DivisionLevel.STREET)
        divisions = [one for level in levels for one in places.divisions(on=on, level=level)]
        self._divisions = {one.code: Named(one.name_zh, one.name_en) for one in divisions}

    def of_class(self, key: str) -> Named | None:
        """Return the name of a class; None while nobody knows it."""
        return self._classes.get(key)

    def of_street(self, area: str) -> Named | None:
        """Return the street of a division path and its district; never what lies below, where a door could be meant."""
        known = [self._divisions[code] for code in area.split("/") if code in self._divisions]
        if not known:
            return None
        return Named("".join(one.zh for one in known), ", ".join(one.en for one in reversed(known)))


def called(row: ManagedClassRow) -> Named:
    """Return what people call a class; where they have no word of their own, what the catalogue calls it."""
    plain = plain_words().get((row.kind.value, row.code))
    return Named(row.zh, row.en) if plain is None else Named(plain["zh"], plain["en"])


@cache
def plain_words() -> dict[tuple[str, str], dict[str, str]]:
    """Return the plain words for the classes that citizens report most, by kind and code; the commonest first."""
    return {(one["kind"], one["code"]): one for one in table("plain_words.csv")}


@cache
def table(name: str) -> list[dict[str, str]]:
    """Return a table of this door's own."""
    text = (files("gongzhi.portal") / "data" / name).read_text(encoding="utf-8")
    lines: Iterable[str] = text.splitlines()
    return list(csv.DictReader(lines))


def unit_names(*, at: datetime) -> dict[str, Named]:
    """Return what the units are called that exist at an instant, by code."""
    return {one.code: Named(one.name_zh, one.name_en) for one in people.units(at=at)}
