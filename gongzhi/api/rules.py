"""What this door refuses by itself, how a version and a cursor are spelled, whom a limit counts. Pure functions."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from datetime import datetime, timedelta
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
_WINDOW = timedelta(hours=1)


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


class TooManyAttempts(Refusal):
    """One network address asked too often without a token."""

    code = "too-many-attempts"


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


def window_of(at: datetime) -> datetime:
    """Return when the hour began in which attempts are counted together."""
    return at.replace(minute=0, second=0, microsecond=0)


def wait_s(at: datetime) -> int:
    """Return the seconds until attempts are counted anew, at least one."""
    return max(1, int((window_of(at) + _WINDOW - at).total_seconds()))


def sender_network(address: str) -> str:
    """Return the network that a limit counts as one sender: an IPv4 address, or the 64 bits that one IPv6 line gets.

    Example:
        >>> sender_network("2001:db8:1:2:3:4:5:6"), sender_network("203.0.113.9"), sender_network("")
        ('2001:db8:1:2::/64', '203.0.113.9', 'unknown')
    """
    try:
        read = ipaddress.ip_address(address.strip())
    except ValueError:
        return "unknown"
    if isinstance(read, ipaddress.IPv6Address):
        return str(read.ipv4_mapped or ipaddress.ip_network((int(read), 64), strict=False))
    return str(read)


def believed_address(remote: str, *, forwarded: str, proxies: int) -> str:
    """Return the address of the sender, as far as our own proxies vouch for it.

    Args:
        remote: the address that is connected to us.
        forwarded: the header `X-Forwarded-For`, to which each proxy adds whom it saw.
        proxies: how many proxies of our own stand in front.

    Example:
        >>> believed_address("10.0.0.2", forwarded="6.6.6.6, 203.0.113.9", proxies=1)
        '203.0.113.9'
        >>> believed_address("203.0.113.9", forwarded="6.6.6.6", proxies=0)
        '203.0.113.9'
    """
    seen = [one.strip() for one in forwarded.split(",") if one.strip()]
    if not proxies or not seen:
        return remote
    return seen[-min(proxies, len(seen))]
