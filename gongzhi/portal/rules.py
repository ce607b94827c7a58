"""What a citizen has told so far, and what is still missing. Pure functions."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from gongzhi.intake.rules import Contact, Draft, GivenFile, GivenPlace
from gongzhi.intake.states import Channel, ReportKind
from gongzhi.kernel.geo import Crs
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.kernel.text import says_something
from gongzhi.portal.states import Publication, Step

PUBLICATION_DEFAULTS = (Publication.NEVER, Publication.AFTER_CLOSING, Publication.AT_ONCE)
"""What the city's setting `publication_default` means: 0, 1 and 2."""
LONGEST_SEARCH = 60
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
        address: the place in words.
        place_unknown: whether they said that they do not know the place.
        kind: what they want.
        class_key: the class, `UNSURE`, or empty while nothing was chosen.
        name: who can be reached.
        phone: by which number.
        report: the report that came of it; then nothing else is kept.
    """

    key: str
    text: str = ""
    files: tuple[SketchFile, ...] = ()
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    place_unknown: bool = False
    kind: str = ReportKind.COMPLAINT.value
    class_key: str = ""
    name: str = ""
    phone: str = ""
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
        place = GivenPlace(self.lon, self.lat, Crs.WGS84, self.address)
        return Draft(
            kind=ReportKind(self.kind),
            channel=Channel.PORTAL,
            text=self.text,
            place=place,
            contact=Contact(self.name, self.phone),
            class_key=None if self.class_key in {"", UNSURE} else self.class_key,
            files=tuple(GivenFile(UUID(one.id), one.code) for one in self.files),
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
