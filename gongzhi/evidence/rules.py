"""What kind of file some bytes are, and what is refused. Pure functions."""

from __future__ import annotations

from gongzhi.kernel.refusals import NotFound, Refusal

HEAD_BYTES = 32
"""How many bytes from the start of a file `content_type_of` needs."""

LARGEST_FILE_BYTES = 50 * 1024 * 1024
"""Never to be lowered: what is longer than this was never stored, so verification does not hash it."""

_LONGEST_NAME = 200

_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"ID3", "audio/mpeg"),
)
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"isom": "video/mp4",
    b"iso2": "video/mp4",
    b"iso4": "video/mp4",
    b"iso5": "video/mp4",
    b"iso6": "video/mp4",
    b"mp41": "video/mp4",
    b"mp42": "video/mp4",
    b"avc1": "video/mp4",
    b"M4V ": "video/mp4",
    b"3gp4": "video/3gpp",
    b"3gp5": "video/3gpp",
    b"3gp6": "video/3gpp",
}


class FileEmpty(Refusal):
    """The upload holds no bytes."""

    code = "file-empty"


class FileTooLarge(Refusal):
    """The upload holds more bytes than a file may."""

    code = "file-too-large"


class FileTruncated(Refusal):
    """The upload ended before the size that its sender announced."""

    code = "file-truncated"


class FileKindUnknown(Refusal):
    """The bytes are no photograph, film, sound or paper that we keep, whatever their name says."""

    code = "file-kind-unknown"


class NoSpace(Refusal):
    """The disk for files is full. Nothing was kept."""

    code = "no-space"


class FileUnknown(NotFound):
    """There is no such file, or it was swept because nobody claimed it in time."""

    code = "file-unknown"


class FileOfAnother(Refusal):
    """Somebody else uploaded the file: only its sender, or whoever holds its claim code, says what it proves."""

    code = "file-of-another"


class FileErased(NotFound):
    """The file was erased by a rule; what is left of it is its entries in the record."""

    code = "file-erased"


class FileMissing(Refusal):
    """The file is known but its bytes are not on the disk."""

    code = "file-missing"


class FileClaimed(Refusal):
    """The file proves something already; new work is proven by a new file."""

    code = "file-claimed"


class NotAPhotograph(Refusal):
    """The place must be shown, and this file is a paper, a film or a sound."""

    code = "not-a-photograph"


def content_type_of(head: bytes) -> str | None:
    """Return the media type that the first bytes of a file show, or None for a kind we do not keep.

    Example:
        >>> content_type_of(bytes.fromhex("ffd8ffe000104a464946"))
        'image/jpeg'
    """
    for start, content_type in _STARTS:
        if head.startswith(start):
            return content_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12])
    return None


def is_photograph(content_type: str) -> bool:
    """Whether a media type is that of a picture.

    Example:
        >>> is_photograph("image/heic"), is_photograph("application/pdf")
        (True, False)
    """
    return content_type.startswith("image/")


def same_content_type(declared: str, found: str) -> bool:
    """Whether the sender declared the type that the bytes show; parameters and letter case do not count.

    Example:
        >>> same_content_type("Image/JPEG; charset=binary", "image/jpeg")
        True
    """
    return declared.partition(";")[0].strip().lower() == found


def name_kept(name: str) -> str:
    """Return what is kept of the name that a sender gave a file: its first 200 characters."""
    return name[:_LONGEST_NAME]
