"""A matter near the border of two districts, and people whose powers reach no further than one of them."""

from __future__ import annotations

from datetime import datetime

from gongzhi.intake.rules import GivenPlace
from gongzhi.kernel.actor import Actor
from gongzhi.people import queries as people
from gongzhi.people.states import Scope
from gongzhi.testing import staff
from gongzhi.testing.moves import MONDAY_9AM

LON, LAT = 118.11, 24.4920
IN_SIMING = GivenPlace(LON, LAT, position_error_m=30.0)
"""Nine metres south of the border with Huli, and perhaps thirty metres off."""
SIMING_SIDE = "350200/350203/350203009/350203009901"
HULI_SIDE = "350200/350206/350206004/350206004904"

WARDEN = "warden"
ACTS = (
    *("case.read", "case.accept", "case.verify", "case.file", "visit.read", "visit.report"),
    *("report.read", "report.read_words", "report.read_files", "report.release", "border.receive", "report.patrol"),
)


def wardens(*units: str, at: datetime = MONDAY_9AM) -> list[Actor]:
    """Return somebody in each of these units who reads and accepts what lies in the unit's own areas, and nothing else.

    Args:
        units: the codes of the units.
        at: since when.
    """
    for act in ACTS:
        staff.grant(WARDEN, act, Scope.AREA, at=at)
    found = []
    for unit in units:
        staff.appoint(staff.with_account(f"warden-{unit}", at=at), post=WARDEN, unit=unit, at=at)
        found += [one.actor() for one in people.appointments(at=at, post=WARDEN, unit=unit)]
    return found
