"""Photographs as telephones take them: with a camera's notes, turned on their side, in several formats."""

from __future__ import annotations

import io
from datetime import datetime

import pillow_heif
from PIL import Image

TAKEN_ON_THE_SPOT = datetime(2026, 11, 23, 9, 0, 30)  # noqa: DTZ001 - a camera's clock names no zone
SKY, ROAD = (40, 90, 220), (110, 110, 110)
EXIF, GPS = 0x8769, 0x8825


def scene(width: int = 400, height: int = 300) -> Image.Image:
    """Return a street: sky above, road below."""
    drawn = Image.new("RGB", (width, height), ROAD)
    drawn.paste(SKY, (0, 0, width, height // 2))
    return drawn


def notes_of_a_camera(
    *, lon: float | None = None, lat: float | None = None, offset: str | None = "+08:00", turned: int = 1
):
    """Return what a telephone writes into a photograph: model, time, place, and how it was held."""
    exif = Image.Exif()
    exif[0x0110] = "Telephone 7"
    exif[0x0112] = turned
    exif[EXIF] = {36867: TAKEN_ON_THE_SPOT.strftime("%Y:%m:%d %H:%M:%S"), 42033: "SERIAL-4711"} | (
        {36881: offset} if offset else {}
    )
    if lon is not None and lat is not None:
        exif[GPS] = {1: "N" if lat >= 0 else "S", 2: _parts(lat), 3: "E" if lon >= 0 else "W", 4: _parts(lon)}
    return exif


def taken(form: str = "JPEG", *, picture: Image.Image | None = None, exif: Image.Exif | None = None, **how) -> bytes:
    """Return a photograph in a format."""
    pillow_heif.register_heif_opener()
    written = io.BytesIO()
    if exif is not None:
        how["exif"] = exif.tobytes()
    (picture or scene()).save(written, form, **how)
    return written.getvalue()


def _parts(degrees: float) -> tuple[float, float, float]:
    whole = int(abs(degrees))
    minutes = int((abs(degrees) - whole) * 60)
    return float(whole), float(minutes), round((abs(degrees) - whole - minutes / 60) * 3600, 4)
