"""When and by whom a visit may be done. Pure functions."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import Refusal
from gongzhi.norms.rules import CheckingWindow, may_check_at, next_opening


class OutsideCheckingHours(Refusal):
    """This matter shows itself only at certain hours: an evening vendor is not checked at ten in the morning."""

    code = "outside-checking-hours"


class VisitPhotoMissing(Refusal):
    """A visit is proven by a photograph from the spot."""

    code = "visit-photo-missing"


class WrongVisit(Refusal):
    """The result belongs to the other kind of visit."""

    code = "wrong-visit"


def require_checking_hour(window: CheckingWindow | None, *, at: datetime, zone: ZoneInfo) -> None:
    """Refuse a check outside the hours at which the matter shows itself.

    Raises: OutsideCheckingHours.
    """
    if window is None or may_check_at(window, at=at, zone=zone):
        return
    raise OutsideCheckingHours(
        from_=window.from_.isoformat("minutes"),
        until=window.until.isoformat("minutes"),
        opens_at=utc_text(next_opening(window, at=at, zone=zone)),
    )
