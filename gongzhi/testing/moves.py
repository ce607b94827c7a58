"""One function for each thing that people do with a case, by the person whose post it is, five minutes after the last.

Every function takes the case as it is and returns it as it then is. `by` and `at` may be given; what is left out is
what usually happens.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.cases.queries import CaseRow
from gongzhi.dispatch import operations as dispatching
from gongzhi.evidence import operations as evidence
from gongzhi.intake import operations as intake
from gongzhi.intake.rules import ENTER, Contact, Draft, GivenPlace, act_of_channel
from gongzhi.intake.states import Channel, ReportKind
from gongzhi.kernel.actor import ANONYMOUS_REPORTER, Actor
from gongzhi.kernel.ids import new_id
from gongzhi.people import queries as people
from gongzhi.people.states import Post
from gongzhi.testing.pictures import photograph
from gongzhi.visits import operations as visits
from gongzhi.visits import queries as visit_queries
from gongzhi.visits.queries import VisitRow
from gongzhi.visits.states import VisitState

CITY_ZONE = ZoneInfo("Asia/Shanghai")
MONDAY_9AM = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
A_STEP = timedelta(minutes=5)

SIMING = GivenPlace(118.09, 24.46)
SIMING_BUREAU = "bureau-350203"
HULI_BUREAU = "bureau-350206"

STREET_VENDOR = "GB/T 47678.5-2026|event|09001"
VENDOR_BY_DAY = "event-09001-1"
"""Two working hours, checked on the spot at any hour."""
VENDOR_IN_THE_EVENING = "event-09001-2"
"""Eight working hours, checked between 18:00 and 22:00."""
GOODS_OUTSIDE_A_SHOP = "GB/T 47678.5-2026|event|09005"
GOODS_ON_THE_PAVEMENT = "event-09005-1"
"""Two working hours, passed by the dispatcher from the photographs."""


def local(text: str) -> datetime:
    """Return the instant at which the city's clocks show this: `2026-11-23 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY_ZONE).astimezone(UTC)


def member(post: str, unit: str | None = None, *, number: int = 0) -> Actor:
    """Return somebody who holds a post; `number` chooses among several."""
    return people.appointments(at=MONDAY_9AM, post=post, unit=unit)[number].actor()


def photo(by: Actor, at: datetime = MONDAY_9AM) -> UUID:
    """Upload a photograph that is unlike any other, and return its id."""
    picture = photograph(new_id().bytes)
    return evidence.store_file(
        io.BytesIO(picture), content_type_declared="image/jpeg", name="现场.jpg", by=by, at=at
    ).uid


def report(
    *,
    kind: ReportKind = ReportKind.COMPLAINT,
    channel: Channel = Channel.PORTAL,
    text: str = "人行道上有流动摊贩占道经营",
    place: GivenPlace = SIMING,
    contact: Contact | None = None,
    class_key: str | None = STREET_VENDOR,
    by: Actor | None = None,
    at: datetime = MONDAY_9AM,
    key: str | None = None,
) -> intake.Receipt:
    """Somebody tells the city something: whoever may report by the channel, unless somebody is named."""
    by = by or reporter_by(channel)
    draft = Draft(kind, channel, text, place=place, contact=contact or Contact(), class_key=class_key)
    return intake.receive_report(draft, source=channel.value, key=key or str(new_id()), by=by, at=at)


def reporter_by(channel: Channel) -> Actor:
    """Return somebody who may report by a channel: a citizen, a collector, or the acceptor who enters it."""
    if channel in {Channel.PORTAL, Channel.CHAT, Channel.OPEN311, Channel.API}:
        return ANONYMOUS_REPORTER
    return member(Post.ACCEPTOR if act_of_channel(channel) == ENTER else Post.COLLECTOR)


def case_of(receipt: intake.Receipt) -> CaseRow:
    """Return the case that a report opened."""
    if receipt.case is None:
        raise AssertionError(f"{receipt.number} opened no case")
    return case_queries.case(receipt.case)


def order_verification(case: CaseRow, *, by: Actor | None = None, at: datetime | None = None) -> CaseRow:
    """The acceptor sends somebody to look."""
    at = at or case.moved_at + A_STEP
    visits.order_verification(case.uid, seen=case.version, by=by or member(Post.ACCEPTOR), at=at)
    return now(case)


def verify(case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, confirmed: bool = True) -> CaseRow:
    """The collector looks and reports."""
    at, by = at or case.moved_at + A_STEP, by or member(Post.COLLECTOR)
    visit = visit_of(case)
    visits.report_verification(visit.uid, confirmed=confirmed, photos=[photo(by, at)], seen=visit.version, by=by, at=at)
    return now(case)


def accept(case: CaseRow, *, by: Actor | None = None, at: datetime | None = None) -> CaseRow:
    """The acceptor accepts what a collector saw."""
    at = at or case.moved_at + A_STEP
    return cases.accept_case(case.uid, seen=case.version, by=by or member(Post.ACCEPTOR), at=at)


def refuse(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, grounds: str = "不属本市管辖"
) -> CaseRow:
    """The acceptor does not accept it."""
    at = at or case.moved_at + A_STEP
    by = by or member(Post.ACCEPTOR)
    return cases.not_accept_case(case.uid, grounds=grounds, seen=case.version, by=by, at=at)


def void(case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, grounds: str = "并非案件") -> CaseRow:
    """The shift leader cancels it."""
    at = at or case.moved_at + A_STEP
    return cases.void_case(case.uid, grounds=grounds, seen=case.version, by=by or member(Post.SHIFT_LEADER), at=at)


def file(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, condition: str = VENDOR_BY_DAY
) -> CaseRow:
    """The shift leader files it under a condition."""
    at = at or case.moved_at + A_STEP
    by = by or member(Post.SHIFT_LEADER)
    return cases.file_case(case.uid, condition_code=condition, seen=case.version, by=by, at=at)


def dispatch(
    case: CaseRow,
    *,
    by: Actor | None = None,
    at: datetime | None = None,
    unit: str | None = None,
    grounds: str = "",
) -> CaseRow:
    """The dispatcher gives it to a unit, by the city's rules unless one is named."""
    at, by = at or case.moved_at + A_STEP, by or member(Post.DISPATCHER)
    if unit is None:
        return dispatching.dispatch_by_rule(case.uid, seen=case.version, by=by, at=at)
    return cases.dispatch_case(case.uid, unit_code=unit, grounds=grounds, seen=case.version, by=by, at=at)


def acknowledge(case: CaseRow, *, by: Actor | None = None, at: datetime | None = None) -> CaseRow:
    """The unit's desk takes it."""
    at = at or case.moved_at + A_STEP
    return cases.acknowledge_case(case.uid, seen=case.version, by=by or desk_of(case), at=at)


def submit(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, photos: Sequence[UUID] | None = None
) -> CaseRow:
    """The handler has solved it and shows the place afterwards."""
    at, by = at or case.moved_at + A_STEP, by or member(Post.HANDLER, case.unit_code)
    shown = [photo(by, at)] if photos is None else list(photos)
    return cases.submit_result(case.uid, after_photos=shown, seen=case.version, by=by, at=at)


def confirm(case: CaseRow, *, by: Actor | None = None, at: datetime | None = None) -> CaseRow:
    """The unit's desk confirms the result: its clock stops."""
    at = at or case.moved_at + A_STEP
    return cases.confirm_result(case.uid, seen=case.version, by=by or desk_of(case), at=at)


def handle(case: CaseRow, *, at: datetime | None = None) -> CaseRow:
    """Handler and desk do their part, the desk confirming at `at`."""
    done_at = at or case.moved_at + 2 * A_STEP
    return confirm(submit(case, at=max(case.moved_at, done_at - A_STEP)), at=done_at)


def send_back(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, grounds: str = "照片看不清"
) -> CaseRow:
    """The dispatcher sends the result back."""
    at = at or case.moved_at + A_STEP
    by = by or member(Post.DISPATCHER)
    return cases.send_back(case.uid, grounds=grounds, seen=case.version, by=by, at=at)


def pass_from_desk(case: CaseRow, *, by: Actor | None = None, at: datetime | None = None) -> CaseRow:
    """The dispatcher passes a result that needs no visit."""
    at = at or case.moved_at + A_STEP
    return cases.pass_from_desk(case.uid, seen=case.version, by=by or member(Post.DISPATCHER), at=at)


def order_check(case: CaseRow, *, by: Actor | None = None, at: datetime | None = None) -> CaseRow:
    """The dispatcher sends a checker."""
    at = at or case.moved_at + A_STEP
    visits.order_check(case.uid, seen=case.version, by=by or member(Post.DISPATCHER), at=at)
    return now(case)


def check(
    case: CaseRow,
    *,
    by: Actor | None = None,
    at: datetime | None = None,
    passed: bool = True,
    words: str = "摊贩仍在原处",
) -> CaseRow:
    """The checker looks and reports: it is done, or it is not, in these words."""
    visit = visit_of(case)
    at, by = at or max(case.moved_at + A_STEP, visit.not_before), by or member(Post.CHECKER)
    visits.report_check(visit.uid, passed=passed, photos=[photo(by, at)], words=words, seen=visit.version, by=by, at=at)
    return now(case)


def close(
    case: CaseRow, *, by: Actor | None = None, at: datetime | None = None, closing_confirmed: bool = True
) -> CaseRow:
    """The shift leader closes it."""
    at = at or case.moved_at + A_STEP
    by = by or member(Post.SHIFT_LEADER)
    return cases.close_case(case.uid, closing_confirmed=closing_confirmed, seen=case.version, by=by, at=at)


def now(case: CaseRow) -> CaseRow:
    """Return the case as it is now."""
    return case_queries.case(case.uid)


def visit_of(case: CaseRow) -> VisitRow:
    """Return the visit that is out for a case."""
    out = visit_queries.page(case=case.uid, state=VisitState.ORDERED)
    if not out:
        raise AssertionError(f"nobody is on the way for {case.number or case.uid}")
    return out[0]


def desk_of(case: CaseRow) -> Actor:
    """Return the desk of the unit that holds a case."""
    return member(Post.DEPARTMENT_DESK, case.unit_code)
