"""Having the display copies of one photograph made by a process that ends with it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from gongzhi.evidence import picture_program
from gongzhi.evidence.states import CopyKind
from gongzhi.kernel.geo import ImpossiblePoint, Point

PATIENCE_S = 45
SHORT_PATIENCE_S = 5
_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
    "image/heif": "HEIF",
}
_TAKEN = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")


class Undecodable(Exception):
    """The photograph cannot be decoded; trying again helps nobody."""


class NotMade(Exception):
    """The process failed or took too long; another try may help."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a photograph: sizes of its copies, and what its camera says of itself."""

    sizes: dict[CopyKind, tuple[int, int]]
    taken_at: datetime | None
    position: Point | None


def make_copies(
    source: Path, *, content_type: str, targets: dict[CopyKind, Path], most_pixels: int, zone: tzinfo
) -> Made:
    """Make the display copies of a photograph.

    Args:
        source: the original; it is only read.
        content_type: what the original is.
        targets: where each copy goes.
        most_pixels: the largest picture that is decoded.
        zone: the zone that the camera's clock is taken to show when it names none.

    Raises: Undecodable, NotMade.
    """
    arguments = [str(source), _FORMATS[content_type], str(targets[CopyKind.DISPLAY]), str(targets[CopyKind.THUMBNAIL])]
    said = _told([*arguments, str(most_pixels)], patience_s=PATIENCE_S)
    return Made(
        sizes={kind: (said[kind.value][0], said[kind.value][1]) for kind in CopyKind},
        taken_at=taken_at(said.get("taken", ""), said.get("offset", ""), zone=zone),
        position=_position(said.get("lon_e7"), said.get("lat_e7")),
    )


def camera_position(source: Path, *, content_type: str) -> Point | None:
    """Return where a camera says that it took a photograph; None when it says nothing that makes sense.

    Raises: Undecodable, NotMade.
    """
    said = _told([str(source), _FORMATS[content_type]], patience_s=SHORT_PATIENCE_S)
    return _position(said.get("lon_e7"), said.get("lat_e7"))


def _told(arguments: list[str], *, patience_s: float) -> dict[str, Any]:
    """Run the program on a photograph and return what it told. Raises: Undecodable, NotMade."""
    program = [sys.executable, "-I", str(Path(picture_program.__file__)), *arguments]
    try:
        done = subprocess.run(program, capture_output=True, timeout=patience_s, env={}, check=False)
    except subprocess.TimeoutExpired as fault:
        raise NotMade("it took too long") from fault
    if done.returncode == picture_program.UNDECODABLE:
        raise Undecodable(done.stderr.decode("utf-8", "replace")[-80:])
    if done.returncode != 0:
        raise NotMade(f"it ended with {done.returncode}")
    return dict(json.loads(done.stdout))


def taken_at(taken: str, offset: str, *, zone: tzinfo) -> datetime | None:
    """Return when a camera says that it took a photograph; None when it says nothing that makes sense.

    Example:
        >>> from datetime import UTC
        >>> taken_at("2026:11:23 09:00:00", "+08:00", zone=UTC).isoformat()
        '2026-11-23T01:00:00+00:00'
        >>> taken_at("0000:00:00 00:00:00", "", zone=UTC) is None
        True
    """
    found = _TAKEN.fullmatch(taken.strip("\0 "))
    if found is None:
        return None
    with suppress(ValueError, OverflowError):
        zoned = offset.strip("\0 ") if _OFFSET.fullmatch(offset.strip("\0 ")) else ""
        read = datetime.fromisoformat("{}-{}-{}T{}:{}:{}".format(*found.groups()) + zoned)
        return (read if read.tzinfo is not None else read.replace(tzinfo=zone)).astimezone(UTC)
    return None


def _position(lon_e7: int | None, lat_e7: int | None) -> Point | None:
    if lon_e7 is None or lat_e7 is None:
        return None
    with suppress(ImpossiblePoint):
        found = Point(lon_e7, lat_e7)
        return None if found.is_null_island else found
    return None
