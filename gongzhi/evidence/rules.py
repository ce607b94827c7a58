"""Which kinds of files there are, and what is refused. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

from gongzhi.evidence.states import DisplayState, FileKind
from gongzhi.kernel.geo import Point, distance_m
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.kernel.text import says_something

LARGEST_FILE_BYTES = 50 * 1024 * 1024
"""The most that comes in one piece through a form; larger files come by upload sessions."""

LARGEST_STORED_BYTES = 4000 * 1024 * 1024
"""The most that any way in takes, whatever the city sets. Never to be lowered: what is longer than this was never
stored, so verification does not hash it."""

SIZE_PARAMETERS: dict[FileKind, str] = {
    FileKind.PHOTO: "photo_largest_mb",
    FileKind.VIDEO: "video_largest_mb",
    FileKind.SOUND: "sound_largest_mb",
    FileKind.DOCUMENT: "document_largest_mb",
}
"""The settings of the city that say how large a file of each kind may be."""

MIB = 1024 * 1024
_LONGEST_NAME = 200
_KINDS = {"image": FileKind.PHOTO, "video": FileKind.VIDEO, "audio": FileKind.SOUND}


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


class PictureUnreadable(Refusal):
    """The file begins as a picture and its header cannot be read: it is damaged."""

    code = "picture-unreadable"


class PictureTooLarge(Refusal):
    """The picture has more pixels than are taken: unpacked it would fill the memory."""

    code = "picture-too-large"


class DocumentDamaged(Refusal):
    """The document is a packed file that cannot be unpacked."""

    code = "document-damaged"


class DocumentLocked(Refusal):
    """The document is locked with a password, so nobody could read the proof."""

    code = "document-locked"


class DocumentSwells(Refusal):
    """The document would unpack to far more than it is: a zip bomb."""

    code = "document-swells"


class FilesTooMany(Refusal):
    """As many files as one matter may hold are on file already."""

    code = "files-too-many"


class UploadUnknown(NotFound):
    """There is no such upload, it is somebody else's, or it was cleared away after a day."""

    code = "upload-unknown"


class UploadOffsetWrong(Refusal):
    """The piece does not begin where the upload stands; nothing of it was taken."""

    code = "upload-offset-wrong"


class UploadOverflows(Refusal):
    """The pieces hold more bytes than were announced."""

    code = "upload-overflows"


class UploadChecksumWrong(Refusal):
    """The bytes that came are not those whose hash was announced. The upload was given up."""

    code = "upload-checksum-wrong"


class UploadsTooMany(Refusal):
    """The sender has as many unfinished uploads as anybody may have."""

    code = "uploads-too-many"


class UploadsTooLarge(Refusal):
    """What senders without an account have announced and not finished takes all the room that the city gives them."""

    code = "uploads-too-large"


class NothingToShow(Refusal):
    """There is no display copy: the file is no photograph, or its copy is not made yet, or could not be made."""

    code = "nothing-to-show"


class NotPublic(NotFound):
    """The public may not see this file, or there is none; which of both is not told."""

    code = "file-not-public"


class FileGroundsMissing(Refusal):
    """Whoever releases, withholds, replaces or takes out a file says why."""

    code = "file-grounds-missing"


class MasksItself(Refusal):
    """A file is not its own masked copy."""

    code = "file-masks-itself"


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


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the guards of a file look at."""

    file: str
    content_type: str
    display: str


def is_shown_as_picture(facts: FileFacts) -> None:
    """Raises: NotAPhotograph."""
    if not is_photograph(facts.content_type):
        raise NotAPhotograph(file=facts.file, found=facts.content_type)


def display_made(facts: FileFacts) -> None:
    """Raises: NothingToShow."""
    if facts.display != DisplayState.MADE:
        raise NothingToShow(file=facts.file, display=facts.display)


def require_grounds(grounds: str) -> None:
    """Raises: FileGroundsMissing."""
    if not says_something(grounds):
        raise FileGroundsMissing


def is_far(position: Point | None, place: Point | None, *, far_m: int) -> tuple[int | None, bool]:
    """Return how many metres a photograph was taken from the place, and whether that is far.

    A photograph without a position is never far: chat programs strip it, and that is no fault of anybody's.

    Example:
        >>> is_far(Point(1180894000, 244798000), Point(1180894000, 244898000), far_m=500)
        (1108, True)
        >>> is_far(None, Point(1180894000, 244798000), far_m=500)
        (None, False)
    """
    if position is None or place is None:
        return None, False
    apart_m = round(distance_m(position, place))
    return apart_m, apart_m > far_m


def kind_of(content_type: str) -> FileKind:
    """Return the kind of a media type that we keep.

    Example:
        >>> kind_of("image/heic"), kind_of("application/pdf")
        (<FileKind.PHOTO: 'photo'>, <FileKind.DOCUMENT: 'document'>)
    """
    return _KINDS.get(content_type.partition("/")[0], FileKind.DOCUMENT)


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
