"""What anybody may read about one case, and which open cases may be the one that somebody is about to report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gongzhi.cases import queries as cases
from gongzhi.cases.duplicates import lying_between
from gongzhi.cases.labels import STATES
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import ENDS, CaseState
from gongzhi.evidence import queries as evidence
from gongzhi.evidence.states import DisplayState, FileRole
from gongzhi.intake import queries as intake
from gongzhi.intake.states import ReportState
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.geo import Crs, ImpossiblePoint, to_point
from gongzhi.kernel.refusals import NotFound
from gongzhi.parameters.queries import city
from gongzhi.portal.labels import CLASS_UNKNOWN, PLACE_UNKNOWN
from gongzhi.portal.names import Named, Names
from gongzhi.portal.publication import is_told_in_full, publication_of
from gongzhi.portal.rules import neighbourhood_of
from gongzhi.portal.states import Publication

MOST_NEAR = 3
_AFTERWARDS = frozenset({FileRole.AFTER, FileRole.CHECK})


@dataclass(frozen=True, slots=True)
class Near:
    """An open case of the same class nearby, as far as the public may know of it."""

    uid: UUID
    what: Named | None
    where: Named | None
    state: CaseState
    reported_on: date
    people: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph that the public may see, and whether it shows the place afterwards."""

    uid: UUID
    is_after: bool


@dataclass(frozen=True, slots=True)
class PublicCase:
    """A case as the public may read it.

    Attributes:
        case: its times and state; of the rest nothing is shown that the policy keeps back.
        what: its class.
        where: its street and district, never finer. Who reports such a matter themselves is told besides whether one
            is open nearby (`near`).
        people: how many reports of people stand behind it.
        policy: when the public may read about cases of this class.
        in_full: whether the unit, the deadline and released photographs are told.
        pictures: what was released.
    """

    case: CaseRow
    what: Named | None
    where: Named | None
    people: int
    policy: Publication
    in_full: bool
    pictures: list[Picture]


def near(lon: float, lat: float, *, class_key: str, at: datetime) -> list[Near]:
    """Return open cases nearby that may be the same matter, the latest first; none of a class that is never published.

    Who asks learns that there is one in the neighbourhood of their own place, and from asking everywhere no more than
    its block of about 200 m: all points of a neighbourhood get the same answer in the same order. How often a point may
    be put into another one is counted (`operations`).
    """
    if publication_of(class_key, at=at) is Publication.NEVER:
        return []
    try:
        around = neighbourhood_of(to_point(lon, lat, crs=Crs.WGS84))
    except ImpossiblePoint:
        return []
    found = [one for one in lying_between(*around, class_key=class_key, at=at) if one.state not in ENDS]
    if not found:
        return []
    zone = city().zone
    names = Names(local_date(at, zone))
    return [
        Near(
            uid=one.uid,
            what=names.of_class(class_key),
            where=names.of_street(one.area),
            state=one.state,
            reported_on=local_date(one.reported_at, zone),
            people=_people_behind(one.uid),
        )
        for one in found[:MOST_NEAR]
    ]


def shown_near(one: Near, *, english: bool) -> dict[str, object]:
    """Return a case nearby as the page shows it."""
    return {
        "uid": one.uid,
        "id": str(one.uid),
        "what": one.what.said(english=english) if one.what else CLASS_UNKNOWN,
        "where": one.where.said(english=english) if one.where else PLACE_UNKNOWN,
        "state": STATES[one.state],
        "reported_on": one.reported_on,
        "people": one.people,
    }


def public_case(uid: UUID, *, at: datetime) -> PublicCase:
    """Return a case for anybody. Raises: NotFound, also for a case that is never published."""
    case = cases.case(uid)
    policy = publication_of(case.class_key, at=at)
    if policy is Publication.NEVER:
        raise NotFound(thing="case", code=str(uid))
    names = Names(local_date(at, city().zone))
    in_full = is_told_in_full(case, at=at)
    return PublicCase(
        case=case,
        what=names.of_class(case.class_key),
        where=names.of_street(case.area),
        people=_people_behind(uid),
        policy=policy,
        in_full=in_full,
        pictures=released_pictures(case) if in_full else [],
    )


def released_pictures(case: CaseRow) -> list[Picture]:
    """Return the photographs of a case and of its reports that somebody released, as they were before and after."""
    streams = [*(one.stream for one in intake.reports_of(case.uid)), case.stream]
    shown = [one for stream in streams for one in evidence.released_of(stream) if one.display is DisplayState.MADE]
    return [Picture(one.uid, one.role in _AFTERWARDS) for one in shown if one.role is not FileRole.MASKED]


def people_beside(report: UUID) -> int:
    """Return how many reports stand behind the matter of a report, its own among them; one where it stands alone."""
    return max((_people_behind(one.uid) for one in intake.cases_of(report)), default=1)


def _people_behind(case: UUID) -> int:
    """Return how many reports stand behind a case that nobody took back, at least the one that opened it."""
    return max(1, sum(one.state is not ReportState.WITHDRAWN for one in intake.reports_of(case)))
