"""Transactions that refuse readably, numbers, and requests that come twice."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from gongzhi.base.models import IdempotencyKey, Sequence
from gongzhi.kernel.refusals import Conflict, Refusal

P = ParamSpec("P")
R = TypeVar("R")


class StoreBusy(Refusal):
    """Another writer holds the database for longer than we wait. Nothing was written; trying again helps."""

    code = "store-busy"


class StoreFull(Refusal):
    """The disk under the database takes no more. Nothing was written."""

    code = "store-full"


class RepeatedKeyOtherContent(Conflict):
    """The same source sent the same key before, with other content. The refusal does not tell what came of it."""

    code = "repeated-key-other-content"


def one_change(work: Callable[P, R]) -> Callable[P, R]:
    """Run an operation as one transaction: all of it is kept or nothing.

    A busy or full store becomes a refusal, and so does a number or code that another transaction took at the same
    moment; any other database error is a bug and crashes loudly.

    Raises: StoreBusy, StoreFull, Conflict.
    """

    @functools.wraps(work)
    def changed(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return work(*args, **kwargs)
        try:
            with transaction.atomic():
                return work(*args, **kwargs)
        except DatabaseError as fault:
            raise store_refusal(fault) from fault

    return changed


def each_alone(
    changes: Iterable[Callable[[], bool]],
    *,
    log: logging.Logger,
    when_failed: Callable[[Callable[[], bool], Exception], None] | None = None,
) -> int:
    """Make changes that have nothing to do with one another; return how many changed something.

    One that fails is undone and logged, and the others are made all the same. Only a store that is busy, full or gone
    ends the round: the others would fail as well, and the next round tries again.

    Args:
        changes: each runs in a transaction of its own.
        log: where a failure is told, unless `when_failed` sees to it.
        when_failed: called with a change that failed and with what it raised, in a transaction of its own: for rounds
            with a limit, in which the same failures must not take the place of others again and again.

    Raises: StoreBusy, StoreFull, DatabaseError.
    """
    made = 0
    for change in changes:
        try:
            with transaction.atomic():
                made += change()
        except OperationalError as fault:
            raise store_refusal(fault) from fault
        except Exception as fault:
            if when_failed is None:
                log.exception("a change failed and is tried again in the next round: %s", change)
            else:
                one_change(when_failed)(change, fault)
    return made


def store_refusal(fault: DatabaseError) -> Exception:
    """Return the refusal for a busy store, a full one or a value taken meanwhile; any other error comes back itself."""
    told = _code_of(fault)
    if told in _BUSY or (not told and "database is locked" in str(fault)):
        return StoreBusy()
    if told in _FULL:
        return StoreFull()
    if told in _TAKEN:
        return Conflict()
    return fault


_BUSY = {
    *("SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_BUSY_RECOVERY", "SQLITE_BUSY_TIMEOUT", "SQLITE_LOCKED"),
    *("55P03", "40P01", "40001"),  # lock not available, deadlock, serialization failure
}
_FULL = {
    *("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"),  # the last two: a limit on the size of files
    "53100",  # disk full
}
_TAKEN = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505"}


def _code_of(fault: DatabaseError) -> str:
    """Return the name that SQLite gives the error, or PostgreSQL's SQLSTATE; empty when it comes from neither."""
    cause = fault.__cause__
    return str(getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or "")


def next_number(name: str) -> int:
    """Return the next number of a sequence, starting at 1. Call it inside a transaction."""
    if (last := _counted_on(name)) is None:
        try:
            with transaction.atomic():
                Sequence.objects.create(name=name, last=1)
                return 1
        except IntegrityError:  # another transaction made the sequence first
            last = _counted_on(name)
    if last is None:
        raise AssertionError(f"the sequence {name} was there and is gone")
    return last


def _counted_on(name: str) -> int | None:
    """Take the next number of a sequence in one statement; None when there is no such sequence yet."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE base_sequence SET last = last + 1 WHERE name = %s RETURNING last", [name])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def earlier_answer(*, source: str, key: str, content_digest: str) -> str | None:
    """Return the answer that was given to this key before, or None when the key is new.

    Raises: RepeatedKeyOtherContent.
    """
    found = IdempotencyKey.objects.filter(source=source, key=key).first()
    if found is None:
        return None
    if found.content_digest != content_digest:
        raise RepeatedKeyOtherContent(source=source, key=key)
    return found.answer


def keep_answer(*, source: str, key: str, content_digest: str, answer: str, at: datetime) -> None:
    """Keep the answer to a key, in the transaction that produced it.

    Args:
        source: who sent it.
        key: what they called it.
        content_digest: of what was sent; empty where the caller can tell by the answer itself what that was.
        answer: what they were answered.
        at: when.

    Raises: Conflict when the same key is being answered by another request at this moment.
    """
    try:
        with transaction.atomic():
            IdempotencyKey.objects.create(source=source, key=key, content_digest=content_digest, answer=answer, at=at)
    except IntegrityError as fault:
        raise Conflict(source=source, key=key) from fault


def forget_content(*, source: str, key: str) -> None:
    """Forget what a key was given for, once that is erased: whatever comes under it from now on is other content."""
    IdempotencyKey.objects.filter(source=source, key=key).update(content_digest="")


def forget_answer(*, source: str, key: str, answer: str) -> None:
    """Forget an answer that is worth nothing any more: whatever comes under its key next is taken as new."""
    IdempotencyKey.objects.filter(source=source, key=key, answer=answer).delete()


def forget_contents(*, source: str, beginning: str) -> None:
    """Forget what the keys of a source were given for that begin alike."""
    IdempotencyKey.objects.filter(source=source, key__startswith=beginning).update(content_digest="")


def forget_content_answered(*, source: str, answer: str) -> None:
    """Forget what was sent for the key that was answered so, once that is erased; the key itself may be anything."""
    IdempotencyKey.objects.filter(source=source, answer=answer).update(content_digest="")
