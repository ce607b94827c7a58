"""The demo's turns: one short story for each way in which a matter leaves the main line, told step by step.

A step happens, and what is yielded says when the next one does: after a while, or at an instant. Those told long ago
are over; those that began shortly before now are still open, so that every queue has something in it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TypedDict
from uuid import UUID

from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.cases import turns
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import CaseState, ReturnGround, SpecialGround
from gongzhi.dispatch import operations as dispatch
from gongzhi.dispatch import queries as dispatch_queries
from gongzhi.intake import operations as intake
from gongzhi.intake import queries as intake_queries
from gongzhi.intake.queries import sheets as sheet_queries
from gongzhi.intake.rules import CODE_HOLDER, Contact, Draft, WorkSheet
from gongzhi.intake.rules.sheets import POLICE
from gongzhi.intake.states import Channel, ContactOutcome, ReplyWay, ReportKind, SheetMessageKind, Urgency
from gongzhi.kernel.actor import ANONYMOUS_REPORTER, Actor
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.geo import Crs
from gongzhi.norms import queries as norms
from gongzhi.norms.states import CheckingMode
from gongzhi.people import operations as people
from gongzhi.people import queries as people_queries
from gongzhi.people.states import Post, ReviewOutcome
from gongzhi.scenarios.story import Story
from gongzhi.visits import operations as visits
from gongzhi.visits import queries as visit_queries

Steps = Generator[timedelta | datetime, None, None]
SHORTLY = timedelta(minutes=6)
A_WHILE = timedelta(minutes=50)
A_DAY = timedelta(days=1)
HOTLINE = "12345"


class _Said(TypedDict):
    """On which version somebody decided, who, and when."""

    seen: int
    by: Actor
    at: datetime


class Tale:
    """One invented matter while it is told.

    Attributes:
        at: the instant of the present step.
        report: the report that it began with.
        case: the case that the report opened.
    """

    report: UUID
    case: UUID

    def __init__(self, name: str, story: Story, *, at: datetime) -> None:
        """Begin at an instant, at a place drawn by lot."""
        self.name, self.story, self.at = name, story, at
        self.place = story.place()

    @property
    def row(self) -> CaseRow:
        """The case as it is now."""
        return case_queries.case(self.case)

    def one(self, post: str, unit: str | None = None) -> Actor:
        """Return somebody in a post."""
        return self.story.one(post, unit)

    def desk(self) -> Actor:
        """Return the desk of the unit that has the case."""
        return self.one(Post.DEPARTMENT_DESK, self.row.unit_code)

    def photo(self, by: Actor, *, tidy: bool) -> UUID:
        """Upload a photograph of the place."""
        return self.story.photo(by, self.at, tidy=tidy)

    def number(self, prefix: str) -> str:
        """Return an invented number of a neighbour's, made of the time."""
        return f"{prefix}{self.at.astimezone(self.story.city.zone):%Y%m%d%H%M%S}"

    def said(self, by: Actor) -> _Said:
        """Return what somebody says who decides on the case as it is now."""
        return {"seen": self.row.version, "by": by, "at": self.at}

    def said_of_report(self, by: Actor) -> _Said:
        """Return what somebody says who decides on the report as it is now."""
        return {"seen": intake_queries.report(self.report).version, "by": by, "at": self.at}

    def receive(
        self, code: str, words: str, *, channel: Channel, contact: Contact | None = None, key: str = ""
    ) -> None:
        """Somebody reports a matter of a class; it opens a case."""
        draft = Draft(
            kind=ReportKind.COMPLAINT,
            channel=channel,
            text=words,
            place=self.place,
            contact=contact or Contact(),
            class_key=self.story.class_of(code),
        )
        receipt = intake.receive_report(
            draft, source="demo", key=f"{self.name}{key}", by=self._reporter(channel), at=self.at
        )
        if receipt.case is None:
            raise AssertionError(f"{self.name} opened no case")
        self.report, self.case = receipt.report, receipt.case

    def take_sheet(self, said: WorkSheet, *, neighbour: str) -> None:
        """A neighbour sends a message about its work sheet; a new one opens a case."""
        receipt = intake.take_message(said, neighbour=neighbour, by=intake.neighbour_actor(neighbour), at=self.at)
        self.report = sheet_queries.sheet(receipt.sheet).report
        self.case = intake_queries.cases_of(self.report)[0].uid

    def _reporter(self, channel: Channel) -> Actor:
        if channel is Channel.PATROL:
            return self.one(Post.COLLECTOR)
        return self.one(Post.ACCEPTOR) if channel is Channel.PHONE else ANONYMOUS_REPORTER


def returned_to_another_unit(tale: Tale) -> Steps:
    """A unit returns what is not its own and names another; the dispatcher agrees, and that unit does it."""
    tale.receive("09005", "人行道上堆着脚手架和水泥，行人只能走车道。", channel=Channel.PATROL)
    yield from _to_a_unit(tale)
    words = "所堆为工地物料，应由住建单位负责（示例）。"
    cases.return_case(
        tale.case,
        ground=ReturnGround.NOT_OURS,
        proposed_unit="construction",
        words=words,
        **tale.said(tale.desk()),
    )
    yield SHORTLY
    cases.dispatch_case(tale.case, unit_code="construction", **tale.said(tale.one(Post.DISPATCHER)))
    yield from _to_the_end(tale)


def arbitrated(tale: Tale) -> Steps:
    """Two units return a case to each other; the shift leader rules, and the ruling becomes a rule of dispatch."""
    tale.receive("09019", "共享单车停满无障碍坡道，轮椅上不去。", channel=Channel.PATROL)
    yield from _to_a_unit(tale)
    first = tale.row.unit_code
    second = "bikes" if first != "bikes" else "sanitation"  # an earlier ruling may be the rule here already
    words = "应由对方负责（示例）。"
    for proposed in (second, first):
        ground = ReturnGround.NOT_OURS
        said = tale.said(tale.desk())
        cases.return_case(tale.case, ground=ground, proposed_unit=proposed, words=words, **said)
        yield SHORTLY
        if proposed == second:
            cases.dispatch_case(tale.case, unit_code=second, **tale.said(tale.one(Post.DISPATCHER)))
            yield SHORTLY
    grounds = "无障碍坡道上的共享单车由运营企业清走，属地协助（示例）。"
    dispatch.arbitrate(tale.case, unit_code=second, grounds=grounds, **tale.said(tale.one(Post.SHIFT_LEADER)))
    yield SHORTLY
    ruling = next(one for one in dispatch_queries.precedents(unit=second, at=tale.at) if one.case == tale.case)
    dispatch.make_rule_of(
        ruling.uid,
        code=f"ruling {ruling.number}",
        from_on=local_date(tale.at, tale.story.city.zone),
        seen=dispatch_queries.edition(),
        by=tale.one(Post.SYSTEM_ADMINISTRATOR),
        at=tale.at,
    )
    yield from _to_the_end(tale)


def extended(tale: Tale) -> Steps:
    """A unit needs longer than its limit and says why; the dispatcher grants it once more."""
    tale.receive("08006", "工地外堆着预制板，没有围挡。", channel=Channel.PATROL)
    yield from _to_a_unit(tale)
    yield from _acknowledged(tale)
    words = "须调吊车，今日无车（示例）。"
    cases.request_extension(tale.case, words=words, **tale.said(tale.desk()))
    yield SHORTLY
    cases.grant_extension(tale.case, **tale.said(tale.one(Post.DISPATCHER)))
    yield A_WHILE
    yield from _to_the_end(tale)


def held(tale: Tale) -> Steps:
    """A unit cannot go on before others have finished; its case waits, and the end of the hold gives it back."""
    tale.receive("06036", "围墙边堆着旧管材，挡住巷口。", channel=Channel.PATROL)
    yield from _to_a_unit(tale)
    yield from _acknowledged(tale)
    until_at = tale.at + 2 * A_DAY
    words = "须待管网改造完工后清运（示例）。"
    cases.request_hold(tale.case, until_at=until_at, words=words, **tale.said(tale.desk()))
    yield SHORTLY
    cases.approve_hold(tale.case, **tale.said(tale.one(Post.SHIFT_LEADER)))
    yield until_at + A_WHILE
    yield from _to_the_end(tale)


def merged(tale: Tale) -> Steps:
    """Two people report the same; the acceptor merges the second into the first, and both hear of its end."""
    words = "楼下扔了旧沙发和床垫，一周没人收。"
    tale.receive("06035", words, channel=Channel.PORTAL, contact=tale.story.contact())
    first = tale.case
    yield SHORTLY
    words = "路边有人丢了一套旧沙发。"
    tale.receive("06035", words, channel=Channel.CHAT, contact=tale.story.contact(), key="-again")
    yield SHORTLY
    said = tale.said(tale.one(Post.ACCEPTOR))
    intake.merge_case_into(tale.case, into=first, seen_target=case_queries.case(first).version, **said)
    tale.case = first
    yield from _to_a_unit(tale)
    yield from _to_the_end(tale)
    for report in intake_queries.reports_of(first):
        tale.report = report.uid
        yield from _answered(tale)


def specially_closed(tale: Tale) -> Steps:
    """Nobody is left who answers for it: the dispatcher proposes to close it specially, the shift leader decides."""
    tale.receive("09004", "废品堆在空置的厂房门口。", channel=Channel.PATROL)
    yield from _to_a_unit(tale)
    yield from _acknowledged(tale)
    words = "产权单位已注销，场地已移交拆迁（示例）。"
    ground = SpecialGround.NO_RESPONSIBLE
    cases.propose_special_closing(tale.case, ground=ground, words=words, **tale.said(tale.one(Post.DISPATCHER)))
    yield A_WHILE
    grounds = "情况属实，同意特殊结案（示例）。"
    cases.force_close(tale.case, grounds=grounds, **tale.said(tale.one(Post.SHIFT_LEADER)))


def reopened(tale: Tale) -> Steps:
    """Closed in error, answered, rated badly, and opened again by the reporter; the second time it is solved."""
    words = "沿街又晾满了床单，滴水到行人身上。"
    tale.receive("06007", words, channel=Channel.PORTAL, contact=tale.story.contact())
    yield from _to_a_unit(tale)
    yield from _to_the_end(tale)
    yield from _answered(tale)
    words = "第二天又晾出来了（示例）。"
    intake.rate_report(tale.report, result=1, service=4, words=words, by=CODE_HOLDER, at=tale.at)
    yield SHORTLY
    grounds = "核查照片拍的是另一处（示例）。"
    cases.correct_closing(tale.case, grounds=grounds, **tale.said(tale.one(Post.SHIFT_LEADER)))
    intake.reopen_report(tale.report, grounds="没有解决，绳子还在（示例）。", **tale.said_of_report(CODE_HOLDER))
    yield from _to_the_end(tale)
    yield from _answered(tale)
    intake.rate_report(tale.report, result=5, service=5, by=CODE_HOLDER, at=tale.at)


def handled_by_the_finder(tale: Tale) -> Steps:
    """A collector removes on the spot what one pair of hands can remove, and shows it before and after."""
    tale.receive("07001", "公交站牌上贴了小广告，已当场清除。", channel=Channel.PATROL)
    yield SHORTLY
    by = next(one for one in tale.story.cast.all(Post.COLLECTOR) if one.id == tale.row.found_by)
    cases.close_self_handled(
        tale.case,
        before_photos=[tale.photo(by, tidy=False)],
        after_photos=[tale.photo(by, tidy=True)],
        words="当场清除（示例）。",
        **tale.said(by),
    )


def urgent_from_the_police(tale: Tale) -> Steps:
    """110 passes on what is dangerous: a unit goes at once, it is filed while they work, and 110 hears of it."""
    words = "大树倒在路上，压住车辆，需要立即清障。"
    sheet = WorkSheet(
        sheet_no=tale.number("110"),
        type=ReportKind.HELP,
        title="树木倒伏",
        content=words,
        urgency=Urgency.URGENT,
        linkage_no=tale.number("LD"),
        lon=tale.place.lon,
        lat=tale.place.lat,
        crs=Crs.CGCS2000,
    )
    tale.take_sheet(sheet, neighbour=POLICE)
    yield timedelta(minutes=2)
    acceptor = tale.one(Post.ACCEPTOR)
    _classify(tale, "10805", by=acceptor)
    _acknowledge_sheet(tale, by=acceptor)
    yield timedelta(minutes=2)
    cases.dispatch_urgent(tale.case, unit_code="municipal", **tale.said(tale.one(Post.DISPATCHER)))
    yield timedelta(minutes=3)
    cases.acknowledge_case(tale.case, **tale.said(tale.desk()))
    yield timedelta(minutes=18)
    handler = tale.one(Post.HANDLER, tale.row.unit_code)
    cases.arrive(tale.case, **tale.said(handler))
    yield timedelta(minutes=8)
    cases.feed_back(tale.case, words="无人受伤，正在锯断清运（示例）。", **tale.said(handler))
    yield timedelta(minutes=8)
    _file(tale, by=tale.one(Post.SHIFT_LEADER), later=True)
    yield SHORTLY
    yield from _to_the_end(tale)
    yield from _answered(tale)
    tale.take_sheet(replace(sheet, message=SheetMessageKind.CLOSE, version=2), neighbour=POLICE)


def assisted(tale: Tale) -> Steps:
    """The unit that answers asks another to help; that one tells what it did and shows it."""
    tale.receive("06017", "公园绿地里倒了十几袋装修垃圾。", channel=Channel.PATROL)
    yield from _to_a_unit(tale)
    yield from _acknowledged(tale)
    helper = "construction"
    cases.ask_assistance(tale.case, unit_code=helper, words="请查明倾倒来源（示例）。", **tale.said(tale.desk()))
    yield A_WHILE
    (asked,) = turns.assistances(tale.case)
    by = tale.one(Post.DEPARTMENT_DESK, helper)
    photos = [tale.photo(by, tidy=False)]
    words = "已查明为附近装修工地，责令清运（示例）。"
    cases.answer_assistance(tale.case, assistance=asked.uid, words=words, photos=photos, **tale.said(by))
    yield from _to_the_end(tale)


def instructed(tale: Tale) -> Steps:
    """A leader wants it done and reported by tomorrow, and has it supervised; the unit reports back."""
    tale.receive("07006", "校门口的招牌松动，风一吹就响。", channel=Channel.PATROL)
    yield from _to_a_unit(tale)
    yield from _acknowledged(tale)
    leader, due_at = tale.one(Post.LEADER), tale.at + A_DAY
    cases.instruct(tale.case, words="学校门口，请今天办好（示例）。", report_due_at=due_at, **tale.said(leader))
    grounds = "涉及学生安全（示例）。"
    cases.supervise(tale.case, due_at=due_at, grounds=grounds, **tale.said(leader))
    yield from _to_the_end(tale)
    (given,) = turns.instructions(tale.case)
    words = "已拆除重装并复查（示例）。"
    cases.report_back(tale.case, instruction=given.uid, words=words, **tale.said(tale.desk()))


def appealed(tale: Tale) -> Steps:
    """A unit was late through no fault of its own; its appeal is reviewed, decided, and the timeout exempted."""
    tale.receive("09022", "商场门口促销搭台，占了整条人行道。", channel=Channel.PATROL)
    yield from _to_a_unit(tale)
    yield from _acknowledged(tale)
    yield (tale.row.due_at or tale.at) + A_WHILE
    yield from _to_the_end(tale)
    words = "当日暴雨红色预警，全市户外作业停止（示例）。"
    cases.appeal_timeout(tale.case, words=words, **tale.said(tale.desk()))
    yield A_WHILE
    reviewer = tale.one(Post.DISPATCHER)
    cases.review_appeal(tale.case, supported=True, words="预警属实（示例）。", **tale.said(reviewer))
    yield A_WHILE
    grounds = "属不可抗力，予以剔除（示例）。"
    cases.decide_appeal(tale.case, upheld=True, grounds=grounds, **tale.said(tale.one(Post.ACCEPTOR)))


def answered_step_by_step(tale: Tale) -> Steps:
    """A question: the caller is called, the answer written, approved by another, and sent."""
    words = "请问商铺门头更换需要先备案吗？"
    draft = Draft(ReportKind.CONSULT, Channel.PHONE, words, contact=tale.story.contact())
    by = tale.one(Post.ACCEPTOR)
    tale.report = intake.receive_report(draft, source="demo", key=tale.name, by=by, at=tale.at).report
    yield A_WHILE
    yield from _answered(tale)


def sheet_from_the_hotline(tale: Tale) -> Steps:
    """A work sheet of 12345: acknowledged, made a case, told how far it is, answered, called back, closed there."""
    sheet = WorkSheet(
        sheet_no=tale.number("XM"),
        type=ReportKind.COMPLAINT,
        title="暴露垃圾",
        content="市场后巷垃圾堆了三天，气味很大。",
        caller_name="林示例",
        phone="13800000000",
        deadline=tale.at + 9 * A_DAY,
        lon=tale.place.lon,
        lat=tale.place.lat,
        crs=Crs.CGCS2000,
    )
    tale.take_sheet(sheet, neighbour=HOTLINE)
    yield SHORTLY
    acceptor = tale.one(Post.ACCEPTOR)
    _acknowledge_sheet(tale, by=acceptor)
    _classify(tale, "06010", by=acceptor)
    yield from _to_a_unit(tale)
    yield from _acknowledged(tale)
    (known,) = sheet_queries.sheets_of(tale.report)
    words = "已派环卫单位，正在清运（示例）。"
    intake.tell_progress(known.uid, words=words, seen=known.version, by=acceptor, at=tale.at)
    yield from _to_the_end(tale)
    yield from _answered(tale)
    heard = replace(sheet, message=SheetMessageKind.VISIT, version=2, visit_result="满意")
    tale.take_sheet(replace(heard, satisfaction_result=5, satisfaction_service=4), neighbour=HOTLINE)
    yield SHORTLY
    tale.take_sheet(replace(sheet, message=SheetMessageKind.CLOSE, version=3), neighbour=HOTLINE)


def on_night_duty(tale: Tale) -> Steps:
    """A storm at night and too few hands: who passed the result also closes it, told as such and reviewed by day."""
    duty_leader, until_at = tale.one(Post.DUTY_LEADER), tale.at + timedelta(hours=9)
    (area,) = people_queries.unit(duty_leader.unit or "").areas
    night = people.declare_night_duty(
        area,
        from_at=tale.at,
        until_at=until_at,
        grounds="大风夜，值班人手不足（示例）。",
        by=duty_leader,
        at=tale.at,
    )
    leader, dispatcher = tale.one(Post.SHIFT_LEADER), tale.one(Post.DISPATCHER)
    stand_in = _stand_in(tale, dispatcher, away=leader, until_at=until_at)
    yield SHORTLY
    tale.receive("08007", "工地围挡被风吹倒，压住半边马路。", channel=Channel.PHONE)
    cases.mark_urgent(tale.case, **tale.said(tale.one(Post.ACCEPTOR)))
    yield timedelta(minutes=2)
    cases.dispatch_urgent(tale.case, unit_code="construction", **tale.said(dispatcher))
    yield timedelta(minutes=4)
    cases.acknowledge_case(tale.case, **tale.said(tale.desk()))
    yield timedelta(minutes=20)
    cases.arrive(tale.case, **tale.said(tale.one(Post.HANDLER, tale.row.unit_code)))
    yield SHORTLY
    _file(tale, by=stand_in, later=True)
    yield SHORTLY
    yield from _to_review(tale)
    cases.pass_from_desk(tale.case, **tale.said(dispatcher))
    yield SHORTLY
    cases.close_case(tale.case, closing_confirmed=True, **tale.said(stand_in))
    yield until_at + timedelta(hours=3)
    words = "夜间一人复核并结案，处置得当（示例）。"
    people.review_night_duty(
        night,
        outcome=ReviewOutcome.PROPER,
        words=words,
        seen=people_queries.night_duty_of(night).version,
        by=tale.one(Post.LEADER),
        at=tale.at,
    )


def _to_a_unit(tale: Tale) -> Steps:
    """The main line from a report to the unit that has to answer: looked at, accepted, filed, dispatched by rule."""
    yield SHORTLY
    acceptor = tale.one(Post.ACCEPTOR)
    if tale.row.needs_verification:
        visit = visits.order_verification(tale.case, **tale.said(acceptor)).uid
        yield timedelta(minutes=15)
        by = tale.one(Post.COLLECTOR)
        photos, seen = [tale.photo(by, tidy=False)], visit_queries.visit(visit).version
        visits.report_verification(visit, confirmed=True, photos=photos, seen=seen, by=by, at=tale.at)
    else:
        cases.accept_case(tale.case, **tale.said(acceptor))
    yield SHORTLY
    _file(tale, by=tale.one(Post.SHIFT_LEADER))
    yield SHORTLY
    dispatch.dispatch_by_rule(tale.case, **tale.said(tale.one(Post.DISPATCHER)))
    yield SHORTLY


def _acknowledged(tale: Tale) -> Steps:
    """The unit's desk takes the case."""
    cases.acknowledge_case(tale.case, **tale.said(tale.desk()))
    yield SHORTLY


def _to_the_end(tale: Tale) -> Steps:
    """The main line from the unit to the closing: handled, confirmed, looked at, closed."""
    yield SHORTLY
    if tale.row.state is CaseState.DISPATCHED:
        yield from _acknowledged(tale)
        yield A_WHILE
    yield from _to_review(tale)
    dispatcher = tale.one(Post.DISPATCHER)
    if tale.row.needs_visit:
        visit = visits.order_check(tale.case, **tale.said(dispatcher))
        yield visit.not_before + SHORTLY
        by = tale.one(Post.CHECKER)
        photos, seen = [tale.photo(by, tidy=True)], visit_queries.visit(visit.uid).version
        visits.report_check(visit.uid, passed=True, photos=photos, seen=seen, by=by, at=tale.at)
    else:
        cases.pass_from_desk(tale.case, **tale.said(dispatcher))
    yield SHORTLY
    cases.close_case(tale.case, closing_confirmed=True, **tale.said(tale.one(Post.SHIFT_LEADER)))
    yield SHORTLY


def _to_review(tale: Tale) -> Steps:
    """The unit shows its result, and its desk confirms it."""
    handler = tale.one(Post.HANDLER, tale.row.unit_code)
    photos = [tale.photo(handler, tidy=True)]
    cases.submit_result(tale.case, after_photos=photos, words="已处置（示例）。", **tale.said(handler))
    yield SHORTLY
    cases.confirm_result(tale.case, **tale.said(tale.desk()))
    yield SHORTLY


def _answered(tale: Tale) -> Steps:
    """The reporter is called where there is a number, the answer written, approved by another, and sent."""
    yield SHORTLY
    acceptor, leader = tale.one(Post.ACCEPTOR), tale.one(Post.SHIFT_LEADER)
    way = ReplyWay.NEIGHBOUR if sheet_queries.sheets_of(tale.report) else ReplyWay.PHONE
    if not intake_queries.report(tale.report).is_anonymous:
        outcome = ContactOutcome.REACHED
        said = tale.said_of_report(acceptor)
        intake.record_contact(tale.report, way=ReplyWay.PHONE, outcome=outcome, **said)
        yield SHORTLY
    words = "您好，您反映的事项已办理并答复（示例答复）。"
    intake.draft_reply(tale.report, words=words, **tale.said_of_report(acceptor))
    yield SHORTLY
    intake.approve_reply(tale.report, **tale.said_of_report(leader))
    yield SHORTLY
    intake.send_reply(tale.report, way=way, **tale.said_of_report(acceptor))
    yield SHORTLY


def _file(tale: Tale, *, by: Actor, later: bool = False) -> None:
    """The shift leader files under a condition, if there is one under one whose result photographs show."""
    row, on = tale.row, local_date(tale.at, tale.story.city.zone)
    found = norms.filing_conditions(row.class_key, on=on, area_class=row.area_class)
    chosen = next((one for one in found if one.checking_mode is not CheckingMode.VISIT), found[0])
    file = cases.file_later if later else cases.file_case
    file(tale.case, condition_code=chosen.code, **tale.said(by))


def _classify(tale: Tale, code: str, *, by: Actor) -> None:
    """The acceptor chooses the class of what a neighbour sent in words alone."""
    cases.classify_case(tale.case, class_key=tale.story.class_of(code) or "", **tale.said(by))


def _acknowledge_sheet(tale: Tale, *, by: Actor) -> None:
    (known,) = sheet_queries.sheets_of(tale.report)
    intake.acknowledge_sheet(known.uid, seen=known.version, by=by, at=tale.at)


def _stand_in(tale: Tale, member: Actor, *, away: Actor, until_at: datetime) -> Actor:
    """Let a member act in the post of another for a time; return them as they then act."""
    held = people_queries.appointments(at=tale.at, post=away.post, unit=away.unit)
    instead_of = next(one for one in held if str(one.member) == away.id)
    people.substitute(
        instead_of.uid,
        by_member=UUID(member.id),
        from_at=tale.at,
        until_at=until_at,
        grounds="夜间替岗（示例）。",
        seen=people_queries.member_version(UUID(member.id)),
        by=tale.one(Post.SECURITY_ADMINISTRATOR),
        at=tale.at,
    )
    return people_queries.substitutions(at=tale.at, member=UUID(member.id), post=away.post)[0].actor()


_MORNING, _EVENING = time(9, 20), time(21, 40)
_OVER: tuple[tuple[Callable[[Tale], Steps], int, time], ...] = (
    (returned_to_another_unit, 12, _MORNING),
    (arbitrated, 15, _MORNING),
    (extended, 10, _MORNING),
    (held, 9, _MORNING),
    (merged, 8, _MORNING),
    (specially_closed, 13, _MORNING),
    (reopened, 11, _MORNING),
    (handled_by_the_finder, 6, _MORNING),
    (urgent_from_the_police, 5, _EVENING),
    (assisted, 7, _MORNING),
    (instructed, 6, _MORNING),
    (appealed, 16, _MORNING),
    (answered_step_by_step, 4, _MORNING),
    (sheet_from_the_hotline, 9, _MORNING),
    (on_night_duty, 4, _EVENING),
)
"""What is over by now: how many days ago it began, and at what time of the city's day."""
_UNDER_WAY: tuple[tuple[Callable[[Tale], Steps], timedelta], ...] = (
    (returned_to_another_unit, timedelta(minutes=27)),
    (arbitrated, timedelta(minutes=39)),
    (extended, timedelta(minutes=33)),
    (held, A_DAY),
    (specially_closed, timedelta(minutes=40)),
    (urgent_from_the_police, timedelta(minutes=30)),
    (reopened, timedelta(minutes=166)),
    (answered_step_by_step, timedelta(minutes=65)),
)
"""What is still open: how long before now it began."""


def plan_turns(story: Story) -> None:
    """Plan every turn once, and those that leave something to do once more shortly before now."""
    today = local_date(story.now, story.city.zone)
    for steps, days_ago, clock in _OVER:
        began_at = datetime.combine(today - days_ago * A_DAY, clock, tzinfo=story.city.zone)
        _plan(story, f"turn-{steps.__name__}", steps, began_at)
    for steps, ago in _UNDER_WAY:
        _plan(story, f"open-{steps.__name__}", steps, story.now - ago)


def _plan(story: Story, name: str, steps: Callable[[Tale], Steps], began_at: datetime) -> None:
    tale = Tale(name, story, at=began_at)
    told = steps(tale)

    def tell_on(at: datetime) -> None:
        tale.at = at
        following = next(told, None)
        if following is not None:
            story.time.plan(at + following if isinstance(following, timedelta) else max(at, following), tell_on)

    story.time.plan(began_at, tell_on)
