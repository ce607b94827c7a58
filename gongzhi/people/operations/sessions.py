"""Signing in at a browser: name and password, a code, a post; signing out; one's own password."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import is_password_usable, make_password
from django.utils.crypto import constant_time_compare

from gongzhi.audit import operations as audit
from gongzhi.base.crypto import keyed_digest
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.clock import utc_text
from gongzhi.people import facts, registry
from gongzhi.people.models import Account, Member, StaffSession
from gongzhi.people.operations.attempts import attempt_was_good, count_attempt, shut_until
from gongzhi.people.operations.second_factors import keep_factor, use_code
from gongzhi.people.operations.shared import require_strong
from gongzhi.people.queries import SeatRow, SubstitutionRow, has_second_factor, posts_held, seats
from gongzhi.people.rules import (
    DEMO_PASSWORD,
    PasswordUnchanged,
    PasswordWrong,
    SeatNotYours,
    SessionOver,
    SignInFailed,
    needs_second_factor,
    within_time,
)
from gongzhi.people.states import AccountKind, SecondFactorFor, SessionEnd

LONGEST_HOURS, LONGEST_HOURS_BY_DEFAULT = "staff_session_longest_h", 12
SECOND_FACTOR_FOR = "second_factor_for"

DOOR = Actor(id="door", kind=ActorKind.MACHINE)
"""Who shuts an account out when somebody we do not know fails too often."""

log = logging.getLogger("gongzhi.people.sign_in")


class Wanted(StrEnum):
    """What is still wanted of somebody whose password was right."""

    CODE = "code"
    NEW_FACTOR = "new-factor"


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody whose password was right and of whom more is wanted; worth nothing once the password is another."""

    account: UUID
    username: str
    mark: str
    wanted: Wanted


def sign_in(username: str, password: str, *, sender: str, browser: str = "", at: datetime) -> UUID | Pending:
    """Sign somebody in by name and password; return the session, or what is still wanted of them.

    Every attempt is counted before it is looked at, for the name and for the sender's address, so that none slips past
    the limit; whoever was right is taken off again. Hashing takes a while and happens outside of any transaction, and
    as long for a name that no account has. `browser` names one in which this name signed in before: what others fail
    elsewhere does not shut it out there.

    Raises: SignInFailed for a wrong name, a wrong password and a closed account alike; SignInShut.
    """
    count_attempt(username, sender=sender, browser=browser, at=at)
    account = Account.objects.filter(username=username).select_related("member").first()
    if account is None or account.password is None:
        make_password(password)
        raise _failed(username, account, sender=sender, browser=browser, at=at)
    if not _is_right(password, account) or not _may_sign_in(account, at=at):
        raise _failed(username, account, sender=sender, browser=browser, at=at)
    wanted = _wanted(account, at=at)
    if wanted is not None:
        attempt_was_good(username, sender=sender, browser=browser, forget=False)
        return Pending(account.uid, username, _mark(account), wanted)
    session = _begin(account.uid, mark=_mark(account), by_code=False, at=at)
    attempt_was_good(username, sender=sender, browser=browser, forget=True)
    return session


def sign_in_with_code(pending: Pending, code: str, *, sender: str, browser: str = "", at: datetime) -> UUID:
    """Sign in somebody whose password was right by the code that their authenticator shows; return the session.

    Raises: CodeWrong also for a code that was used before; SignInFailed when the account or its password is another
        meanwhile; SignInShut.
    """
    with _counted(pending.username, sender=sender, browser=browser, at=at):
        return _begin_by_code(pending, code, at=at)


def sign_in_with_new_factor(
    pending: Pending, secret: str, code: str, *, sender: str, browser: str = "", at: datetime
) -> UUID:
    """Sign in somebody who must have a second factor and has none, by the first code of a new one.

    Raises: CodeWrong, SecondFactorKept, SignInFailed, SignInShut.
    """
    with _counted(pending.username, sender=sender, browser=browser, at=at):
        return _begin_with_new_factor(pending, secret, code, at=at)


def add_second_factor(session: UUID, secret: str, code: str, *, password: str, sender: str, at: datetime) -> None:
    """Let somebody who is signed in sign in with an authenticator too from now on.

    The password is asked for again: whoever finds a browser left open must not be able to lock its owner out.

    Raises: SessionOver, PasswordWrong, SecondFactorKept, CodeWrong, SignInShut after too many wrong passwords.
    """
    mark = _confirm_password(session, password, sender=sender, at=at)
    _keep_factor_of_session(session, secret, code, mark=mark, at=at)


@one_change
def take_seat(session: UUID, seat: UUID, *, at: datetime) -> None:
    """Act from now on in one of the posts that somebody who is signed in may sign in to.

    Args:
        session: who.
        seat: the appointment, or the substitution for a post that they take care of.
        at: when.

    Raises: SessionOver, SeatNotYours.
    """
    row = _running(session, at=at)
    chosen = next((one for one in seats(row.account_id, at=at) if one.uid == seat), None)
    if chosen is None:
        raise SeatNotYours
    _sit(row, chosen)
    actor = chosen.actor()
    audit.record(row, facts.SESSION_POST_TAKEN, by=actor, at=at, facts={"post": actor.post, "unit": actor.unit})


@one_change
def sign_out(session: UUID, *, at: datetime, why: SessionEnd = SessionEnd.SIGNED_OUT) -> None:
    """End a session; one that is over stays as it is."""
    row = StaffSession.locked(uid=session)
    if row is not None and within_time(row.from_at, row.until_at, at=at):
        _end(row, why=why, by=_member_actor(row), at=at)


def change_own_password(session: UUID, old: str, new: str, *, sender: str, at: datetime) -> None:
    """Let somebody who is signed in have another password; wherever else they are signed in, they are not any more.

    Raises: SessionOver, PasswordWrong, PasswordUnchanged, PasswordWeak, SignInShut after too many wrong ones.
    """
    mark = _confirm_password(session, old, sender=sender, at=at)
    if old == new:
        raise PasswordUnchanged
    require_strong(new, StaffSession.objects.select_related("account").get(uid=session).account)
    _keep_own_password(session, make_password(new), mark=mark, at=at)


@one_change
def note_contact_search(session: UUID, *, found: Iterable[str], by: Actor, at: datetime) -> None:
    """Put it on record that somebody looked for what was told from a telephone number, and what they found.

    The number itself stands nowhere: not even as a digest, which would tell two searches for one number.

    Raises: SessionOver.
    """
    row = _running(session, at=at)
    audit.record(row, facts.SESSION_CONTACT_SEARCHED, by=by, at=at, facts={"reports": list(found)})


def end_sessions_of(account: UUID, *, why: SessionEnd, by: Actor, at: datetime, but: UUID | None = None) -> int:
    """End every session of an account that runs, in the transaction of what made it necessary; return how many."""
    running = StaffSession.objects.filter(account__uid=account, until_at__gt=at).order_by("id")
    ended = 0
    for uid in list(running.values_list("uid", flat=True)):
        row = None if uid == but else StaffSession.locked(uid=uid)
        if row is not None and row.until_at > at:
            _end(row, why=why, by=by, at=at)
            ended += 1
    return ended


def _confirm_password(session: UUID, password: str, *, sender: str, at: datetime) -> str:
    """Return the mark of the password of whoever is signed in, once they have given it again. It is counted.

    Raises: SessionOver, PasswordWrong, SignInShut.
    """
    row = StaffSession.objects.filter(uid=session).select_related("account").first()
    if row is None or not within_time(row.from_at, row.until_at, at=at):
        raise SessionOver
    account = row.account
    name = account.username or ""
    count_attempt(name, sender=sender, at=at)
    if not _is_right(password, account):
        _tell_if_shut_out(name, account, sender=sender, browser="", at=at)
        raise PasswordWrong
    attempt_was_good(name, sender=sender, forget=False)
    return _mark(account)


@one_change
def _keep_factor_of_session(session: UUID, secret: str, code: str, *, mark: str, at: datetime) -> None:
    row = _running(session, at=at)
    keep_factor(_verified_account(row.account_id, mark=mark, at=at), secret, code, by=_member_actor(row), at=at)


@one_change
def _begin_by_code(pending: Pending, code: str, *, at: datetime) -> UUID:
    use_code(_verified_account(pending.account, mark=pending.mark, at=at), code, at=at)
    return _begin(pending.account, mark=pending.mark, by_code=True, at=at)


@one_change
def _begin_with_new_factor(pending: Pending, secret: str, code: str, *, at: datetime) -> UUID:
    account = _verified_account(pending.account, mark=pending.mark, at=at)
    keep_factor(account, secret, code, by=_member_of(account), at=at)
    return _begin(pending.account, mark=pending.mark, by_code=True, at=at)


@one_change
def _begin(account: UUID, *, mark: str, by_code: bool, at: datetime) -> UUID:
    """Begin a session; where only one post can be meant, it acts in that one at once. Raises: SignInFailed."""
    locked = _verified_account(account, mark=mark, at=at)
    longest_h = registry.setting(LONGEST_HOURS, default=LONGEST_HOURS_BY_DEFAULT, at=at)
    row = StaffSession(account_id=locked.uid, from_at=at, until_at=at + timedelta(hours=longest_h))
    by = _member_of(locked)
    open_to = seats(locked.uid, at=at)
    if len(open_to) == 1:
        _sit(row, open_to[0])
        by = open_to[0].actor()
    told = {"account": str(locked.uid), "second_factor": by_code, "post": by.post, "unit": by.unit}
    audit.record(row, facts.SESSION_BEGUN, by=by, at=at, facts=told)
    return row.uid


@one_change
def _keep_own_password(session: UUID, hashed: str, *, mark: str, at: datetime) -> None:
    row = _running(session, at=at)
    account = _verified_account(row.account_id, mark=mark, at=at)
    by = _member_actor(row)
    account.password = hashed
    account.password_is_own = True
    audit.record(account, facts.ACCOUNT_PASSWORD_CHANGED, by=by, at=at)
    end_sessions_of(account.uid, why=SessionEnd.PASSWORD_CHANGED, by=by, at=at, but=session)


@contextmanager
def _counted(username: str, *, sender: str, browser: str, at: datetime) -> Iterator[None]:
    """Count an attempt with a code like one with a password; a good one is the end of all that failed before."""
    count_attempt(username, sender=sender, browser=browser, at=at)
    try:
        yield
    except Exception:
        account = Account.objects.filter(username=username).first()
        _tell_if_shut_out(username, account, sender=sender, browser=browser, at=at)
        raise
    attempt_was_good(username, sender=sender, browser=browser, forget=True)


def _failed(username: str, account: Account | None, *, sender: str, browser: str, at: datetime) -> SignInFailed:
    _tell_if_shut_out(username, account, sender=sender, browser=browser, at=at)
    return SignInFailed()


@one_change
def _tell_if_shut_out(username: str, account: Account | None, *, sender: str, browser: str, at: datetime) -> None:
    """Put it into the record when after this attempt nobody signs in to an account for a while, here or anywhere."""
    until_at = shut_until(username, sender=sender, browser=browser)
    if until_at is None or until_at <= at:
        return
    if account is None:
        log.warning("too many attempts with a name that no account has: nobody signs in with it for a while")
        return
    row = Account.locked(uid=account.uid)
    if row is not None:
        told = {"until": utc_text(until_at)}
        audit.record(row, facts.ACCOUNT_SHUT_OUT, by=DOOR, at=at, facts=told)


def _is_right(password: str, account: Account) -> bool:
    """Whether this is the password. An invented account that was given none opens, in a demo, with the one all know."""
    if account.is_demo and settings.GONGZHI_MODE != "production" and not is_password_usable(account.password):
        return constant_time_compare(password, DEMO_PASSWORD)
    return account.check_password(password)


def _may_sign_in(account: Account, *, at: datetime) -> bool:
    owner = Member.objects.filter(account__uid=account.uid).first()
    if owner is None or not account.is_active or account.kind != AccountKind.STAFF.value:
        return False
    if account.is_demo and settings.GONGZHI_MODE == "production":
        return False
    return within_time(owner.from_at, owner.until_at, at=at)


def _wanted(account: Account, *, at: datetime) -> Wanted | None:
    if has_second_factor(account.uid):
        return Wanted.CODE
    setting = registry.setting(SECOND_FACTOR_FOR, default=SecondFactorFor.STAFF.value, at=at)
    posts = posts_held(account.member.uid, from_at=at)
    needed = needs_second_factor(SecondFactorFor(setting), posts=posts, is_demo=account.is_demo)
    return Wanted.NEW_FACTOR if needed else None


def _verified_account(uid: UUID, *, mark: str, at: datetime) -> Account:
    """Return an account, locked, if it may still sign in with the password that was right. Raises: SignInFailed."""
    row = _locked_account(uid)
    if _mark(row) != mark or not _may_sign_in(row, at=at):
        raise SignInFailed
    return row


def _locked_account(uid: UUID) -> Account:
    row = Account.locked(uid=uid)
    if row is None:
        raise SignInFailed
    return row


def _mark(account: Account) -> str:
    """Return what tells one password of an account from the next, without telling anything of either."""
    return keyed_digest(account.password, purpose="password-mark")


def _running(session: UUID, *, at: datetime) -> StaffSession:
    row = StaffSession.locked(uid=session)
    if row is None or not within_time(row.from_at, row.until_at, at=at):
        raise SessionOver
    return row


def _sit(row: StaffSession, seat: SeatRow) -> None:
    if isinstance(seat, SubstitutionRow):
        row.appointment_id, row.substitution_id = seat.appointment, seat.uid
    else:
        row.appointment_id, row.substitution_id = seat.uid, None


def _end(row: StaffSession, *, why: SessionEnd, by: Actor, at: datetime) -> None:
    row.until_at = at
    audit.record(row, facts.SESSION_ENDED, by=by, at=at, facts={"why": why.value})


def _member_of(account: Account) -> Actor:
    owner = Member.objects.filter(account__uid=account.uid).values_list("uid", flat=True).get()
    return Actor(id=str(owner), kind=ActorKind.MEMBER)


def _member_actor(row: StaffSession) -> Actor:
    """Return who sits in a session, in the post they chose, also when it is no longer theirs."""
    owner = Member.objects.filter(account__uid=row.account_id).values_list("uid", flat=True).get()
    post = row.appointment
    if post is None:
        return Actor(id=str(owner), kind=ActorKind.MEMBER)
    instead_of = None if row.substitution_id is None else str(post.member_id)
    return Actor(id=str(owner), kind=ActorKind.MEMBER, post=post.post, unit=post.unit_id, on_behalf_of=instead_of)
