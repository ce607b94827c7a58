"""What a citizen has told so far, and what is still missing. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from gongzhi.intake.rules import Contact, Draft, GivenFile, GivenPlace
from gongzhi.intake.states import Channel, ReportKind
from gongzhi.kernel.geo import Crs, Point
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.kernel.text import says_something
from gongzhi.places.rules import position_error_m
from gongzhi.places.states import PositionSource
from gongzhi.portal.states import Publication, Step

PUBLICATION_DEFAULTS = (Publication.NEVER, Publication.AFTER_CLOSING, Publication.AT_ONCE)
"""What the city's setting `publication_default` means: 0, 1 and 2."""
LONGEST_SEARCH = 60
LEAST_SHOWN = 5
"""Fewer of something are told as "fewer than five"."""
BLOCK_E7 = 20_000
"""The side of a block in 1e-7 degree, about 200 m: finer than this nobody learns from us where a case lies."""
UNSURE = "?"
"""The class of somebody who does not know it; an acceptor finds it."""


class DraftUnknown(NotFound):
    """There is no such draft on this device, or it lay untouched for too long."""

    code = "draft-unknown"


class NothingYet(Refusal):
    """A report begins with a photograph or a few words."""

    code = "nothing-yet"


class PlaceUnsaid(Refusal):
    """Nothing was said about the place, not even that it is unknown."""

    code = "place-unsaid"


class ClassUnsaid(Refusal):
    """Nothing was chosen, not even that one does not know."""

    code = "class-unsaid"


class PhoneOdd(Refusal):
    """What stands for a phone number cannot be called."""

    code = "phone-odd"


class NotSure(Refusal):
    """Something that cannot be undone needs a second yes."""

    code = "not-sure"


class NotOffered(Refusal):
    """The case that somebody wants to join is not among those that were shown to them, or is over by now."""

    code = "not-offered"


@dataclass(frozen=True, slots=True)
class SketchFile:
    """A photograph that was uploaded for this draft, the code with which it is claimed, and where it was taken."""

    id: str
    code: str
    name: str
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Sketch:
    """A report while it is being written. It lies encrypted, for a day, and no longer than until it is sent.

    Attributes:
        key: names the report at this door, so that sending twice makes one.
        text: what was said.
        files: what was shown.
        lon: of a point that was chosen, with lat; WGS-84 degrees.
        error_m: how far the phone said that the point may be wrong.
        address: the place in words.
        place_unknown: whether they said that they do not know the place.
        place_code: the place code that was scanned, while the place is the one that it says.
        kind: what they want.
        class_key: the class, `UNSURE`, or empty while nothing was chosen.
        asked_place: the words by which a place is looked for, until one is chosen; they stand in no address.
        asked_class: likewise a class.
        name: who can be reached.
        phone: by which number.
        joins: an open case nearby of which they say that it is the same matter.
        report: the report that came of it; then nothing else is kept.
    """

    key: str
    text: str = ""
    files: tuple[SketchFile, ...] = ()
    lon: float | None = None
    lat: float | None = None
    error_m: float | None = None
    address: str = ""
    place_unknown: bool = False
    place_code: str = ""
    kind: str = ReportKind.COMPLAINT.value
    class_key: str = ""
    asked_place: str = ""
    asked_class: str = ""
    name: str = ""
    phone: str = ""
    joins: str = ""
    report: str = ""

    @property
    def has_point(self) -> bool:
        """Whether a point was chosen."""
        return self.lon is not None and self.lat is not None

    @property
    def missing(self) -> Step | None:
        """The first step that still lacks something; None when it can be sent."""
        if not (says_something(self.text) or self.files):
            return Step.WORDS
        if not (self.has_point or says_something(self.address) or self.place_unknown):
            return Step.PLACE
        if not self.class_key and ReportKind(self.kind).needs_action:
            return Step.KIND
        return None

    def with_file(self, file: SketchFile) -> Sketch:
        """Return the draft with one more photograph; the same one again is the same."""
        kept = tuple(one for one in self.files if one.id != file.id)
        return replace(self, files=(*kept, file))

    def without_file(self, id_: str) -> Sketch:
        """Return the draft without a photograph."""
        return replace(self, files=tuple(one for one in self.files if one.id != id_))

    def sent_as(self, report: UUID) -> Sketch:
        """Return what is kept of a draft once it is a report."""
        return Sketch(key=self.key, report=str(report))

    def draft(self) -> Draft:
        """Return the report as the city takes it."""
        said_m = self.error_m
        error_m = None if said_m is None else position_error_m(said_m, source=PositionSource.DEVICE)
        place = GivenPlace(self.lon, self.lat, Crs.WGS84, self.address, position_error_m=error_m)
        return Draft(
            kind=ReportKind(self.kind),
            channel=Channel.PORTAL,
            text=self.text,
            place=place,
            contact=Contact(self.name, self.phone),
            class_key=None if self.class_key in {"", UNSURE} else self.class_key,
            files=tuple(GivenFile(UUID(one.id), one.code) for one in self.files),
            joins=UUID(self.joins) if self.joins else None,
        )


def written(sketch: Sketch) -> bytes:
    """Return a draft as bytes, to be encrypted."""
    return json.dumps(asdict(sketch), ensure_ascii=False).encode("utf-8", "surrogatepass")


def read(kept: bytes) -> Sketch:
    """Return a draft from its bytes.

    Example:
        >>> one = Sketch(key="k", text="路灯不亮", files=(SketchFile("1", "c", "a.jpg"),))
        >>> read(written(one)) == one
        True
    """
    said: dict[str, Any] = json.loads(kept.decode("utf-8", "surrogatepass"))
    return Sketch(**{**said, "files": tuple(SketchFile(**one) for one in said["files"])})


def degrees_said(lon: str, lat: str) -> tuple[float, float] | None:
    """Return a pair of degrees from two fields of a form; None where they hold no two finite numbers.

    Example:
        >>> degrees_said("118.09", " 24.46"), degrees_said("", ""), degrees_said("nan", "1")
        ((118.09, 24.46), None, None)
    """
    try:
        found = float(lon), float(lat)
    except ValueError:
        return None
    return found if all(abs(one) <= 1_000_000 for one in found) else None  # a NaN is not smaller than anything


def error_said(metres: str) -> float | None:
    """Return how far a phone says that its position may be wrong; None where it says nothing that one can measure.

    Example:
        >>> error_said("12.5"), error_said(""), error_said("-1"), error_said("nan")
        (12.5, None, None, None)
    """
    try:
        found = float(metres)
    except ValueError:
        return None
    return found if 0 <= found <= 1_000_000 else None


def neighbourhood_of(point: Point) -> tuple[Point, Point]:
    """Return the neighbourhood in which a point lies, by its south-western and its north-eastern corner.

    It reaches at least half a block further than the point on every side, so that what lies a few steps away is in it.
    Neighbourhoods overlap by one block: what all their answers together tell of a place is the block, and no less.

    Example:
        >>> one, other = neighbourhood_of(Point(1_180_912_345, 244_600_001))
        >>> (one.lon_e7, one.lat_e7), (other.lon_e7, other.lat_e7)
        ((1180870000, 244590000), (1180930000, 244650000))
    """
    side, more = 2 * BLOCK_E7, BLOCK_E7 // 2
    west, south = (e7 // side * side for e7 in (point.lon_e7, point.lat_e7))
    return Point(west - more, south - more), Point(west + side + more, south + side + more)


def shown_counts(counts: Sequence[int]) -> list[int | None]:
    """Return counts as they may stand beside their sum: a few of something, which could name somebody, as None.

    Where one alone would be left out, the sum would tell it: then the least of the others is left out with it.

    Example:
        >>> shown_counts([12, 0, 3, 7]), shown_counts([12, 0, 7]), shown_counts([2, 1, 9])
        ([12, 0, None, None], [12, 0, 7], [None, None, 9])
    """
    few = [place for place, count in enumerate(counts) if 0 < count < LEAST_SHOWN]
    if len(few) == 1:
        others = [place for place, count in enumerate(counts) if count and place not in few]
        few += [min(others, key=lambda place: counts[place])] if others else []
    return [None if place in few else count for place, count in enumerate(counts)]


def require_callable(phone: str) -> str:
    """Return a phone number as it was typed, tidied; empty stays empty. Raises: PhoneOdd.

    Example:
        >>> require_callable(" 138 0000-1234 "), require_callable("")
        ('13800001234', '')
    """
    tidy = "".join(one for one in phone.translate(_WIDE) if one not in " -()\u3000")
    if not tidy:
        return ""
    if not (tidy.lstrip("+").isascii() and tidy.lstrip("+").isdecimal() and 5 <= len(tidy) <= 20):
        raise PhoneOdd(found=len(tidy))
    return tidy


_WIDE = str.maketrans("０１２３４５６７８９＋－（）", "0123456789+-()")  # as a Chinese keyboard gives them
