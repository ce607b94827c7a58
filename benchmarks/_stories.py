"""The stories that a seeded city is made of: every usual way of a matter, played through the product's own operations.

A way is a line of steps, each some minutes after the one before. Ways that end lie somewhere in the weeks before the
city's last instant; ways that do not end yet lie right before it. All words, people and places are invented.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from benchmarks._copies import Spot
from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import ReturnGround
from gongzhi.dispatch import operations as dispatch
from gongzhi.evidence import operations as evidence
from gongzhi.intake import operations as intake
from gongzhi.intake import queries as intake_queries
from gongzhi.intake.rules import Contact, Draft, GivenPlace
from gongzhi.intake.states import Channel, ContactOutcome, ReplyWay, ReportKind
from gongzhi.kernel.actor import ANONYMOUS_REPORTER, Actor
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.geo import Crs
from gongzhi.norms import queries as norms
from gongzhi.parameters.queries import CityRow, city
from gongzhi.people import queries as people
from gongzhi.people.states import Post
from gongzhi.scenarios.pictures import picture
from gongzhi.scenarios.virtual_time import VirtualTime
from gongzhi.visits import operations as visits
from gongzhi.visits import queries as visit_queries

SEEDED_UNTIL = datetime(2026, 11, 23, 6, 50, tzinfo=UTC)
"""The last instant of every seeded city: a Monday, ten to three in the afternoon."""

STORY_WEEKS = 3
STORY_SOURCE = "seed"
HOURS = (7, 8, 8, 9, 9, 9, 10, 10, 11, 12, 13, 14, 14, 15, 15, 16, 17, 18, 19, 21)
"""The hours of the day at which people report, the busy ones more than once."""

Step = Callable[["Story", datetime], None]
Line = tuple[tuple[float, Step], ...]


@dataclass(frozen=True)
class Way:
    """A way that matters go: how many of a thousand do, what happens, and who reports it how.

    `weight` counts among the ways that end or, where `is_open`, among those that do not.
    """

    name: str
    weight: int
    line: Line
    is_open: bool = False
    codes: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = (Channel.PORTAL, Channel.PHONE, Channel.CHAT, Channel.PATROL, Channel.HOTLINE_SHEET)
    kind: ReportKind = ReportKind.COMPLAINT
    is_placed: bool = True
    wants_reply: bool = False

    @property
    def least_length(self) -> timedelta:
        """How long the way takes if every step comes when it is planned."""
        return timedelta(minutes=sum(minutes for minutes, _ in self.line))


@dataclass
class Cast:
    """Who plays, looked up once, and the places that stories may happen at."""

    chance: random.Random
    city: CityRow
    draw_place: Callable[[], Spot]
    members: dict[tuple[str, str | None], Sequence[Actor]] = field(default_factory=dict)

    def one(self, post: str, unit: str | None = None) -> Actor:
        """Return somebody in a post."""
        if (post, unit) not in self.members:
            found = people.appointments(at=SEEDED_UNTIL, post=post, unit=unit)
            self.members[post, unit] = sorted((one.actor() for one in found), key=lambda actor: actor.id)
        return self.chance.choice(self.members[post, unit])


@dataclass
class Story:
    """One matter on its way."""

    number: int
    way: Way
    cast: Cast
    place: GivenPlace
    code: str
    reports: list[UUID] = field(default_factory=list)
    cases: list[UUID] = field(default_factory=list)
    visit: UUID | None = None
    clerk: Actor | None = None

    def row(self) -> CaseRow:
        """Return the story's case as it is now."""
        return case_queries.case(self.cases[0])

    def by(self, post: str, unit: str | None = None) -> Actor:
        """Return somebody in a post."""
        return self.cast.one(post, unit)

    def photo(self, by: Actor, at: datetime, *, tidy: bool) -> UUID:
        """Store a photograph, unlike any other."""
        data = picture(seed=self.cast.chance.randrange(1 << 30), tidy=tidy)
        return evidence.store_file(
            io.BytesIO(data), content_type_declared="image/png", name="现场.png", by=by, at=at
        ).uid


def play(*, rounds: int, chance: random.Random, draw_place: Callable[[], Spot]) -> list[Story]:
    """Play every way some times, up to the city's last instant; return the stories that began."""
    cast = Cast(chance=chance, city=city(), draw_place=draw_place)
    time = VirtualTime()
    stories = [_story(number, way, cast) for number in range(rounds) for way in WAYS]
    for one in stories:
        time.plan(_begins(one), _steps(one, time, one.way.line))
    time.run(until=SEEDED_UNTIL)
    return stories


def way_of_key(key: str) -> Way:
    """Return the way that the story of a report went."""
    return next(one for one in WAYS if one.name == key.partition("/")[0])


def _story(number: int, way: Way, cast: Cast) -> Story:
    place = GivenPlace(address="菜市场东门（示例）")
    if way.is_placed:
        spot = cast.draw_place()
        place = GivenPlace(lon=spot.lon_e7 / 1e7, lat=spot.lat_e7 / 1e7, crs=Crs.CGCS2000)
    codes = way.codes or DESK_CODES
    weights = [1 / rank for rank in range(1, len(codes) + 1)]
    return Story(number=number, way=way, cast=cast, place=place, code=cast.chance.choices(codes, weights)[0])


def _begins(story: Story) -> datetime:
    """Return when a story begins: an open one so that all its steps lie right before the end."""
    chance, zone = story.cast.chance, story.cast.city.zone
    if story.way.is_open:
        return SEEDED_UNTIL - story.way.least_length * 1.4 - timedelta(minutes=chance.uniform(10, 45))
    latest = SEEDED_UNTIL - story.way.least_length * 1.4 - timedelta(days=2)
    day = latest - timedelta(days=chance.uniform(0, STORY_WEEKS * 7))
    hour, minute, second = chance.choice(HOURS), chance.randrange(60), chance.randrange(60)
    moment = day.astimezone(zone).replace(hour=hour, minute=minute, second=second, microsecond=0)
    return moment.astimezone(UTC)


def _steps(story: Story, time: VirtualTime, line: Line) -> Callable[[datetime], None]:
    """Return what makes the first step of a line, and plans the rest."""

    def go(at: datetime) -> None:
        line[0][1](story, at)
        if len(line) > 1:
            minutes = line[1][0] * story.cast.chance.uniform(0.6, 1.4)
            time.plan(at + timedelta(minutes=minutes), _steps(story, time, line[1:]))

    return go


def _report(story: Story, at: datetime) -> None:
    """Somebody reports it; a second report of the story comes from the same place."""
    chance, way = story.cast.chance, story.way
    channel = chance.choice(way.channels)
    contact = Contact()
    if way.wants_reply:
        contact = Contact(
            name=f"{chance.choice('陈林黄张李王吴蔡')}示例", phone=f"1380000{chance.randrange(10_000):04d}"
        )
    draft = Draft(
        kind=way.kind,
        channel=channel,
        text=chance.choice(WORDS),
        place=story.place,
        contact=contact,
        class_key=_class_key(story),
        reply_wanted=way.wants_reply,
    )
    by = ANONYMOUS_REPORTER
    if channel is Channel.PATROL:
        by = story.by(Post.COLLECTOR)
    elif channel in {Channel.PHONE, Channel.HOTLINE_SHEET}:
        by = story.by(Post.ACCEPTOR)
    key = f"{story.way.name}/{story.number}/{len(story.reports)}"
    receipt = intake.receive_report(draft, source=STORY_SOURCE, key=key, by=by, at=at)
    story.reports.append(receipt.report)
    if receipt.case is not None:
        story.cases.append(receipt.case)


def _class_key(story: Story) -> str | None:
    if not story.way.kind.needs_action:
        return None
    found = norms.find_class(story.cast.city.standard_ref, "event", story.code)
    return None if found is None else found.key


def _accept(story: Story, at: datetime) -> None:
    row = story.row()
    cases.accept_case(row.uid, seen=row.version, by=story.by(Post.ACCEPTOR), at=at)


def _decline(story: Story, at: datetime) -> None:
    row = story.row()
    grounds = "不属于城市管理职责范围（示例）。"
    cases.not_accept_case(row.uid, grounds=grounds, seen=row.version, by=story.by(Post.ACCEPTOR), at=at)


def _merge(story: Story, at: datetime) -> None:
    target, double = story.row(), case_queries.case(story.cases[1])
    by = story.by(Post.ACCEPTOR)
    intake.merge_case_into(double.uid, into=target.uid, seen=double.version, seen_target=target.version, by=by, at=at)


def _send_to_verify(story: Story, at: datetime) -> None:
    row = story.row()
    story.visit = visits.order_verification(row.uid, seen=row.version, by=story.by(Post.ACCEPTOR), at=at).uid


def _verify(story: Story, at: datetime) -> None:
    by, visit = story.by(Post.COLLECTOR), visit_queries.visit(str(story.visit))
    photos = [story.photo(by, at, tidy=False)]
    visits.report_verification(visit.uid, confirmed=True, photos=photos, seen=visit.version, by=by, at=at)


def _file(story: Story, at: datetime) -> None:
    row = story.row()
    on = local_date(at, story.cast.city.zone)
    condition = norms.filing_conditions(row.class_key, on=on, area_class=row.area_class)[0]
    cases.file_case(row.uid, condition_code=condition.code, seen=row.version, by=story.by(Post.SHIFT_LEADER), at=at)


def _dispatch(story: Story, at: datetime) -> None:
    row = story.row()
    dispatch.dispatch_by_rule(row.uid, seen=row.version, by=story.by(Post.DISPATCHER), at=at)


def _return(story: Story, at: datetime) -> None:
    row = story.row()
    by = story.by(Post.DEPARTMENT_DESK, row.unit_code)
    cases.return_case(
        row.uid,
        ground=ReturnGround.NOT_OURS,
        proposed_unit=_other_unit(row),
        words="该路段由其他单位养护（示例）。",
        seen=row.version,
        by=by,
        at=at,
    )


def _other_unit(row: CaseRow) -> str:
    return "municipal" if row.unit_code != "municipal" else "sanitation"


def _dispatch_to_other(story: Story, at: datetime) -> None:
    row = story.row()
    unit_code = _other_unit(row)
    cases.dispatch_case(row.uid, unit_code=unit_code, seen=row.version, by=story.by(Post.DISPATCHER), at=at)


def _acknowledge(story: Story, at: datetime) -> None:
    row = story.row()
    cases.acknowledge_case(row.uid, seen=row.version, by=story.by(Post.DEPARTMENT_DESK, row.unit_code), at=at)


def _ask_extension(story: Story, at: datetime) -> None:
    row = story.row()
    by = story.by(Post.DEPARTMENT_DESK, row.unit_code)
    cases.request_extension(row.uid, words="需要等待配件到货（示例）。", seen=row.version, by=by, at=at)


def _grant_extension(story: Story, at: datetime) -> None:
    row = story.row()
    cases.grant_extension(row.uid, seen=row.version, by=story.by(Post.DISPATCHER), at=at)


def _refuse_extension(story: Story, at: datetime) -> None:
    row = story.row()
    grounds = "人手足够，应按期完成（示例）。"
    cases.refuse_extension(row.uid, grounds=grounds, seen=row.version, by=story.by(Post.DISPATCHER), at=at)


def _ask_hold(story: Story, at: datetime) -> None:
    row = story.row()
    by, until_at = story.by(Post.DEPARTMENT_DESK, row.unit_code), at + timedelta(days=6)
    cases.request_hold(row.uid, until_at=until_at, words="台风过后才能施工（示例）。", seen=row.version, by=by, at=at)


def _approve_hold(story: Story, at: datetime) -> None:
    row = story.row()
    cases.approve_hold(row.uid, seen=row.version, by=story.by(Post.SHIFT_LEADER), at=at)


def _resume(story: Story, at: datetime) -> None:
    row = story.row()
    cases.resume_case(row.uid, seen=row.version, by=story.by(Post.DEPARTMENT_DESK, row.unit_code), at=at)


def _solve(story: Story, at: datetime) -> None:
    row = story.row()
    by = story.by(Post.HANDLER, row.unit_code)
    photos = [story.photo(by, at, tidy=True)] if story.way.codes == VISITED_CODES else []
    cases.submit_result(row.uid, after_photos=photos, words="已处置（示例）", seen=row.version, by=by, at=at)


def _confirm(story: Story, at: datetime) -> None:
    row = story.row()
    cases.confirm_result(row.uid, seen=row.version, by=story.by(Post.DEPARTMENT_DESK, row.unit_code), at=at)


def _send_back(story: Story, at: datetime) -> None:
    row = story.row()
    grounds = "说明不清，请补充（示例）。"
    cases.send_back(row.uid, grounds=grounds, seen=row.version, by=story.by(Post.DISPATCHER), at=at)


def _pass_from_desk(story: Story, at: datetime) -> None:
    row = story.row()
    cases.pass_from_desk(row.uid, seen=row.version, by=story.by(Post.DISPATCHER), at=at)


def _send_to_check(story: Story, at: datetime) -> None:
    row = story.row()
    story.visit = visits.order_check(row.uid, seen=row.version, by=story.by(Post.DISPATCHER), at=at).uid


def _pass_check(story: Story, at: datetime) -> None:
    _check(story, at, passed=True)


def _fail_check(story: Story, at: datetime) -> None:
    _check(story, at, passed=False)


def _check(story: Story, at: datetime, *, passed: bool) -> None:
    by, visit = story.by(Post.CHECKER), visit_queries.visit(str(story.visit))
    photos, words = [story.photo(by, at, tidy=passed)], "" if passed else "现场仍有堆物（示例）。"
    visits.report_check(visit.uid, passed=passed, photos=photos, words=words, seen=visit.version, by=by, at=at)


def _close(story: Story, at: datetime) -> None:
    row = story.row()
    cases.close_case(row.uid, closing_confirmed=True, seen=row.version, by=story.by(Post.SHIFT_LEADER), at=at)


def _reopen(story: Story, at: datetime) -> None:
    row = story.row()
    grounds = "复查发现问题反弹（示例）。"
    cases.reopen_case(row.uid, grounds=grounds, seen=row.version, by=story.by(Post.SHIFT_LEADER), at=at)


def _wait(story: Story, at: datetime) -> None:
    """Nothing happens meanwhile."""


def _void(story: Story, at: datetime) -> None:
    row = story.row()
    grounds = "重复录入（示例）。"
    cases.void_case(row.uid, grounds=grounds, seen=row.version, by=story.by(Post.SHIFT_LEADER), at=at)


def _answer(story: Story, at: datetime) -> None:
    """Answer a question at once; about a matter that was handled, call first and let the shift leader approve."""
    row = intake_queries.report(story.reports[0])
    acceptor, words = story.by(Post.ACCEPTOR), "您好，已为您查询并答复（示例答复）。"
    if not row.kind.needs_action:
        intake.answer_report(row.uid, words=words, seen=row.version, by=acceptor, at=at)
        return
    way, reached = ReplyWay.PHONE, ContactOutcome.REACHED
    row = intake.record_contact(row.uid, way=way, outcome=reached, seen=row.version, by=acceptor, at=at)
    row = intake.draft_reply(row.uid, words=words, seen=row.version, by=acceptor, at=at)
    row = intake.approve_reply(row.uid, seen=row.version, by=story.by(Post.SHIFT_LEADER), at=at)
    intake.send_reply(row.uid, way=way, seen=row.version, by=acceptor, at=at)


WORDS = (
    "人行道被占，走不过去。",
    "垃圾没人收，有味道。",
    "店家把货物堆到盲道上了。",
    "楼道和电线杆贴满小广告。",
    "非机动车乱停，消防通道被堵。",
    "路面很多落叶和泥，骑车打滑。",
)
DESK_CODES = (
    *("09005", "09010", "06010", "06042", "09011", "06012", "07001", "09009", "06036", "06007"),
    *("06017", "09022", "07007", "09019", "06035", "09004", "08006", "07006", "07008", "08007"),
)
"""Classes whose results the dispatcher passes without a visit, the frequent ones first."""
VISITED_CODES = ("09001", "09006", "06001", "07003", "08001")
"""Classes that are checked on the spot, at any hour."""

_FILED: Line = ((0, _report), (6, _accept), (14, _file))
_DISPATCHED: Line = (*_FILED, (8, _dispatch))
_TAKEN: Line = (*_DISPATCHED, (25, _acknowledge))
_PASSED: Line = ((9, _confirm), (22, _pass_from_desk))
_CLOSED: Line = (*_PASSED, (18, _close))
_A_DAY = 24.0 * 60
_VERIFIED: Line = ((0, _report), (6, _send_to_verify), (24, _verify), (14, _file), (8, _dispatch), (25, _acknowledge))
_CHECKING: Line = ((50, _solve), (9, _confirm), (20, _send_to_check))
_CITIZENS = (Channel.PORTAL, Channel.CHAT, Channel.PHONE)

WAYS = (
    Way("closed in time", 420, (*_TAKEN, (45, _solve), *_CLOSED)),
    Way("closed in time, by hours", 130, (*_TAKEN, (75, _solve), *_CLOSED)),
    Way("closed late", 110, (*_TAKEN, (2.5 * _A_DAY, _solve), *_CLOSED)),
    Way(
        "closed, reporter answered",
        80,
        (*_TAKEN, (50, _solve), *_CLOSED, (90, _answer)),
        wants_reply=True,
        channels=_CITIZENS,
    ),
    Way("not accepted", 40, ((0, _report), (9, _decline))),
    Way(
        "question answered",
        60,
        ((0, _report), (200, _answer)),
        kind=ReportKind.CONSULT,
        is_placed=False,
        wants_reply=True,
        channels=_CITIZENS,
    ),
    Way(
        "merged",
        40,
        (
            (0, _report),
            (12, _report),
            (8, _merge),
            (6, _accept),
            (14, _file),
            (8, _dispatch),
            (25, _acknowledge),
            (60, _solve),
            *_CLOSED,
        ),
    ),
    Way("sent back, done again", 30, (*_TAKEN, (45, _solve), (9, _confirm), (30, _send_back), (50, _solve), *_CLOSED)),
    Way(
        "returned, given to another unit",
        25,
        (*_DISPATCHED, (12, _return), (20, _dispatch_to_other), (15, _acknowledge), (60, _solve), *_CLOSED),
    ),
    Way("extension granted", 15, (*_TAKEN, (12, _ask_extension), (15, _grant_extension), (100, _solve), *_CLOSED)),
    Way("extension refused", 8, (*_TAKEN, (12, _ask_extension), (15, _refuse_extension), (60, _solve), *_CLOSED)),
    Way(
        "held, resumed",
        8,
        (*_TAKEN, (10, _ask_hold), (14, _approve_hold), (3 * _A_DAY, _resume), (40, _solve), *_CLOSED),
    ),
    Way("reopened", 10, (*_TAKEN, (45, _solve), *_CLOSED, (1.5 * _A_DAY, _reopen), (60, _solve), *_CLOSED)),
    Way("cancelled", 8, (*_FILED, (20, _void))),
    Way("verified and checked", 22, (*_VERIFIED, *_CHECKING, (40, _pass_check), (20, _close)), codes=VISITED_CODES),
    Way(
        "checked twice",
        8,
        (*_TAKEN, *_CHECKING, (40, _fail_check), *_CHECKING, (40, _pass_check), (20, _close)),
        codes=VISITED_CODES,
    ),
    Way("open: reported", 8, ((0, _report),), is_open=True),
    Way("open: place in words", 12, ((0, _report),), is_open=True, is_placed=False),
    Way("open: being verified", 6, ((0, _report), (6, _send_to_verify)), is_open=True),
    Way("open: accepted", 6, ((0, _report), (6, _accept)), is_open=True),
    Way("open: filed", 6, _FILED, is_open=True),
    Way("open: dispatched", 10, _DISPATCHED, is_open=True),
    Way("open: returned", 5, (*_DISPATCHED, (12, _return)), is_open=True),
    Way("open: handled now", 25, _TAKEN, is_open=True),
    Way("open: handled, late", 12, (*_TAKEN, (3 * _A_DAY, _wait)), is_open=True),
    Way("open: extension asked", 4, (*_TAKEN, (12, _ask_extension)), is_open=True),
    Way("open: held", 5, (*_TAKEN, (10, _ask_hold), (14, _approve_hold)), is_open=True),
    Way("open: done again", 6, (*_TAKEN, (45, _solve), (9, _confirm), (30, _send_back)), is_open=True),
    Way("open: result there", 6, (*_TAKEN, (45, _solve), (9, _confirm)), is_open=True),
    Way("open: being checked", 4, (*_TAKEN, *_CHECKING), is_open=True, codes=VISITED_CODES),
    Way("open: to be closed", 6, (*_TAKEN, (45, _solve), *_PASSED), is_open=True),
)
