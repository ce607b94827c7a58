"""Receiving: whatever door it comes by, nothing is lost and nobody is refused for a place."""

from datetime import timedelta

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.calendars import queries as calendars
from gongzhi.calendars.queries import CalendarUnknown, DaysNotEntered
from gongzhi.calendars.rules import CalendarTooShort
from gongzhi.cases import queries as cases
from gongzhi.cases.states import CaseSource, CaseState
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.operations import RepeatedKeyOtherContent
from gongzhi.intake.rules import (
    ChannelNotOpen,
    Contact,
    CoordinatesSwapped,
    Draft,
    GivenPlace,
    HalfAPoint,
    NothingSaid,
    ReceivedInFuture,
    SourceKeyUnusable,
    TextTooLong,
    TextUnreadable,
    masked_name,
    masked_phone,
)
from gongzhi.intake.states import Channel, ReportKind, ReportState
from gongzhi.kernel.actor import ANONYMOUS_REPORTER, TIMER, Actor, ActorKind
from gongzhi.kernel.geo import Crs, ImpossiblePoint
from gongzhi.kernel.refusals import NotFound
from gongzhi.norms.operations import ClassUnknown
from gongzhi.people.operations import NotPermitted
from gongzhi.people.states import Post
from gongzhi.places.states import PlaceState
from gongzhi.scenarios.founding import IMPORTER
from gongzhi.testing import moves
from gongzhi.testing.database import everything_stored
from gongzhi.testing.moves import MONDAY_9AM, local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

WANT_ACTION = {ReportKind.HELP, ReportKind.COMPLAINT, ReportKind.REPORT}


def receive(text="路面坑槽", *, key="k1", by=ANONYMOUS_REPORTER, at=MONDAY_9AM, received_at=None, **said):
    draft = Draft(**({"kind": ReportKind.COMPLAINT, "channel": Channel.PORTAL, "text": text} | said))
    return intake.receive_report(draft, source="portal", key=key, by=by, at=at, received_at=received_at)


@pytest.mark.parametrize("kind", ReportKind)
def test_every_kind_comes_in_by_every_channel(kind, monday_9am):
    for number, channel in enumerate(Channel, start=1):
        receipt = receive(kind=kind, channel=channel, key=channel.value, by=moves.reporter_by(channel))
        report = queries.report(receipt.report)
        assert (report.kind, report.channel, report.state) == (kind, channel, ReportState.RECEIVED)
        assert (report.number, report.received_at) == (f"R2026-{number:07d}", monday_9am)
        assert (receipt.case is not None) == (kind in WANT_ACTION)
        assert [one.uid for one in queries.cases_of(report.uid)] == ([receipt.case] if receipt.case else [])


def test_the_case_names_its_source():
    wanted = dict.fromkeys(Channel, CaseSource.INTERNET) | {
        Channel.PHONE: CaseSource.HOTLINE,
        Channel.HOTLINE_SHEET: CaseSource.HOTLINE,
        Channel.POLICE_110: CaseSource.TRANSFER,
        Channel.LETTER: CaseSource.LETTERS,
        Channel.MEDIA: CaseSource.MEDIA,
        Channel.PATROL: CaseSource.COLLECTOR,
        Channel.LEADER: CaseSource.LEADER,
        Channel.VIDEO: CaseSource.VIDEO,
        Channel.SENSOR: CaseSource.AI,
    }
    for channel, source in wanted.items():
        case = cases.case(receive(channel=channel, key=channel.value, by=moves.reporter_by(channel)).case)
        assert (case.state, case.source) == (CaseState.REPORTED, source)
        assert case.needs_verification == (source is not CaseSource.COLLECTOR)


# --- who may report by which channel --------------------------------------------------------------------------------

CITIZENS = {Channel.PORTAL, Channel.CHAT, Channel.OPEN311, Channel.API}
DEVICES = {Channel.VIDEO, Channel.SENSOR}
OPEN_TO = {
    Post.COLLECTOR: {Channel.PATROL, *DEVICES},
    Post.ACCEPTOR: set(Channel) - {Channel.PATROL, *DEVICES},
    Post.HANDLER: set(),
}


@pytest.mark.parametrize("channel", Channel)
def test_a_citizen_reports_by_the_channels_of_citizens_only(channel):
    if channel in CITIZENS:
        assert receive(channel=channel).case
    else:
        with pytest.raises(ChannelNotOpen):
            receive(channel=channel)
        assert queries.page() == []


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("post", OPEN_TO)
def test_a_member_reports_by_the_channels_of_the_post(post, channel):
    by = moves.member(post)
    if channel in OPEN_TO[post]:
        assert receive(channel=channel, by=by).case
    else:
        with pytest.raises(NotPermitted):
            receive(channel=channel, by=by)
        assert queries.page() == []


@pytest.mark.parametrize("channel", Channel)
def test_a_machine_reports_what_devices_show_an_importer_everything_and_a_timer_nothing(channel):
    machine = Actor(id="sensors", kind=ActorKind.MACHINE, post=Post.MACHINE)
    assert receive(channel=channel, by=IMPORTER, key="import").case
    with pytest.raises(NotPermitted):
        receive(channel=channel, by=TIMER, key="timer")
    if channel in DEVICES:
        assert receive(channel=channel, by=machine, key="machine").case
    else:
        with pytest.raises(NotPermitted):
            receive(channel=channel, by=machine, key="machine")


# --- the same report twice ------------------------------------------------------------------------------------------


def test_the_same_key_with_the_same_content_gets_the_same_receipt():
    first = receive()
    again = receive(at=MONDAY_9AM + timedelta(hours=3))
    assert (again.number, again.query_code, again.case) == (first.number, first.query_code, first.case)
    assert (first.repeated, again.repeated) == (False, True)
    assert len(queries.page()) == 1


def test_the_same_key_with_other_content_is_refused():
    receive()
    with pytest.raises(RepeatedKeyOtherContent) as refused:
        receive("另一处坑槽")
    assert refused.value.facts == {"source": "portal", "key": "k1"}, "what came of the first is told to nobody else"
    assert len(queries.page()) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": ReportKind.HELP},
        {"channel": Channel.CHAT},
        {"topic": "道路"},
        {"place": GivenPlace(118.1, 24.5)},
        {"place": GivenPlace(address="中山路")},
        {"contact": Contact(name="陈")},
        {"class_key": moves.STREET_VENDOR},
        {"reply_wanted": True},
        {"received_at": MONDAY_9AM - timedelta(days=1)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_every_part_of_a_report_is_its_content(changed):
    receive()
    with pytest.raises(RepeatedKeyOtherContent):
        receive(**changed)


def test_the_same_key_from_another_source_is_another_report():
    receive()
    draft = Draft(ReportKind.COMPLAINT, Channel.PORTAL, "路面坑槽")
    other = intake.receive_report(draft, source="file", key="k1", by=ANONYMOUS_REPORTER, at=MONDAY_9AM)
    assert not other.repeated
    assert len(queries.page()) == 2


def test_what_was_received_stays_received_when_its_class_has_ended_since():
    first = receive(class_key=moves.STREET_VENDOR)
    assert receive(class_key=moves.STREET_VENDOR).report == first.report


@pytest.mark.parametrize("key", ["", "  ", "k" * 201, "k\0", "\ud800"])
def test_a_key_that_names_nothing_is_refused(key):
    with pytest.raises(SourceKeyUnusable):
        receive(key=key)


# --- the reporter ---------------------------------------------------------------------------------------------------

NAME, PHONE, WORDS = "陈小明", "13800001234", "邻居把阳台改成了厨房"


def is_stored(text):
    return any(
        text.encode() in value if isinstance(value, bytes) else text in str(value) for value in everything_stored()
    )


def test_contact_words_and_address_lie_encrypted():
    receipt = receive(WORDS, contact=Contact(NAME, PHONE), place=GivenPlace(118.09, 24.46, address="禾祥西路 12 号"))
    assert is_stored("R2026-0000001"), "the search finds what lies open"
    for secret in (NAME, PHONE, WORDS, "禾祥西路"):
        assert not is_stored(secret), secret
    row = queries.report(receipt.report)
    assert not row.is_anonymous
    assert queries.masked_contacts_of([row]) == {row.uid: Contact("陈**", "138****1234")}
    assert queries.words_of([row])[row.uid] == {"text": WORDS, "address": "禾祥西路 12 号"}


def test_exact_coordinates_enter_no_entry():
    receipt = receive(place=GivenPlace(118.0912345, 24.4654321))
    told = str(entries_of(queries.report(receipt.report).stream)) + str(entries_of(f"case:{receipt.case}"))
    assert "1180912345" not in told
    assert "244654321" not in told


def test_whoever_leaves_no_contact_is_anonymous():
    row = queries.report(receive().report)
    assert row.is_anonymous
    assert queries.masked_contacts_of([row]) == {}
    assert not row.reply_owed


def test_number_and_query_code_open_the_progress_and_nothing_else_does():
    receipt = receive(contact=Contact(NAME, PHONE))
    typed = receipt.number.lower().replace("-", "－")
    assert queries.follow(f" {typed} ", code=receipt.query_code).number == receipt.number
    followed = queries.follow(receipt.number, code=f" {receipt.query_code.lower()} ")
    assert (followed.number, followed.answer) == (receipt.number, None)
    assert [one.uid for one in followed.cases] == [receipt.case]
    for number, code in ((receipt.number, "22222222"), (receipt.number, "密码"), ("R2026-0000099", receipt.query_code)):
        with pytest.raises(NotFound):
            queries.follow(number, code=code)


def test_a_reporter_learns_why_the_case_was_not_accepted_and_no_other_words():
    receipt = receive()
    moves.refuse(moves.case_of(receipt), grounds="现场未发现")
    other = receive(key="k2")
    moves.void(moves.case_of(other), grounds="内部说明")
    assert queries.follow(receipt.number, code=receipt.query_code).not_accepted_because == {receipt.case: "现场未发现"}
    assert queries.follow(other.number, code=other.query_code).not_accepted_because == {}


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13800001234", "138****1234"), ("5123456", "5****56"), ("110", "***"), ("", "")],
)
def test_of_a_short_number_at_least_half_is_hidden(phone, shown):
    assert masked_phone(phone) == shown


@pytest.mark.parametrize(("name", "shown"), [("陈小明", "陈**"), ("陈", "*"), ("", "")])
def test_a_name_of_one_character_is_hidden_altogether(name, shown):
    assert masked_name(name) == shown


# --- the place ------------------------------------------------------------------------------------------------------

SWAPPED = GivenPlace(24.46, 118.09)
IMPOSSIBLE = GivenPlace(118.09, 124.46)


@pytest.mark.parametrize(
    ("place", "state"),
    [
        (GivenPlace(118.09, 24.46), PlaceState.LOCATED),
        (GivenPlace(118.30, 24.20), PlaceState.OUTSIDE),  # in the sea
        (GivenPlace(116.40, 39.90), PlaceState.OUTSIDE),  # in Beijing
        (SWAPPED, PlaceState.IMPOSSIBLE),
        (IMPOSSIBLE, PlaceState.IMPOSSIBLE),
        (GivenPlace(float("nan"), float("inf")), PlaceState.IMPOSSIBLE),
        (GivenPlace(address="轮渡码头旁"), PlaceState.IN_WORDS),
        (GivenPlace(0, 0, address="轮渡码头旁"), PlaceState.IN_WORDS),
        (GivenPlace(), PlaceState.UNKNOWN),
        (GivenPlace(0, 0), PlaceState.UNKNOWN),
    ],
)
def test_a_citizen_is_never_refused_for_a_place(place, state):
    receipt = receive(place=place)
    assert receipt.place_state is state
    case = cases.case(receipt.case)
    assert (case.point is not None) == (state in (PlaceState.LOCATED, PlaceState.OUTSIDE))
    assert cases.needs_location_count() == (0 if state is PlaceState.LOCATED else 1)


def test_what_a_citizen_gave_as_a_place_is_kept_as_it_came():
    from gongzhi.audit.queries import held_values

    stream = queries.report(receive(place=SWAPPED).report).stream
    assert held_values([stream], names=["raw_place"])[stream] == {"raw_place": "24.46,118.09 (wgs84)"}


def test_staff_are_told_at_once_that_a_place_cannot_be(acceptor):
    with pytest.raises(CoordinatesSwapped):
        receive(place=SWAPPED, by=acceptor)
    with pytest.raises(ImpossiblePoint):
        receive(place=IMPOSSIBLE, by=acceptor)
    assert queries.page() == []
    assert not receive(by=acceptor).repeated, "a refused report leaves its key free"


def test_a_located_report_knows_its_division():
    row = queries.report(receive(place=GivenPlace(118.09, 24.46)).report)
    assert row.area.split("/")[:2] == ["350200", "350203"]
    assert row.division == row.area.split("/")[-1]


def test_half_a_point_is_refused():
    with pytest.raises(HalfAPoint):
        receive(place=GivenPlace(lon=118.09))


def test_coordinates_of_a_map_service_are_set_right():
    exact = queries.report(receive(place=GivenPlace(118.09, 24.46)).report).point
    shifted = GivenPlace(118.0948, 24.4573, crs=Crs.GCJ02)
    moved = queries.report(receive(place=shifted, key="k2").report).point
    assert abs(moved.lon_e7 - exact.lon_e7) < 3_000
    assert abs(moved.lat_e7 - exact.lat_e7) < 3_000


# --- bad input ------------------------------------------------------------------------------------------------------


UNSEEN = [
    "",
    " \n\t",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\u2060",
    "\u200d\u200c",
    "\ufe0f",
    "\u0000\u0007",
    "\u3164",
    "\u00ad",
]


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_a_report_that_says_nothing_is_refused(text):
    with pytest.raises(NothingSaid):
        receive(text)
    with pytest.raises(NothingSaid):
        receive(text, topic=text)
    assert receive(text, topic="路灯").number


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_an_address_and_a_contact_that_nobody_can_see_were_not_given(text):
    row = queries.report(receive(place=GivenPlace(address=text), contact=Contact(text, text)).report)
    assert (row.place_state, row.is_anonymous, row.reply_owed) == (PlaceState.UNKNOWN, True, False)


def test_ten_megabytes_of_text_are_refused():
    with pytest.raises(TextTooLong) as refused:
        receive("脏" * 3_500_000)
    assert refused.value.facts == {"field": "text", "limit": 4000, "found": 3_500_000}
    assert queries.page() == []


def test_as_much_text_as_the_city_allows_is_taken():
    assert receive("脏" * 4000).number


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"text": "坑\ud800槽"}, "text"),
        ({"topic": "\udfff"}, "topic"),
        ({"contact": Contact(name="\ud800")}, "contact_name"),
        ({"place": GivenPlace(address="\ud800")}, "address"),
    ],
)
def test_half_a_character_is_refused(said, field):
    with pytest.raises(TextUnreadable) as refused:
        receive(**said)
    assert refused.value.facts["field"] == field


def test_rare_and_long_characters_come_back_as_they_were():
    words = "𬭎䶮\u0000👷🏽‍♀️ e\u0301"
    row = queries.report(receive(words).report)
    assert queries.words_of([row])[row.uid]["text"] == words


def test_a_report_from_the_future_is_refused_but_for_a_clock_that_runs_ahead_a_little():
    with pytest.raises(ReceivedInFuture):
        receive(received_at=MONDAY_9AM + timedelta(minutes=6))
    assert receive(received_at=MONDAY_9AM + timedelta(minutes=4)).number


def test_an_old_report_keeps_its_time():
    then = local("2026-03-02 10:00")
    receipt = receive(received_at=then)
    assert queries.report(receipt.report).received_at == then
    assert cases.case(receipt.case).reported_at == then


def test_an_unknown_class_is_refused():
    with pytest.raises(ClassUnknown):
        receive(class_key="GB/T 47678.5-2026|event|99999")
    assert queries.page() == []


# --- the duty to answer ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "received_at", "due_at"),
    [
        ({"kind": ReportKind.CONSULT}, "2026-11-23 09:00", "2026-11-25 09:00"),
        ({"kind": ReportKind.CONSULT}, "2026-11-26 16:00", "2026-11-30 16:00"),  # over the weekend
        ({"kind": ReportKind.CONSULT}, "2026-02-13 10:00", "2026-02-24 10:00"),  # over Spring Festival
        ({"contact": Contact(phone=PHONE)}, "2026-11-23 09:00", "2026-11-30 09:00"),
        ({"reply_wanted": True}, "2026-11-23 09:00", "2026-11-30 09:00"),
        ({}, "2026-11-23 09:00", None),
        ({"kind": ReportKind.CONSULT, "reply_wanted": False}, "2026-11-23 09:00", None),
    ],
)
def test_an_answer_is_due_in_working_days(said, received_at, due_at):
    at = local(received_at)
    row = queries.report(receive(at=at, **said).report)
    assert row.reply_due_at == (local(due_at) if due_at else None)
    assert row.reply_owed == (due_at is not None)


def test_what_was_received_stands_in_an_intact_record():
    receive(contact=Contact(NAME, PHONE), place=SWAPPED)
    assert verify().intact


@pytest.mark.parametrize(
    "why",
    [
        CalendarUnknown(calendar="office"),
        DaysNotEntered(calendar="office", day_table="nope"),
        CalendarTooShort(calendar="office", first_on="2026-01-01", until_on="2027-01-01", needed_at="2027-02-01"),
    ],
)
@pytest.mark.parametrize("kind", [ReportKind.CONSULT, ReportKind.COMPLAINT])
def test_no_citizen_is_refused_because_the_citys_calendars_are_not_in_order(kind, why, monkeypatch):
    def refused(*_, **__):
        raise why

    monkeypatch.setattr(calendars, "working_time", refused)
    told = queries.report(moves.report(kind=kind, contact=Contact(name="陈某", phone="13800000000")).report)
    assert told.reply_owed
    assert told.reply_due_at is None


def test_no_refusal_tells_somebody_else_how_far_a_report_is(monday_9am):
    told = moves.report()
    case = moves.case_of(told).uid
    stranger = moves.member(Post.HANDLER, moves.HULI_BUREAU)
    for attempt in (
        lambda: intake.release_report(told.report, seen=99, by=stranger, at=monday_9am),
        lambda: intake.answer_report(told.report, words="已办", seen=99, by=stranger, at=monday_9am),
        lambda: intake.link_report(told.report, case_id=case, seen=99, by=stranger, at=monday_9am),
    ):
        with pytest.raises(NotPermitted):
            attempt()
