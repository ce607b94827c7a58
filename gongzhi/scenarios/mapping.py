"""What a row of an imported file says, by its profile. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from gongzhi.intake.rules import Contact, Draft, GivenPlace
from gongzhi.intake.states import ReportKind
from gongzhi.kernel.geo import Crs
from gongzhi.kernel.refusals import Refusal
from gongzhi.scenarios.profiles import KindRule, Profile, TimeRule

Cells = Mapping[str, str]

_LONGEST_SHAPE = 40
_CRS_NAMES = {one.value: one for one in Crs} | {"epsg4326": Crs.WGS84, "epsg4490": Crs.CGCS2000}


class TimeUnreadable(Refusal):
    """The time fits none of the profile's formats, or the clocks of that place never showed it."""

    code = "time-unreadable"


class KindUnknown(Refusal):
    """The file's word for the kind is not in the profile, and nothing else says the kind."""

    code = "kind-unknown"


class ClassWordUnknown(Refusal):
    """The file's word for the class is not in the profile."""

    code = "class-word-unknown"


class CoordinateUnreadable(Refusal):
    """A longitude or latitude is no number."""

    code = "coordinate-unreadable"


class PositionErrorUnreadable(Refusal):
    """How far the position may be wrong is no number of metres."""

    code = "position-error-unreadable"


class CrsUnknown(Refusal):
    """The coordinates are in a system that we do not know."""

    code = "crs-unknown"


class ReplyTimeImpossible(Refusal):
    """The answer is older than what it answers, or lies in the future."""

    code = "reply-time-impossible"


@dataclass(frozen=True, slots=True)
class SaidReply:
    """An answer that was given, and when."""

    words: str
    at: datetime


def key_of(cells: Cells, profile: Profile) -> str:
    """Return the row's own name, empty where it could not be read."""
    return cells.get(profile.columns.key, "").strip()


def received_at_of(cells: Cells, profile: Profile) -> datetime:
    """Return when the report was first received. Raises: TimeUnreadable."""
    return _instant(cells, profile.columns.time, profile.time)


def draft_of(cells: Cells, profile: Profile) -> Draft:
    """Return the report that a row tells.

    Raises: KindUnknown, ClassWordUnknown, CoordinateUnreadable, PositionErrorUnreadable, CrsUnknown.
    """
    columns = profile.columns
    place = GivenPlace(
        lon=_number(cells, columns.lon, otherwise=CoordinateUnreadable),
        lat=_number(cells, columns.lat, otherwise=CoordinateUnreadable),
        crs=_crs(cells, profile),
        address=_cell(cells, columns.address),
        position_error_m=_number(cells, columns.position_error_m, otherwise=PositionErrorUnreadable),
    )
    return Draft(
        kind=_kind(cells, profile.kind, column=columns.kind),
        channel=profile.channel,
        text=_cell(cells, columns.text),
        topic=_cell(cells, columns.topic),
        place=place,
        contact=Contact(name=_cell(cells, columns.contact_name), phone=_cell(cells, columns.contact_phone)),
        class_key=_class_key(cells, profile),
    )


def reply_of(cells: Cells, profile: Profile, *, received_at: datetime, now: datetime) -> SaidReply | None:
    """Return the answer that a row tells, or None where it tells none.

    Raises: TimeUnreadable, ReplyTimeImpossible.
    """
    if profile.reply is None or not (words := _cell(cells, profile.reply.text)):
        return None
    at = _instant(cells, profile.reply.time, profile.time)
    if not received_at <= at <= now:
        raise ReplyTimeImpossible(received_at=received_at.isoformat(), replied_at=at.isoformat())
    return SaidReply(words, at)


def shape_of(text: str) -> str:
    """Return what a cell looks like without what it says, so that a misplaced private text never leaves its file.

    Example:
        >>> shape_of("2019/4/24 下午"), shape_of("13800001234")
        ('0000/0/00 xx', '00000000000')
    """
    shape = re.sub(r"\d", "0", re.sub(r"[^\W\d]|_", "x", text.strip()))
    return shape if len(shape) <= _LONGEST_SHAPE else f"{shape[:_LONGEST_SHAPE]}…"


def _cell(cells: Cells, column: str) -> str:
    return cells[column].strip() if column else ""


def _instant(cells: Cells, column: str, rule: TimeRule) -> datetime:
    text = _cell(cells, column)
    for time_format in rule.formats:
        try:
            found = datetime.strptime(text, time_format)  # noqa: DTZ007 - the zone is put in just below
            local = found if found.tzinfo else found.replace(tzinfo=rule.zone)
            at = local.astimezone(UTC)
            if found.tzinfo or at.astimezone(rule.zone).replace(tzinfo=None) == found:
                return at
        except (ValueError, OverflowError):
            continue
    raise TimeUnreadable(column=column, shape=shape_of(text))


def _kind(cells: Cells, rule: KindRule, *, column: str) -> ReportKind:
    word = _cell(cells, column)
    if word:
        if word not in rule.values:
            raise KindUnknown(column=column, shape=shape_of(word))
        return rule.values[word]
    for one in rule.patterns:
        if one.pattern.is_found_in(cells[one.column]):
            return one.kind
    if rule.default is None:
        raise KindUnknown(column=column, shape="")
    return rule.default


def _class_key(cells: Cells, profile: Profile) -> str | None:
    word = _cell(cells, profile.columns.class_key)
    if not word:
        return None
    if not profile.classes:
        return word
    if word not in profile.classes:
        raise ClassWordUnknown(column=profile.columns.class_key, shape=shape_of(word))
    return profile.classes[word]


def _number(cells: Cells, column: str, *, otherwise: type[Refusal]) -> float | None:
    text = _cell(cells, column)
    if not text:
        return None
    try:
        return float(text)
    except ValueError as fault:
        raise otherwise(column=column, shape=shape_of(text)) from fault


def _crs(cells: Cells, profile: Profile) -> Crs:
    word = _cell(cells, profile.columns.crs)
    if not word:
        return profile.crs
    found = _CRS_NAMES.get(re.sub(r"[\s:_-]", "", word).lower())
    if found is None:
        raise CrsUnknown(column=profile.columns.crs, shape=shape_of(word), known=", ".join(one.value for one in Crs))
    return found
