"""What a reporter may still do with their report, holding its query code. Pure functions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from gongzhi.kernel.actor import ANONYMOUS_REPORTER, Actor
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import Refusal
from gongzhi.people.states import Post

CODE_HOLDER: Actor = replace(ANONYMOUS_REPORTER, post=Post.REPORTER)
"""Whoever holds the query code of a report: the same nameless reporter, with the powers of the one who made it."""


class NothingToReopen(Refusal):
    """None of the report's cases is closed, so there is nothing to take up again."""

    code = "nothing-to-reopen"


class NothingToObjectTo(Refusal):
    """None of the report's matters was refused."""

    code = "nothing-to-object-to"


class ObjectionMadeBefore(Refusal):
    """There was an objection to this decision before; a second one changes nothing."""

    code = "objection-made-before"


class ObjectionTooLate(Refusal):
    """The time in which a reporter may object has passed."""

    code = "objection-too-late"


def require_in_time(decided_at: datetime | None, *, within_days: int, at: datetime) -> None:
    """Refuse an objection that comes too late. Raises: ObjectionTooLate."""
    if decided_at is not None and at > decided_at + timedelta(days=within_days):
        raise ObjectionTooLate(decided_at=utc_text(decided_at), days=within_days)
