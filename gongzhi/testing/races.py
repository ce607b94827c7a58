"""Two people at once: real threads, each with a connection and a transaction of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection, transaction

from gongzhi.kernel.refusals import Refusal

T = TypeVar("T")

_LONG_ENOUGH_TO_RUN_INTO_EACH_OTHER_S = 0.3
_AT_MOST_S = 30


def while_the_first_has_not_finished(
    first: Callable[[], T], second: Callable[[], T]
) -> tuple[T | Refusal, T | Refusal]:
    """Let the second begin when the first has done everything but commit; return what each got, or its refusal."""
    about_to_commit = threading.Event()

    def slowly() -> T:
        with transaction.atomic():
            done = first()
            about_to_commit.set()
            threading.Event().wait(_LONG_ENOUGH_TO_RUN_INTO_EACH_OTHER_S)
        return done

    def afterwards() -> T:
        about_to_commit.wait(_AT_MOST_S)
        return second()

    got = at_once(slowly, afterwards)
    return got[0], got[1]


def at_once(*calls: Callable[[], T]) -> list[T | Refusal]:
    """Run all calls at the same time; return what each got, or its refusal, in the order given."""
    begin = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | Refusal:
        begin.wait(_AT_MOST_S)
        try:
            return call()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))
