"""Instants: aware, in UTC, written down to the microsecond."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def wall_clock() -> datetime:
    """Read the instant now, in UTC.

    The only place that reads the clock. Doors call it and pass the instant on; rules and operations take time as an
    argument, so that they can be replayed. The record alone asks for itself when it writes an entry down.
    """
    return datetime.now(UTC)


def require_aware(at: datetime) -> datetime:
    """Return the instant in UTC.

    Raises: ValueError when it names no time zone, since a naive time is a different instant in every city.
    """
    if at.tzinfo is None:
        message = f"the instant {at.isoformat()} names no time zone"
        raise ValueError(message)
    return at.astimezone(UTC)


def utc_text(at: datetime) -> str:
    """Write an instant as it enters the record: UTC, microseconds, a closing Z.

    Example:
        >>> from datetime import timezone, timedelta
        >>> utc_text(datetime(2026, 11, 23, 14, 5, tzinfo=timezone(timedelta(hours=8))))
        '2026-11-23T06:05:00.000000Z'
    """
    return require_aware(at).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_utc_text(text: str) -> datetime:
    """Read an instant back from the record.

    Raises: ValueError for any other spelling.

    Example:
        >>> from_utc_text("2026-11-23T06:05:00.000000Z").hour
        6
    """
    at = datetime.fromisoformat(text)
    if utc_text(at) != text:
        raise ValueError(f"{text!r} is not spelled as the record spells an instant")
    return at


def local_date(at: datetime, zone: ZoneInfo) -> date:
    """Return the day it is in the city at an instant.

    Example:
        >>> local_date(datetime(2026, 11, 23, 20, tzinfo=UTC), ZoneInfo("Asia/Shanghai")).isoformat()
        '2026-11-24'
    """
    return require_aware(at).astimezone(zone).date()
