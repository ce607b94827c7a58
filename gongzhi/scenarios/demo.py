"""The demo's story: three weeks of an invented city, from report to closing, in virtual time.

Everything is invented: words, people, places within real districts. Some units are slow, some results fail their
check, some reports are no cases, and what happened shortly before now is still open. Beside this crowd every turn that
a case can take is played once (`demo_turns`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from gongzhi.audit.operations import recording_as
from gongzhi.audit.states import Origin
from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.dispatch import operations as dispatch
from gongzhi.intake import operations as intake
from gongzhi.intake import queries as intake_queries
from gongzhi.intake import sheet_delivery
from gongzhi.intake.queries import ReportRow
from gongzhi.intake.rules import Contact, Draft, GivenPlace
from gongzhi.intake.states import Channel, ContactOutcome, ReplyWay, ReportKind, ReportState
from gongzhi.kernel.actor import ANONYMOUS_REPORTER, Actor
from gongzhi.kernel.clock import local_date, utc_text
from gongzhi.kernel.geo import Point
from gongzhi.kernel.refusals import Refusal
from gongzhi.norms import queries as norms
from gongzhi.norms.rules import next_opening
from gongzhi.parameters.queries import city_or_none
from gongzhi.people.states import Post
from gongzhi.places import queries as places
from gongzhi.places.states import PlaceState
from gongzhi.scenarios.demo_turns import plan_turns
from gongzhi.scenarios.invented import ADDRESSES, CHANNELS, QUESTIONS, THANKS, THEMES
from gongzhi.scenarios.story import Story, begin
from gongzhi.visits import operations as visits
from gongzhi.visits import queries as visit_queries


class NoDemoCity(Refusal):
    """The home holds a city that is no demo."""

    code = "no-demo-city"


class StoryBrokenOff(Refusal):
    """An earlier run of the demo was broken off in the middle of its story."""

    code = "story-broken-off"


BEFORE = timedelta(days=1)

Progress = Callable[[int], None]


def play(*, now: datetime, reports: int = 160, progress: Progress = lambda done: None) -> int:
    """Play the story up to now; return how many reports its crowd has. A home whose story was played keeps it.

    Args:
        now: the instant up to which the story goes.
        reports: how many reports are invented, besides those with which the turns begin.
        progress: called with the number of reports received so far.

    Raises: NoDemoCity; StoryBrokenOff when an earlier run did not come to its end.
    """
    require_demo_home()
    played = _story_file()
    if played.exists():
        return int(json.loads(played.read_text(encoding="utf-8"))["reports"])
    if intake_queries.counts_by_kind():
        raise StoryBrokenOff(home=str(played.parent))
    story = begin(now=now, reports=reports)
    with recording_as(Origin.SEED):
        _plan_reports(story, progress)
        plan_turns(story)
        story.time.run(until=now)
        sheet_delivery.tick(now)
    played.write_text(json.dumps({"reports": reports, "until": utc_text(now)}), encoding="utf-8")
    return reports


def require_demo_home() -> None:
    """Refuse a home that holds a city and no demo; one that holds none yet can become one.

    Raises: NoDemoCity.
    """
    here = city_or_none()
    if here is not None and not here.is_demo:
        raise NoDemoCity(city=here.key)


def _story_file() -> Path:
    home: Path = settings.GONGZHI_HOME
    return home / "demo_story.json"


def _plan_reports(story: Story, progress: Progress) -> None:
    span = story.now - story.start
    for number in range(story.reports):
        at = story.start + span * ((number + story.chance.random()) / story.reports)
        story.time.plan(at, _receiving(story, number, progress))


def _receiving(story: Story, number: int, progress: Progress) -> Callable[[datetime], None]:
    def receive(at: datetime) -> None:
        draft, by = _draft(story)
        receipt = intake.receive_report(draft, source="demo", key=f"demo-{number}", by=by, at=at)
        progress(number + 1)
        if receipt.case is None:
            story.time.plan(story.after(at, least_min=60, most_min=2000), _answering(story, receipt.report))
        else:
            story.time.plan(story.after(at, least_min=2, most_min=16), _accepting(story, receipt.case))

    return receive


def _draft(story: Story) -> tuple[Draft, Actor]:
    roll = story.chance.random()
    if roll < 0.08:
        kind = ReportKind.CONSULT
        return Draft(kind, Channel.PHONE, story.chance.choice(QUESTIONS), contact=story.contact()), story.one(
            Post.ACCEPTOR
        )
    if roll < 0.11:
        return Draft(ReportKind.THANKS, Channel.PORTAL, story.chance.choice(THANKS)), ANONYMOUS_REPORTER
    theme = story.chance.choices(THEMES, weights=[one.weight for one in THEMES])[0]
    channel = story.chance.choice(CHANNELS)
    place = story.place() if story.chance.random() > 0.07 else GivenPlace(address=story.chance.choice(ADDRESSES))
    draft = Draft(
        kind=story.chance.choice((ReportKind.COMPLAINT, ReportKind.REPORT, ReportKind.HELP)),
        channel=channel,
        text=story.chance.choice(theme.words),
        place=place,
        contact=story.contact() if story.chance.random() < 0.4 else Contact(),
        class_key=story.class_of(theme.code),
        reply_wanted=None,
    )
    if channel is Channel.PATROL:
        return draft, story.one(Post.COLLECTOR)
    if channel in {Channel.PHONE, Channel.HOTLINE_SHEET}:
        return draft, story.one(Post.ACCEPTOR)
    return draft, ANONYMOUS_REPORTER


def _answering(story: Story, report: UUID) -> Callable[[datetime], None]:
    def answer(at: datetime) -> None:
        row = intake_queries.report(report)
        if row.state is not ReportState.ANSWERED and row.reply_owed:
            _answer(story, row, at=at)

    return answer


def _answer(story: Story, row: ReportRow, *, at: datetime) -> None:
    """Answer a question at once; about a matter that was handled, call first and let the shift leader approve."""
    words = "您好，已为您查询并答复（示例答复）。如需帮助请再联系我们。"
    acceptor = story.one(Post.ACCEPTOR)
    if not row.kind.needs_action:
        intake.answer_report(row.uid, words=words, seen=row.version, by=acceptor, at=at)
        return
    way, reached = ReplyWay.PHONE, ContactOutcome.REACHED
    row = intake.record_contact(row.uid, way=way, outcome=reached, seen=row.version, by=acceptor, at=at)
    row = intake.draft_reply(row.uid, words=words, seen=row.version, by=acceptor, at=at)
    row = intake.approve_reply(row.uid, seen=row.version, by=story.one(Post.SHIFT_LEADER), at=at)
    intake.send_reply(row.uid, way=way, seen=row.version, by=acceptor, at=at)


def _accepting(story: Story, case: UUID) -> Callable[[datetime], None]:
    def accept(at: datetime) -> None:
        row = case_queries.case(case)
        acceptor = story.one(Post.ACCEPTOR)
        if row.place_state != PlaceState.LOCATED:
            if story.chance.random() < 0.5:
                return  # nobody has found the place yet: it stays in the queue
            found = story.place()
            point = Point.from_degrees(found.lon or 0, found.lat or 0)
            located = places.locate(point, on=local_date(at, story.city.zone))
            place = cases.Place(
                located.state, point, located.division or "", located.path or "", located.area_class.value
            )
            row = cases.locate_case(case, place=place, seen=row.version, by=acceptor, at=at)
        if story.chance.random() < 0.04:
            grounds = "不属于城市管理职责范围，已告知反映人向主管部门反映（示例）。"
            cases.not_accept_case(case, grounds=grounds, seen=row.version, by=acceptor, at=at)
            return
        if row.needs_verification:
            ordered = visits.order_verification(case, seen=row.version, by=acceptor, at=at)
            story.time.plan(story.after(at, least_min=8, most_min=40), _verifying(story, ordered.uid))
        else:
            cases.accept_case(case, seen=row.version, by=acceptor, at=at)
            story.time.plan(story.after(at, least_min=2, most_min=30), _filing(story, case))

    return accept


def _verifying(story: Story, visit: UUID) -> Callable[[datetime], None]:
    def verify(at: datetime) -> None:
        row = visit_queries.visit(visit)
        by = story.one(Post.COLLECTOR)
        confirmed = story.chance.random() > 0.06
        photos = [story.photo(by, at, tidy=not confirmed)]
        visits.report_verification(visit, confirmed=confirmed, photos=photos, seen=row.version, by=by, at=at)
        if confirmed:
            story.time.plan(story.after(at, least_min=2, most_min=30), _filing(story, row.case))
        else:
            story.time.plan(story.after(at, least_min=2, most_min=10), _declining(story, row.case))

    return verify


def _declining(story: Story, case: UUID) -> Callable[[datetime], None]:
    def decline(at: datetime) -> None:
        row = case_queries.case(case)
        grounds = "现场核实未发现所述问题（示例）。"
        cases.not_accept_case(case, grounds=grounds, seen=row.version, by=story.one(Post.ACCEPTOR), at=at)

    return decline


def _filing(story: Story, case: UUID) -> Callable[[datetime], None]:
    def file(at: datetime) -> None:
        row = case_queries.case(case)
        on: date = local_date(at, story.city.zone)
        condition = story.chance.choice(norms.filing_conditions(row.class_key, on=on, area_class=row.area_class))
        leader = story.one(Post.SHIFT_LEADER)
        cases.file_case(case, condition_code=condition.code, seen=row.version, by=leader, at=at)
        story.time.plan(story.after(at, least_min=2, most_min=18), _dispatching(story, case))

    return file


def _dispatching(story: Story, case: UUID) -> Callable[[datetime], None]:
    def send(at: datetime) -> None:
        row = case_queries.case(case)
        sent = dispatch.dispatch_by_rule(case, seen=row.version, by=story.one(Post.DISPATCHER), at=at)
        desk = story.one(Post.DEPARTMENT_DESK, sent.unit_code)
        story.time.plan(story.after(at, least_min=5, most_min=70), _acknowledging(story, case, desk))

    return send


def _acknowledging(story: Story, case: UUID, desk: Actor) -> Callable[[datetime], None]:
    def acknowledge(at: datetime) -> None:
        row = cases.acknowledge_case(case, seen=case_queries.case(case).version, by=desk, at=at)
        story.time.plan(_when_solved(story, at, row.due_at), _handling(story, case, desk))

    return acknowledge


def _when_solved(story: Story, at: datetime, due_at: datetime | None) -> datetime:
    """Return when a unit gets it done: mostly before the limit, sometimes after."""
    left = (due_at or at) - at
    share = story.chance.uniform(1.05, 1.6) if story.chance.random() < 0.13 else story.chance.uniform(0.2, 0.9)
    return at + max(left * share, timedelta(minutes=10))


def _handling(story: Story, case: UUID, desk: Actor) -> Callable[[datetime], None]:
    def handle(at: datetime) -> None:
        row = case_queries.case(case)
        handler = story.one(Post.HANDLER, row.unit_code)
        photos = [story.photo(handler, at, tidy=True)]
        cases.submit_result(case, after_photos=photos, seen=row.version, by=handler, at=at, words="已处置（示例）")
        story.time.plan(story.after(at, least_min=3, most_min=25), _confirming(story, case, desk))

    return handle


def _confirming(story: Story, case: UUID, desk: Actor) -> Callable[[datetime], None]:
    def confirm(at: datetime) -> None:
        cases.confirm_result(case, seen=case_queries.case(case).version, by=desk, at=at)
        story.time.plan(story.after(at, least_min=4, most_min=40), _reviewing(story, case, desk))

    return confirm


def _reviewing(story: Story, case: UUID, desk: Actor) -> Callable[[datetime], None]:
    def review(at: datetime) -> None:
        row = case_queries.case(case)
        dispatcher = story.one(Post.DISPATCHER)
        if not row.needs_visit:
            cases.pass_from_desk(case, seen=row.version, by=dispatcher, at=at)
            story.time.plan(story.after(at, least_min=3, most_min=40), _closing(story, case))
            return
        ordered = visits.order_check(case, seen=row.version, by=dispatcher, at=at)
        story.time.plan(story.after(ordered.not_before, least_min=5, most_min=35), _checking(story, ordered.uid, desk))

    return review


def _checking(story: Story, visit: UUID, desk: Actor) -> Callable[[datetime], None]:
    def check(at: datetime) -> None:
        row = visit_queries.visit(visit)
        opens_at = _checking_opens_at(story, row.case, at)
        if opens_at > at:  # the hours ended on the way there
            story.time.plan(story.after(opens_at, least_min=5, most_min=35), _checking(story, visit, desk))
            return
        checker = story.one(Post.CHECKER)
        again = case_queries.case(row.case).rework_count
        passed = story.chance.random() > (0.12 if again == 0 else 0.03)
        photos = [story.photo(checker, at, tidy=passed)]
        words = "" if passed else "现场仍有堆物，未清理干净（示例）。"
        visits.report_check(visit, passed=passed, photos=photos, words=words, seen=row.version, by=checker, at=at)
        if passed:
            story.time.plan(story.after(at, least_min=3, most_min=40), _closing(story, row.case))
        else:
            story.time.plan(story.after(at, least_min=60, most_min=600), _handling(story, row.case, desk))

    return check


def _checking_opens_at(story: Story, case: UUID, at: datetime) -> datetime:
    """Return the first instant from now on at which the case's kind of matter can be checked."""
    row = case_queries.case(case)
    filed_on = local_date(row.filed_at or at, story.city.zone)
    window = norms.filing_condition(row.condition_code, on=filed_on).window
    return next_opening(window, at=at, zone=story.city.zone)


def _closing(story: Story, case: UUID) -> Callable[[datetime], None]:
    def close(at: datetime) -> None:
        row = case_queries.case(case)
        leader = story.one(Post.SHIFT_LEADER)
        cases.close_case(case, closing_confirmed=True, seen=row.version, by=leader, at=at)
        for report in intake_queries.reports_of(case):
            if report.reply_owed and report.state is ReportState.RECEIVED:
                story.time.plan(story.after(at, least_min=20, most_min=300), _answering(story, report.uid))

    return close
