"""Counting attempts to sign in that were not good, and shutting out names and addresses after too many."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from gongzhi.base.crypto import keyed_digest
from gongzhi.base.operations import one_change
from gongzhi.people import registry
from gongzhi.people.models import FailedSignIn
from gongzhi.people.rules import Patience, Tally, counted, uncounted

ADDRESS, NAME, NAME_HERE, BROWSER = "address", "name", "here", "browser"
MOST = {
    ADDRESS: ("sign_in_failures_per_address", 50),
    NAME: ("sign_in_failures_per_name", 50),
    NAME_HERE: ("sign_in_failures_most", 5),
    BROWSER: ("sign_in_failures_most", 5),
}
"""What is counted: an address; a name wherever it is tried, at one address, and in a browser that knows its owner.

A few failures shut a name out at the address they came from, and only many do so everywhere: otherwise anybody could
keep anybody out who tells five wrong passwords. A browser in which the owner signed in before has a tally of its own.
"""
WITHIN_MINUTES, WITHIN_MINUTES_BY_DEFAULT = "sign_in_failures_within_min", 15
SHUT_MINUTES, SHUT_MINUTES_BY_DEFAULT = "sign_in_shut_min", 15
_KEPT = timedelta(days=2)
_DIGEST_LENGTH = 64

log = logging.getLogger("gongzhi.people.sign_in")


@one_change
def count_attempt(username: str, *, sender: str, browser: str = "", at: datetime) -> None:
    """Count an attempt as failed until it turns out good, for the address it comes from and for the name.

    Args:
        username: the name that is tried.
        sender: the network address it comes from.
        browser: names a browser in which this name signed in before; empty for every other one.
        at: when.

    Raises: SignInShut, alike for names that have an account and for those that have none.
    """
    for of, digest in _counted_for(username, sender=sender, browser=browser):
        _count(of, digest, at=at)


@one_change
def attempt_was_good(username: str, *, sender: str, browser: str = "", forget: bool) -> None:
    """Take a good attempt off again; `forget` also what failed for the name here, once somebody is signed in."""
    for of, digest in _counted_for(username, sender=sender, browser=browser):
        if forget and of != ADDRESS:
            FailedSignIn.objects.filter(of=of, digest=digest).delete()
        else:
            _uncount(of, digest)


def forget_attempts(username: str) -> None:
    """Let a name begin anew everywhere, in the transaction of what made that right."""
    FailedSignIn.objects.filter(of=NAME, digest=_digest(NAME, username)).delete()
    FailedSignIn.objects.filter(of__in=(NAME_HERE, BROWSER), digest__startswith=_half(NAME, username)).delete()


@one_change
def forget_old_attempts(at: datetime) -> int:
    """Forget names and addresses that have not failed for long; return how many."""
    forgotten, _ = FailedSignIn.objects.filter(from_at__lt=at - _KEPT).delete()
    return forgotten


def shut_until(username: str, *, sender: str, browser: str = "") -> datetime | None:
    """Return until when nobody signs in with a name from here; None while somebody may."""
    counted_for = _counted_for(username, sender=sender, browser=browser)
    found = [FailedSignIn.objects.filter(of=of, digest=digest) for of, digest in counted_for if of != ADDRESS]
    shut = [one.values_list("shut_until_at", flat=True).first() for one in found]
    return max((one for one in shut if one is not None), default=None)


def _counted_for(username: str, *, sender: str, browser: str) -> list[tuple[str, str]]:
    """Return what an attempt is counted for, in the order in which everybody holds the rows."""
    address = (ADDRESS, _digest(ADDRESS, sender))
    if browser:
        return [address, (BROWSER, _half(NAME, username) + _half(BROWSER, browser))]
    here = _half(NAME, username) + _half(ADDRESS, sender)
    return [address, (NAME_HERE, here), (NAME, _digest(NAME, username))]


def _count(of: str, digest: str, *, at: datetime) -> None:
    row = _locked_row(of, digest, at=at)
    tally = counted(_tally(row), _patience(of, at=at), at=at)
    _keep(row, tally)
    if of == ADDRESS and tally.shut_until_at is not None:
        log.warning("too many attempts from one network address: nobody signs in from it for a while")


def _locked_row(of: str, digest: str, *, at: datetime) -> FailedSignIn:
    """Return the row of a name or address, locked; a new one where there is none, or where it was just forgotten."""
    while True:
        row = FailedSignIn.objects.select_for_update().filter(of=of, digest=digest).first()
        if row is not None:
            return row
        FailedSignIn.objects.get_or_create(of=of, digest=digest, defaults={"from_at": at})


def _uncount(of: str, digest: str) -> None:
    row = FailedSignIn.objects.select_for_update().filter(of=of, digest=digest).first()
    if row is None:
        return
    tally = uncounted(_tally(row))
    if tally is None:
        row.delete()
    else:
        _keep(row, tally)


def _tally(row: FailedSignIn) -> Tally:
    return Tally(row.count, row.from_at, row.shut_until_at)


def _keep(row: FailedSignIn, tally: Tally) -> None:
    row.count, row.from_at, row.shut_until_at = tally.count, tally.from_at, tally.shut_until_at
    row.save(update_fields=["count", "from_at", "shut_until_at"])


def _patience(of: str, *, at: datetime) -> Patience:
    most, most_by_default = MOST[of]
    return Patience(
        most=registry.setting(most, default=most_by_default, at=at),
        within=timedelta(minutes=registry.setting(WITHIN_MINUTES, default=WITHIN_MINUTES_BY_DEFAULT, at=at)),
        shut_for=timedelta(minutes=registry.setting(SHUT_MINUTES, default=SHUT_MINUTES_BY_DEFAULT, at=at)),
    )


def _digest(of: str, what: str) -> str:
    return keyed_digest(what, purpose=f"sign-in {of}")


def _half(of: str, what: str) -> str:
    """Return half a digest, of which two make one: all of a name's begin alike."""
    return _digest(of, what)[: _DIGEST_LENGTH // 2]
