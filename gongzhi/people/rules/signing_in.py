"""Signing in, as pure functions: how failures are counted, which six digits are accepted, how long a session lasts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pyotp

from gongzhi.kernel.refusals import Refusal
from gongzhi.people.states import ADMINISTRATORS, SecondFactorFor

STEP_S = 30
"""Seconds for which one code stands. Source: RFC 6238, section 4.1."""
STEPS_LATE = 1
"""How many codes before and after the present one are accepted. Source: RFC 6238, section 5.2: at most one step."""
DEMO_PASSWORD = "gongzhi-demo"  # noqa: S105 - everybody may know it: it opens invented accounts in a demo only
"""The password of every invented account, told on the sign-in page of a demo and refused in production."""
_CODE = re.compile(r"[0-9]{6}", re.ASCII)


class SignInFailed(Refusal):
    """The name, the password or the code is wrong, or the account is closed: nobody is told which."""

    code = "sign-in-failed"


class SignInShut(Refusal):
    """Too many attempts failed lately, whether or not there is such an account."""

    code = "sign-in-shut"


class PasswordWrong(Refusal):
    """The password that somebody has now, and wants to change, is another one."""

    code = "password-wrong"


class PasswordUnchanged(Refusal):
    """The new password is the old one."""

    code = "password-unchanged"


class CodeWrong(Refusal):
    """The six digits are not those that the authenticator shows now, or were used before."""

    code = "code-wrong"


class SecondFactorKept(Refusal):
    """The account has a second factor already: only the security administrator takes it away."""

    code = "second-factor-kept"


class SecondFactorMissing(Refusal):
    """The account has no second factor that could be taken away."""

    code = "second-factor-missing"


class SeatNotYours(Refusal):
    """The post is not, or no longer, one that this member may sign in to."""

    code = "seat-not-yours"


class SessionOver(Refusal):
    """Nobody is signed in here any more."""

    code = "session-over"


@dataclass(frozen=True, slots=True)
class Patience:
    """How many attempts may fail within a time, and for how long the next ones are refused then."""

    most: int
    within: timedelta
    shut_for: timedelta


@dataclass(frozen=True, slots=True)
class Tally:
    """The attempts of one name or address that were not good: how many, since when, and until when it is shut out."""

    count: int
    from_at: datetime
    shut_until_at: datetime | None = None

    def is_over(self, patience: Patience, *, at: datetime) -> bool:
        """Whether nothing of it counts any more."""
        if self.shut_until_at is not None:
            return self.shut_until_at <= at
        return self.from_at + patience.within <= at


def counted(before: Tally | None, patience: Patience, *, at: datetime) -> Tally:
    """Count one more attempt as failed, before anybody looks whether it is good: so no two at once slip through.

    The last one that is let in shuts out those that follow, and is taken back with `uncounted` if it was good.

    Example:
        >>> from datetime import UTC
        >>> noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
        >>> two = Patience(most=2, within=timedelta(minutes=15), shut_for=timedelta(minutes=15))
        >>> first = counted(None, two, at=noon)
        >>> first.count, first.shut_until_at, counted(first, two, at=noon).shut_until_at.minute
        (1, None, 15)

    Raises: SignInShut.
    """
    tally = Tally(0, at) if before is None or before.is_over(patience, at=at) else before
    if tally.shut_until_at is not None:
        raise SignInShut(minutes=_minutes(tally.shut_until_at - at))
    count = tally.count + 1
    return replace(tally, count=count, shut_until_at=at + patience.shut_for if count >= patience.most else None)


def uncounted(before: Tally) -> Tally | None:
    """Take back one attempt that was good; None when nothing is left to count."""
    return None if before.count <= 1 else replace(before, count=before.count - 1, shut_until_at=None)


def accepted_step(secret: str, code: str, *, last: int | None, at: datetime) -> int | None:
    """Return the number of the half minute whose code this is, or None when it is none of those that count now.

    Args:
        secret: what the authenticator and we share, in base32.
        code: six digits; spaces between them are allowed.
        last: the half minute of the code that was accepted last: neither it nor an earlier one counts again.
        at: when.

    Source: RFC 6238, sections 4.2 and 5.2 (a code is accepted once).
    """
    digits = "".join(code.split())
    if _CODE.fullmatch(digits) is None:
        return None
    totp = pyotp.TOTP(secret, interval=STEP_S)
    now = int(at.timestamp()) // STEP_S
    for step in range(now - STEPS_LATE, now + STEPS_LATE + 1):
        if (last is None or step > last) and pyotp.utils.strings_equal(digits, totp.generate_otp(step)):
            return step
    return None


def needs_second_factor(wanted: SecondFactorFor, *, posts: Iterable[str], is_demo: bool) -> bool:
    """Whether somebody with these posts must sign in with a second factor. An invented account of a demo need not."""
    if is_demo or wanted is SecondFactorFor.NOBODY:
        return False
    return wanted is SecondFactorFor.STAFF or not ADMINISTRATORS.isdisjoint(posts)


def is_idle(seen_at: datetime, *, at: datetime, most: timedelta) -> bool:
    """Whether nobody asked for anything for too long. A clock that was set back ends the session too.

    Example:
        >>> from datetime import UTC
        >>> noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
        >>> half_hour = timedelta(minutes=30)
        >>> [is_idle(noon, at=noon + timedelta(minutes=late), most=half_hour) for late in (0, 29, 30, -6)]
        [False, False, True, True]
    """
    return not -timedelta(minutes=5) <= at - seen_at < most


def within_time(from_at: datetime, until_at: datetime | None, *, at: datetime) -> bool:
    """Whether a period has begun and is not over."""
    return from_at <= at and (until_at is None or at < until_at)


def _minutes(span: timedelta) -> int:
    return max(1, -(-int(span.total_seconds()) // 60))
