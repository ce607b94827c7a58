"""Reading the requests of a file: which can be replayed, which are rejected, which have no place on the map.

The whole file is read and checked before anything is written. What cannot be understood stops the replay and names its
row; only a request that was closed before it was opened is left out, and named too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gongzhi.intake.states import Channel
from gongzhi.kernel.canonical import canonical_bytes
from gongzhi.kernel.refusals import Refusal
from gongzhi.scenarios.profiles import ENDINGS
from gongzhi.scenarios.replay.profile import Profile
from gongzhi.scenarios.tables import opened


class RequestUnreadable(Refusal):
    """A row says something that the profile cannot understand; nothing was written."""

    code = "replay-request-unreadable"


class NothingToReplay(Refusal):
    """No row of the file can be replayed."""

    code = "nothing-to-replay"


@dataclass(frozen=True, slots=True)
class Request:
    """One request with a place on the map, as the file tells it. Times are in UTC; `district` may be empty."""

    key: str
    opened_at: datetime
    closed_at: datetime | None
    unit: str
    category: str
    district: str
    lon: float
    lat: float
    channel: Channel
    text: str
    address: str
    outcome: str


@dataclass(frozen=True, slots=True)
class RequestFile:
    """What a file holds: its digest, the requests in the order of their opening, and what is left out.

    `rejected` are the keys of requests that were closed before they were opened.
    """

    digest: str
    requests: tuple[Request, ...]
    rejected: tuple[str, ...]
    unplaced: int

    @property
    def until(self) -> datetime:
        """The last instant that the file tells of."""
        return max(one.closed_at or one.opened_at for one in self.requests)


def read(path: Path, profile: Profile) -> RequestFile:
    """Read a CSV file in UTF-8, plain or compressed with gzip.

    Raises: RequestUnreadable, NothingToReplay, and what `tables.opened` raises.
    """
    requests: dict[str, Request] = {}
    rejected: list[str] = []
    unplaced = 0
    digest = hashlib.sha256()
    columns = profile.columns.all()
    with opened(path, endings=ENDINGS, encoding="utf-8", delimiter=",", columns=columns) as table:
        for row in table.rows():
            reader = _Row(row.cells, number=row.number, profile=profile)
            if row.fault is not None:
                raise reader.unreadable("", row.fault.code) from row.fault
            digest.update(canonical_bytes([row.cells[column] for column in columns]))
            if not reader.is_placed():
                unplaced += 1
                continue
            request = reader.request()
            if request.key in requests or request.key in rejected:
                raise reader.unreadable(profile.columns.key, "repeated")
            if request.closed_at is not None and request.closed_at < request.opened_at:
                rejected.append(request.key)
            else:
                requests[request.key] = request
    if not requests:
        raise NothingToReplay(rejected=len(rejected), unplaced=unplaced)
    return RequestFile(
        digest=digest.hexdigest(),
        requests=tuple(sorted(requests.values(), key=lambda one: (one.opened_at, one.key))),
        rejected=tuple(sorted(rejected)),
        unplaced=unplaced,
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """One row while it is being understood."""

    said: Mapping[str, str]
    number: int
    profile: Profile

    def is_placed(self) -> bool:
        """Whether the row has coordinates; 0,0 is how the file says that it has none."""
        columns = self.profile.columns
        if not self._text(columns.lon) and not self._text(columns.lat):
            return False
        return (self._degrees(columns.lon), self._degrees(columns.lat)) != (0, 0)

    def request(self) -> Request:
        """Return the request that the row tells of."""
        columns = self.profile.columns
        lon, lat = self._degrees(columns.lon), self._degrees(columns.lat)
        if not self.profile.city.box.contains(lon, lat):
            raise self.unreadable(columns.lon, "outside-city")
        channel = self.profile.channels.get(self._text(columns.channel))
        if channel is None:
            raise self.unreadable(columns.channel, "unknown")
        district = self._text(columns.district)
        category = self._needed(columns.class_)
        details = [category, *(self._text(column) for column in columns.text)]
        return Request(
            key=self._needed(columns.key),
            opened_at=self._instant(columns.opened_at),
            closed_at=self._closed_at(),
            unit=self._needed(columns.unit),
            category=category,
            district="" if district in self.profile.districts.without else district,
            lon=lon,
            lat=lat,
            channel=channel,
            text=": ".join(dict.fromkeys(one for one in details if one)),
            address=self._text(columns.address),
            outcome=self._text(columns.outcome),
        )

    def unreadable(self, column: str, reason: str) -> RequestUnreadable:
        """Return the refusal that names the row, the column and what is wrong there, never the value itself."""
        return RequestUnreadable(
            row=self.number, key=self.said.get(self.profile.columns.key), column=column, reason=reason
        )

    def _closed_at(self) -> datetime | None:
        """Return when the request was closed. The status decides whether it was, and the time must agree."""
        columns = self.profile.columns
        status = self.profile.statuses.get(self._text(columns.status))
        if status is None:
            raise self.unreadable(columns.status, "unknown")
        is_closed = status == "closed"
        if is_closed != bool(self._text(columns.closed_at)):
            raise self.unreadable(columns.closed_at, "contradicts-status")
        return self._instant(columns.closed_at) if is_closed else None

    def _text(self, column: str) -> str:
        return self.said[column].strip()

    def _needed(self, column: str) -> str:
        text = self._text(column)
        if not text:
            raise self.unreadable(column, "missing")
        return text

    def _degrees(self, column: str) -> float:
        try:
            return float(self._text(column))
        except ValueError as fault:
            raise self.unreadable(column, "no-number") from fault

    def _instant(self, column: str) -> datetime:
        """Return the instant of a time. Its written offset is not believed: the profile says in which zone it is.

        A time that comes twice when the clocks go back is taken as the first of the two.
        """
        try:
            written = datetime.fromisoformat(self._needed(column))
        except ValueError as fault:
            raise self.unreadable(column, "no-time") from fault
        return written.replace(tzinfo=self.profile.times_zone).astimezone(UTC)
