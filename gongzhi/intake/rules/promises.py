"""Promises to call a reporter back. Pure functions."""

from __future__ import annotations

from datetime import datetime

from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import Refusal


class NobodyToCall(Refusal):
    """The reporter left no number, so nobody can promise to call."""

    code = "nobody-to-call"


class PromisedInThePast(Refusal):
    """The instant by which a call is promised has passed already."""

    code = "promised-in-the-past"


class NothingPromised(Refusal):
    """No call back was promised to this reporter, or it was made."""

    code = "nothing-promised"


def require_promise(*, can_be_called: bool, until: datetime, at: datetime, report: str) -> None:
    """Refuse a promise that nobody can keep. Raises: NobodyToCall, PromisedInThePast."""
    if not can_be_called:
        raise NobodyToCall(report=report)
    if until <= at:
        raise PromisedInThePast(until=utc_text(until))
