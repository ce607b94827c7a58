"""A replay profile: what the columns of a file mean, and what its city is like. All of it is data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from gongzhi.intake.states import Channel, ReportKind
from gongzhi.kernel.geo import Bounds
from gongzhi.kernel.refusals import NotFound
from gongzhi.kernel.units import Limit
from gongzhi.norms.states import CheckingMode


class NoSuchReplayProfile(NotFound):
    """There is no replay profile of this name."""

    code = "no-such-replay-profile"


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of the file says what. `text` names several, which are joined."""

    key: str
    opened_at: str
    closed_at: str
    status: str
    outcome: str
    unit: str
    class_: str
    text: tuple[str, ...]
    address: str
    district: str
    channel: str
    lon: str
    lat: str

    def all(self) -> list[str]:
        """Return every column that the file must have."""
        return [
            *(self.key, self.opened_at, self.closed_at, self.status, self.outcome, self.unit, self.class_),
            *(*self.text, self.address, self.district, self.channel, self.lon, self.lat),
        ]


@dataclass(frozen=True, slots=True)
class CityWords:
    """The city that is made from the file, as far as the file itself does not say."""

    key: str
    name_zh: str
    name_en: str
    zone: ZoneInfo
    division: str
    division_zh: str
    division_en: str
    box: Bounds


@dataclass(frozen=True, slots=True)
class Districts:
    """How the districts that the file names are called, and which values name none."""

    without: frozenset[str]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The standard, and the major class, under which the file's categories become minor classes."""

    standard_ref: str
    major_code: str
    major_zh: str
    major_en: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a disposal may take: a configured default, since the file states none."""

    otherwise: Limit
    by_class: Mapping[str, Limit]
    source: str

    def of(self, category: str) -> Limit:
        """Return the limit of a category."""
        return self.by_class.get(category, self.otherwise)


@dataclass(frozen=True, slots=True)
class AssumedMove:
    """A move whose time the file does not have: some thousandths of the request's whole span away, at most so far."""

    act: str
    permille: int
    at_most_s: int


@dataclass(frozen=True, slots=True)
class Assumed:
    """The moves whose times are invented: counted from the opening, and counted back from the closing."""

    after_opening: Sequence[AssumedMove]
    before_closing: Sequence[AssumedMove]


@dataclass(frozen=True, slots=True)
class Profile:
    """A replay profile."""

    name: str
    city: CityWords
    times_zone: ZoneInfo
    columns: Columns
    statuses: Mapping[str, str]
    districts: Districts
    report_kind: ReportKind
    channels: Mapping[str, Channel]
    catalogue: Catalogue
    limits: Limits
    checking_mode: CheckingMode
    parameters: Mapping[str, int]
    assumed: Assumed


def names() -> list[str]:
    """Return the names of the replay profiles that ship."""
    return sorted(one.name.removesuffix(".json") for one in _folder().iterdir() if one.name.endswith(".json"))


def load(name: str) -> Profile:
    """Read a replay profile that ships with the product.

    Raises: NoSuchReplayProfile.
    """
    if name not in names():
        raise NoSuchReplayProfile(profile=name, known=", ".join(names()))
    said: dict[str, Any] = json.loads((_folder() / f"{name}.json").read_text(encoding="utf-8"))
    limits, assumed = said["limits"], said["assumed"]
    return Profile(
        name=name,
        city=_city(said["city"]),
        times_zone=ZoneInfo(said["time_zone_of_times"]),
        columns=_columns(said["columns"]),
        statuses=said["statuses"],
        districts=Districts(frozenset(said["districts"]["without"]), said["districts"]["zh"], said["districts"]["en"]),
        report_kind=ReportKind(said["report_kind"]),
        channels={written: Channel(channel) for written, channel in said["channels"].items()},
        catalogue=Catalogue(**said["catalogue"]),
        limits=Limits(
            otherwise=Limit.parse(limits["otherwise"]),
            by_class={category: Limit.parse(limit) for category, limit in limits["by_class"].items()},
            source=limits["source"],
        ),
        checking_mode=CheckingMode(said["checking_mode"]),
        parameters=said["parameters"],
        assumed=Assumed(
            after_opening=[AssumedMove(**one) for one in assumed["after_opening"]],
            before_closing=[AssumedMove(**one) for one in assumed["before_closing"]],
        ),
    )


def _folder() -> Any:
    return files("gongzhi.scenarios") / "profiles" / "replay"


def _city(said: dict[str, Any]) -> CityWords:
    rest = {name: value for name, value in said.items() if name not in ("time_zone", "box")}
    return CityWords(zone=ZoneInfo(said["time_zone"]), box=Bounds(**said["box"]), **rest)


def _columns(said: dict[str, Any]) -> Columns:
    rest = {name: value for name, value in said.items() if name not in ("class", "text")}
    return Columns(class_=said["class"], text=tuple(said["text"]), **rest)
