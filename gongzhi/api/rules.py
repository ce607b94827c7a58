"""What this door refuses by itself, how a version and a cursor are spelled, whom a limit counts. Pure functions."""

from __future__ import annotations

import base64
import binascii
import re
from uuid import UUID

from gongzhi.kernel.refusals import NotFound, Refusal

LARGEST_BODY_BYTES = 2_621_440
"""The most that a request without a file may hold; the settings hold the same figure."""
LARGEST_UPLOAD_BYTES = 52 * 1024 * 1024
"""The most that a request with a file may hold: the largest file, and what a form adds around it."""
LARGEST_PIECE_BYTES = 64 * 1024 * 1024
"""The most that one request may add to an upload; what arrived of it stays, also when the line breaks off."""
SHORTEST_KEY, LONGEST_KEY = 16, 200

RANDOM_UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[47][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
"""A UUID of version 4 or 7: so many random bits that nobody else has it, and nobody guesses it."""

_VERSION = re.compile(r'"(0|[1-9][0-9]{0,17})"')
_KEY = re.compile(rf"[\x21-\x7e]{{{SHORTEST_KEY},{LONGEST_KEY}}}")


class SignInNeeded(Refusal):
    """Nobody may do this without a token, or the token is unknown, ended, or its post is."""

    code = "sign-in-needed"


class NoSuchAddress(NotFound):
    """There is nothing at this address."""

    code = "no-such-address"


class BodyUnreadable(Refusal):
    """The body is no JSON: cut short, not UTF-8, not a number, or nested too deep."""

    code = "body-unreadable"


class BodyTooLarge(Refusal):
    """The body is larger than this address takes."""

    code = "body-too-large"


class MediaTypeUnknown(Refusal):
    """The body is of another type than this address reads."""

    code = "media-type-unknown"


class InputFaulty(Refusal):
    """Fields are missing, unknown, or hold what they cannot hold."""

    code = "input-faulty"


class SeenVersionMissing(Refusal):
    """A change needs the version that its sender saw, or the later one overwrites the earlier one unseen."""

    code = "seen-version-missing"


class SeenVersionUnreadable(Refusal):
    """The version that was seen is not spelled as it was given out."""

    code = "seen-version-unreadable"


class KeyMissing(Refusal):
    """A report needs a key of its sender, so that sending it again makes no second report."""

    code = "idempotency-key-missing"


class KeyUnusable(Refusal):
    """The key is too short to be nobody else's, too long, or holds other than visible ASCII characters."""

    code = "idempotency-key-unusable"


class KeyGuessable(Refusal):
    """Without a token all senders share their keys, so a key must be one that nobody else can have: a random UUID."""

    code = "idempotency-key-guessable"


class CursorUnreadable(Refusal):
    """The cursor was not given out by this list."""

    code = "cursor-unreadable"


class NeighbourSilent(Refusal):
    """A service that we depend on, such as the store of files, does not answer. Nothing was changed."""

    code = "neighbour-silent"


class OurFault(Refusal):
    """Not a refusal at all: the program failed, and says no more than that."""

    code = "our-fault"


def etag(version: int) -> str:
    """Return how a version is spelled in `ETag` and `If-Match`.

    Example:
        >>> etag(3)
        '"3"'
    """
    return f'"{version}"'


def seen_version(if_match: str | None) -> int:
    """Return the version that a request saw.

    Raises: SeenVersionMissing, SeenVersionUnreadable.

    Example:
        >>> seen_version('"3"')
        3
    """
    if if_match is None:
        raise SeenVersionMissing
    found = _VERSION.fullmatch(if_match.strip())
    if found is None:
        raise SeenVersionUnreadable(wanted=etag(3))
    return int(found[1])


def usable_key(key: str | None) -> str:
    """Return the idempotency key of a request.

    Raises: KeyMissing, KeyUnusable.
    """
    if key is None:
        raise KeyMissing
    if _KEY.fullmatch(key) is None:
        raise KeyUnusable(length=len(key), least=SHORTEST_KEY, most=LONGEST_KEY)
    return key


def unguessable_key(key: str) -> str:
    """Return the key of somebody without a token, always spelled the same way.

    Raises: KeyGuessable.

    Example:
        >>> unguessable_key("6F9619FF-8B86-4D01-B42D-00CF4FC964FF")
        '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'
    """
    if re.fullmatch(RANDOM_UUID, key) is None:
        raise KeyGuessable
    return key.lower()


def cursor_after(uid: UUID) -> str:
    """Return the cursor that continues a list after a row. Readers keep it and do not look inside."""
    return base64.urlsafe_b64encode(uid.bytes).decode().rstrip("=")


def read_cursor(cursor: str) -> UUID:
    """Return the row after which a list continues.

    Raises: CursorUnreadable.

    Example:
        >>> one = UUID("01a209b4-6454-7487-bcc5-85e6d45a00b8")
        >>> read_cursor(cursor_after(one)) == one
        True
    """
    try:
        uid = UUID(bytes=base64.b64decode(cursor.encode("ascii") + b"==", altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as fault:
        raise CursorUnreadable from fault
    if cursor_after(uid) != cursor:
        raise CursorUnreadable
    return uid
