"""A program of its own: make the display copies of one photograph, tell what its camera wrote, and end.

Called as `python -I picture_program.py SOURCE FORMAT DISPLAY THUMBNAIL MOST_PIXELS`, or with SOURCE FORMAT alone, which
makes nothing and only tells what the camera wrote. Everything that decodes bytes from
outside happens in this process: it may eat no more memory and time than it is allowed here, it knows no database and no
secret, and whatever a hostile picture does to it ends with it. It prints one JSON object.

Exit codes: 0 made; 3 the photograph cannot be decoded, and never will be. Anything else: try again.
"""

from __future__ import annotations

import json
import math
import resource
import sys
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

UNDECODABLE = 3
DISPLAY_SIDE, THUMBNAIL_SIDE = 1600, 320
_MEMORY_BYTES, _CPU_S, _OUTPUT_BYTES = 3 << 30, 30, 64 << 20
_EXIF, _GPS = 0x8769, 0x8825
_TAKEN, _OFFSET = 36867, 36881
_LAT_REF, _LAT, _LON_REF, _LON = 1, 2, 3, 4
_E7 = 10_000_000


def main(arguments: list[str]) -> int:
    """Make the copies; return the exit code."""
    limit_resources()
    if len(arguments) == 2:
        return tell(*arguments)
    source, form, display, thumbnail, most_pixels = arguments
    Image.MAX_IMAGE_PIXELS = int(most_pixels)
    try:
        if form == "HEIF":
            register_heif()
        with Image.open(source, formats=[form]) as picture:
            if picture.width * picture.height > int(most_pixels):
                return UNDECODABLE
            told = camera_says(picture)
            picture.draft("RGB", (DISPLAY_SIDE, DISPLAY_SIDE))
            upright = clean(picture)
        sizes = {"display": write(upright, display, side=DISPLAY_SIDE)}
        sizes["thumbnail"] = write(upright, thumbnail, side=THUMBNAIL_SIDE)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError) as fault:
        sys.stderr.write(type(fault).__name__)
        return UNDECODABLE
    sys.stdout.write(json.dumps({**told, **sizes}))
    return 0


def tell(source: str, form: str) -> int:
    """Print what the camera wrote, without unpacking the picture; return the exit code."""
    try:
        if form == "HEIF":
            register_heif()
        with Image.open(source, formats=[form]) as picture:
            sys.stdout.write(json.dumps(camera_says(picture)))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError) as fault:
        sys.stderr.write(type(fault).__name__)
        return UNDECODABLE
    return 0


def limit_resources() -> None:
    """Let the operating system end this process when a picture asks for too much."""
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CPU, _CPU_S),
        (resource.RLIMIT_FSIZE, _OUTPUT_BYTES),
    ):
        resource.setrlimit(what, (most, most))


def register_heif() -> None:
    """Teach Pillow the format of recent telephones; loaded only where it is needed."""
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False)


def clean(picture: Image.Image) -> Image.Image:
    """Return the picture upright, in sRGB, on white where it was transparent, and with nothing but its pixels."""
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((DISPLAY_SIDE, DISPLAY_SIDE), Image.Resampling.LANCZOS)
    colours = in_srgb(upright)
    bare = Image.new("RGB", colours.size, "white")
    if colours.has_transparency_data:
        bare.paste(colours.convert("RGBA"), mask=colours.convert("RGBA").getchannel("A"))
    else:
        bare.paste(colours.convert("RGB"))
    return bare


def in_srgb(picture: Image.Image) -> Image.Image:
    """Return the picture in sRGB; one whose colour profile makes no sense keeps its numbers."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "CMYK"}:
        return picture
    try:
        import io

        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture


def write(picture: Image.Image, path: str, *, side: int) -> list[int]:
    """Write a copy no larger than a square of this side; return its width and height."""
    copy = picture.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    copy.save(path, "JPEG", quality=85, optimize=True)
    return [copy.width, copy.height]


def camera_says(picture: Image.Image) -> dict[str, Any]:
    """Return when and where the photograph was taken, as far as its camera wrote something that makes sense."""
    try:
        exif = picture.getexif()
        details, gps = exif.get_ifd(_EXIF), exif.get_ifd(_GPS)
    except (SyntaxError, ValueError, KeyError, TypeError, OSError, ZeroDivisionError):
        return {}
    told = {"taken": details.get(_TAKEN), "offset": details.get(_OFFSET)}
    lon, lat = degrees_e7(gps.get(_LON), gps.get(_LON_REF), "W"), degrees_e7(gps.get(_LAT), gps.get(_LAT_REF), "S")
    place = {"lon_e7": lon, "lat_e7": lat} if lon is not None and lat is not None else {}
    return {name: value for name, value in told.items() if isinstance(value, str)} | place


def degrees_e7(parts: Any, reference: Any, negative: str) -> int | None:
    """Return degrees, minutes and seconds as units of 1e-7 degree; None when they say nothing."""
    try:
        whole, minutes, seconds = (float(one) for one in parts)
        value = whole + minutes / 60 + seconds / 3600
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not math.isfinite(value) or not 0 <= value <= 180:
        return None
    return round(value * _E7) * (-1 if str(reference).strip("\0 ").upper() == negative else 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
