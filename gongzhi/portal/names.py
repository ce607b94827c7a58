"""What classes, streets and units are called, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gongzhi.norms import queries as norms
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
    """The names of classes, districts and streets as they are on a day."""

    def __init__(self, on: date) -> None:
        """Look the names of a day up."""
        self._classes = {one.key: Named(one.zh, one.en) for one in norms.classes(on=on)}
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


def unit_names(*, at: datetime) -> dict[str, Named]:
    """Return what the units are called that exist at an instant, by code."""
    return {one.code: Named(one.name_zh, one.name_en) for one in people.units(at=at)}
