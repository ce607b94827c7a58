"""What every door refuses before anybody looks at the matter itself, and whom a limit counts. Pure functions."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta

from gongzhi.kernel.refusals import Refusal

_WINDOW = timedelta(hours=1)


class RequestUnreadable(Refusal):
    """The request breaks the rules of HTTP, or comes for another host."""

    code = "request-unreadable"


class MethodNotAllowed(Refusal):
    """The address is right and the method is not."""

    code = "method-not-allowed"


class LengthRequired(Refusal):
    """A body does not say how long it is, and is longer than we read to find out."""

    code = "length-required"


class TokenMissing(Refusal):
    """Nobody listens without a token, or the token is unknown, ended, or its post is."""

    code = "token-missing"


class StoreUnready(Refusal):
    """The database cannot be read at this moment."""

    code = "store-unready"


class FilesSilent(Refusal):
    """The store of files does not answer at this moment: nothing is taken in, nothing can be opened."""

    code = "files-silent"


class TooManyAttempts(Refusal):
    """One network address asked too often without signing in."""

    code = "too-many-attempts"


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
