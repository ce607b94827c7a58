"""Import profiles: which column of a file means what, declared in JSON and read strictly. See docs/imports.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gongzhi.intake.states import Channel, ReportKind
from gongzhi.kernel.geo import Crs
from gongzhi.kernel.refusals import Refusal
from gongzhi.scenarios.patterns import Pattern, PatternUnusable
from gongzhi.scenarios.tables import FileUnreadable

ENCODINGS: Final = ("utf-8", "gb18030")
"""GB 18030 reads GBK and GB 2312 too. In both, no byte of a longer character looks like a comma, quote or line end."""

DELIMITERS: Final = (",", ";", "\t")
ENDINGS: Final = (".csv", ".csv.gz")
LARGEST_BYTES: Final = 1024 * 1024
"""More than any profile needs: a large file named by mistake is not read into memory."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_TRIED_ON = datetime(2021, 11, 23, 14, 5, 36, tzinfo=UTC)

Choice = TypeVar("Choice", bound=StrEnum)


class NoSuchProfile(Refusal):
    """No profile of this name ships with the product, and no file of this name can be read."""

    code = "no-such-profile"


class ProfileUnreadable(Refusal):
    """The profile is no JSON at this line."""

    code = "profile-unreadable"


class ProfileNoObject(Refusal):
    """The profile is no text in UTF-8, no JSON object, or says the same key twice in one."""

    code = "profile-no-object"


class ProfileTooLarge(Refusal):
    """The file is far too large to be a profile."""

    code = "profile-too-large"


class ProfileKeyUnknown(Refusal):
    """The profile says something that no profile can say: most likely a slip of the pen."""

    code = "profile-key-unknown"


class ProfileKeyMissing(Refusal):
    """The profile leaves out what it must say."""

    code = "profile-key-missing"


class ProfileValueWrong(Refusal):
    """A value in the profile cannot be meant."""

    code = "profile-value-wrong"


@dataclass(frozen=True, slots=True)
class Columns:
    """The file's column for each part of a report; empty where the file has none."""

    key: str
    time: str
    topic: str
    text: str
    address: str
    lon: str
    lat: str
    crs: str
    position_error_m: str
    contact_name: str
    contact_phone: str
    kind: str
    class_key: str

    def named(self) -> frozenset[str]:
        """Return the columns that are named."""
        return frozenset(column for part in self.__slots__ if (column := getattr(self, part)))


@dataclass(frozen=True, slots=True)
class KindPattern:
    """A report is of this kind where the pattern is found in the column."""

    column: str
    pattern: Pattern
    kind: ReportKind


@dataclass(frozen=True, slots=True)
class KindRule:
    """How a report's kind is found: the file's own word, else the first pattern that fits, else the default."""

    values: Mapping[str, ReportKind]
    patterns: tuple[KindPattern, ...]
    default: ReportKind | None


@dataclass(frozen=True, slots=True)
class TimeRule:
    """How a time is read: the first format that fits; one that names no offset is a local time of `zone`."""

    zone: ZoneInfo
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplyColumns:
    """The columns of the answer that was given, and of its time."""

    text: str
    time: str


@dataclass(frozen=True, slots=True)
class Profile:
    """How one sort of file is read. `classes` maps its words to class keys; empty: they are keys."""

    name: str
    source: str
    endings: tuple[str, ...]
    encoding: str
    delimiter: str
    channel: Channel
    columns: Columns
    time: TimeRule
    kind: KindRule
    crs: Crs
    classes: Mapping[str, str]
    reply: ReplyColumns | None

    @property
    def source_of_keys(self) -> str:
        """Who names the keys: all files of this profile together."""
        return f"import:{self.source}"

    def columns_used(self) -> frozenset[str]:
        """Return the columns that a file must have. Others are neither read nor kept."""
        used = self.columns.named() | {one.column for one in self.kind.patterns}
        return used if self.reply is None else used | {self.reply.text, self.reply.time}


def names() -> list[str]:
    """Return the names of the profiles that ship."""
    entries = (one.name for one in resources.files(__package__).iterdir())
    return sorted(name.removesuffix(".json") for name in entries if name.endswith(".json"))


def find(name_or_path: str) -> Profile:
    """Return a profile that ships, by its name, or a file of your own, by its path.

    A path is told from a name by a separator in it or by `.json` at its end.

    Raises: NoSuchProfile, FileUnreadable, ProfileTooLarge, and what `read` refuses.
    """
    path = Path(name_or_path)
    try:
        if len(path.parts) > 1 or path.suffix == ".json":
            return read(_content(path), called=path.name)
        if name_or_path in names():
            return read((resources.files(__package__) / f"{name_or_path}.json").read_bytes(), called=name_or_path)
    except FileNotFoundError as fault:
        raise NoSuchProfile(profile=name_or_path, known=", ".join(names())) from fault
    except (OSError, ValueError) as fault:  # a null byte can be in no path
        raise FileUnreadable(file=path.name) from fault
    raise NoSuchProfile(profile=name_or_path, known=", ".join(names()))


def _content(path: Path) -> bytes:
    """Return the bytes of a profile. Raises: ProfileTooLarge, OSError."""
    with path.open("rb") as file:
        content = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise ProfileTooLarge(profile=path.name, limit=LARGEST_BYTES)
    return content


def read(content: bytes, *, called: str) -> Profile:
    """Read a profile from its JSON.

    Raises: ProfileUnreadable, ProfileNoObject, ProfileKeyUnknown, ProfileKeyMissing, ProfileValueWrong.
    """
    try:
        said = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once_each)
    except json.JSONDecodeError as fault:
        raise ProfileUnreadable(profile=called, line=fault.lineno) from fault
    except (ValueError, RecursionError) as fault:
        raise ProfileNoObject(profile=called) from fault
    if not isinstance(said, dict):
        raise ProfileNoObject(profile=called)
    whole = _Part(said, profile=called)
    name = whole.text("name", pattern=_NAME)
    profile = Profile(
        name=name,
        source=whole.text("source", default=name, pattern=_NAME),
        endings=whole.texts("files", among=ENDINGS, default=ENDINGS),
        encoding=whole.text("encoding", among=ENCODINGS, default="utf-8"),
        delimiter=whole.text("delimiter", among=DELIMITERS, default=","),
        channel=whole.member("channel", Channel),
        columns=_columns(whole.part("columns")),
        time=_time_rule(whole.part("time")),
        kind=_kind_rule(whole.part("kind")),
        crs=whole.member("crs", Crs, default=Crs.WGS84),
        classes=whole.words("classes"),
        reply=_reply_columns(whole.part("reply")) if whole.has("reply") else None,
    )
    whole.done()
    _require_whole(profile, whole)
    return profile


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a JSON object as a dictionary. Raises: ValueError when it says one key twice."""
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("a key is said twice")
    return said


def _columns(said: _Part) -> Columns:
    columns = Columns(
        key=said.text("key"),
        time=said.text("time"),
        topic=said.text("topic", default=""),
        text=said.text("text", default=""),
        address=said.text("address", default=""),
        lon=said.text("lon", default=""),
        lat=said.text("lat", default=""),
        crs=said.text("crs", default=""),
        position_error_m=said.text("position_error_m", default=""),
        contact_name=said.text("contact_name", default=""),
        contact_phone=said.text("contact_phone", default=""),
        kind=said.text("kind", default=""),
        class_key=said.text("class", default=""),
    )
    said.done()
    return columns


def _time_rule(said: _Part) -> TimeRule:
    zone, formats = said.text("zone"), said.texts("formats")
    try:
        rule = TimeRule(ZoneInfo(zone), formats)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise said.wrong("zone", zone, wanted="Asia/Shanghai, Europe/Berlin, …") from fault
    for one in formats:
        if not _names_a_day(one):
            raise said.wrong("formats", one, wanted="%Y-%m-%d %H:%M:%S, %Y/%m/%d, %Y-%m-%dT%H:%M:%S%z, …")
    said.done()
    return rule


def _names_a_day(time_format: str) -> bool:
    """Whether a time written in this format can be read back and still says which day it was."""
    try:
        again = datetime.strptime(_TRIED_ON.strftime(time_format), time_format).replace(tzinfo=UTC)
    except (ValueError, re.error):
        return False
    return again.date() == _TRIED_ON.date()


def _kind_rule(said: _Part) -> KindRule:
    rule = KindRule(
        values={word: said.checked(kind, ReportKind, key="values") for word, kind in said.words("values").items()},
        patterns=tuple(_kind_pattern(one) for one in said.parts("patterns")),
        default=said.member("default", ReportKind) if said.has("default") else None,
    )
    said.done()
    return rule


def _kind_pattern(said: _Part) -> KindPattern:
    text = said.text("pattern")
    try:
        pattern = Pattern(text)
    except PatternUnusable as fault:
        raise said.wrong("pattern", text, wanted=f"RE2 ({fault})") from fault
    found = KindPattern(said.text("column"), pattern, said.member("kind", ReportKind))
    said.done()
    return found


def _reply_columns(said: _Part) -> ReplyColumns:
    columns = ReplyColumns(text=said.text("text"), time=said.text("time"))
    said.done()
    return columns


def _require_whole(profile: Profile, said: _Part) -> None:
    """Refuse a profile with which no row could be received.

    Raises: ProfileKeyMissing.
    """
    columns = profile.columns
    if not (columns.topic or columns.text):
        raise said.missing("columns.text")
    if bool(columns.lon) != bool(columns.lat):
        raise said.missing("columns.lat" if columns.lon else "columns.lon")
    if columns.position_error_m and not columns.lon:
        raise said.missing("columns.lon")
    if columns.kind and not profile.kind.values:
        raise said.missing("kind.values")
    if profile.kind.default is None and not (columns.kind or profile.kind.patterns):
        raise said.missing("kind.default")


class _Part:
    """One object of the profile, each key of which is read once; `done` refuses what is left over."""

    def __init__(self, said: Mapping[str, object], *, profile: str, within: str = "") -> None:
        self._said, self._profile, self._within = said, profile, within
        self._left = set(said)

    def has(self, key: str) -> bool:
        return key in self._said

    def text(
        self,
        key: str,
        *,
        default: str | None = None,
        among: Iterable[str] = (),
        pattern: re.Pattern[str] | None = None,
    ) -> str:
        if key not in self._said and default is not None:
            return default
        value = self._taken(key)
        if not isinstance(value, str) or not value:
            raise self.wrong(key, value, wanted="…")
        if among and value not in among:
            raise self.wrong(key, value, wanted=", ".join(map(repr, among)))
        if pattern is not None and not pattern.fullmatch(value):
            raise self.wrong(key, value, wanted=pattern.pattern)
        return value

    def texts(self, key: str, *, default: tuple[str, ...] | None = None, among: Iterable[str] = ()) -> tuple[str, ...]:
        if key not in self._said and default is not None:
            return default
        value = self._taken(key)
        if not isinstance(value, list) or not value or not all(isinstance(one, str) and one for one in value):
            raise self.wrong(key, value, wanted='["…"]')
        for one in value:
            if among and one not in among:
                raise self.wrong(key, one, wanted=", ".join(map(repr, among)))
        return tuple(value)

    def words(self, key: str) -> dict[str, str]:
        """Return an object of words, empty where the profile has none."""
        if key not in self._said:
            return {}
        value = self._taken(key)
        if not isinstance(value, dict) or not value or not all(isinstance(one, str) for one in value.values()):
            raise self.wrong(key, value, wanted='{"…": "…"}')
        return value

    def member(self, key: str, choices: type[Choice], *, default: Choice | None = None) -> Choice:
        if key not in self._said and default is not None:
            return default
        return self.checked(self._taken(key), choices, key=key)

    def checked(self, value: object, choices: type[Choice], *, key: str) -> Choice:
        if value not in [one.value for one in choices]:
            raise self.wrong(key, value, wanted=", ".join(one.value for one in choices))
        return choices(str(value))

    def part(self, key: str) -> _Part:
        value = self._taken(key)
        if not isinstance(value, dict):
            raise self.wrong(key, value, wanted="{…}")
        return _Part(value, profile=self._profile, within=self._path(key))

    def parts(self, key: str) -> list[_Part]:
        """Return the objects of a list, none where the profile has no such list."""
        if key not in self._said:
            return []
        value = self._taken(key)
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.wrong(key, value, wanted="[{…}]")
        return [_Part(one, profile=self._profile, within=f"{self._path(key)}[{at}]") for at, one in enumerate(value)]

    def done(self) -> None:
        if self._left:
            raise ProfileKeyUnknown(profile=self._profile, key=self._path(min(self._left)))

    def missing(self, key: str) -> ProfileKeyMissing:
        return ProfileKeyMissing(profile=self._profile, key=self._path(key))

    def wrong(self, key: str, value: object, *, wanted: str) -> ProfileValueWrong:
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return ProfileValueWrong(profile=self._profile, key=self._path(key), found=shown[:80], wanted=wanted)

    def _taken(self, key: str) -> object:
        if key not in self._said:
            raise self.missing(key)
        self._left.discard(key)
        return self._said[key]

    def _path(self, key: str) -> str:
        return f"{self._within}.{key}" if self._within else key
