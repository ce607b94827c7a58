"""When a message may go out, how long it may be, what an address may be: tables without a database."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from ipaddress import ip_network
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.audit.states import Origin
from gongzhi.notices import rules
from gongzhi.notices.rules import (
    AddressUnusable,
    CarrierNotForThem,
    ClearingGroundsMissing,
    Line,
    QuietHours,
    a_member,
    desk_of,
    holders_of,
)
from gongzhi.notices.states import OUTWARD, Carrier, RecipientKind, Timing, Wish

XIAMEN, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NIGHT, NOON, NEVER = QuietHours(time(22), time(7)), QuietHours(time(12), time(14, 30)), QuietHours(time(7), time(7))


def local(text: str, zone: ZoneInfo = XIAMEN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "hours", "ends"),
    [
        ("2026-11-23 21:59:59", NIGHT, None),
        ("2026-11-23 22:00", NIGHT, "2026-11-24 07:00"),
        ("2026-11-23 23:59:59", NIGHT, "2026-11-24 07:00"),
        ("2026-11-24 00:00", NIGHT, "2026-11-24 07:00"),
        ("2026-11-24 06:59:59", NIGHT, "2026-11-24 07:00"),
        ("2026-11-24 07:00", NIGHT, None),
        ("2026-12-31 23:30", NIGHT, "2027-01-01 07:00"),
        ("2026-11-23 11:59", NOON, None),
        ("2026-11-23 12:00", NOON, "2026-11-23 14:30"),
        ("2026-11-23 14:30", NOON, None),
        ("2026-11-23 07:00", NEVER, None),
        ("2026-11-23 03:00", NEVER, None),
        ("2026-11-23 03:00", QuietHours(time(0), time(6)), "2026-11-23 06:00"),
        ("2026-11-23 23:00", QuietHours(time(22), time(0)), "2026-11-24 00:00"),
        ("2026-11-24 00:00", QuietHours(time(22), time(0)), None),
    ],
)
def test_quiet_hours_end_at_the_time_that_the_citys_clocks_show(at, hours, ends):
    expected = None if ends is None else local(ends)
    assert rules.quiet_until(local(at), hours=hours, zone=XIAMEN) == expected


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2026-03-29T00:30:00+00:00", "2026-03-29T05:00:00+00:00"),  # the night that is an hour shorter
        ("2026-10-25T00:30:00+00:00", "2026-10-25T06:00:00+00:00"),  # the night that is an hour longer
    ],
)
def test_quiet_hours_follow_a_city_that_changes_its_clocks(at, ends):
    found = rules.quiet_until(datetime.fromisoformat(at), hours=NIGHT, zone=BERLIN)
    assert found == datetime.fromisoformat(ends)


@given(
    at=st.integers(0, 366 * 86_400).map(lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)),
    hours=st.builds(QuietHours, st.times(), st.times()),
    zone=st.sampled_from([XIAMEN, BERLIN]),
)
def test_after_its_end_nobody_is_in_the_same_quiet_hours_any_more(at, hours, zone):
    ends = rules.quiet_until(at, hours=hours, zone=zone)
    if ends is not None:
        assert at < ends <= at + timedelta(hours=25)
        assert rules.quiet_until(ends, hours=hours, zone=zone) is None


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-23 08:29:59", "2026-11-23 08:30"),
        ("2026-11-23 08:30", "2026-11-24 08:30"),
        ("2026-11-23 23:00", "2026-11-24 08:30"),
        ("2026-11-24 00:00", "2026-11-24 08:30"),
    ],
)
def test_what_is_gathered_goes_out_at_the_next_time_of_the_day(at, due):
    assert rules.next_digest(local(at), daily=time(8, 30), zone=XIAMEN) == local(due)


def test_attempts_are_made_later_and_later_until_a_person_must_look():
    waits = [rules.wait_after(attempts) for attempts in range(1, rules.MOST_ATTEMPTS + 1)]
    assert waits == [
        timedelta(seconds=30),
        timedelta(minutes=2),
        timedelta(minutes=10),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=6),
        None,
    ]


@pytest.mark.parametrize(
    ("line", "wish", "waits", "timing"),
    [
        (Line("member", Carrier.SMS), Wish.AS_RULED, True, Timing.IMMEDIATE),
        (Line("member", Carrier.SMS, Timing.DIGEST), Wish.AS_RULED, True, Timing.DIGEST),
        (Line("member", Carrier.SMS, Timing.DIGEST), Wish.IMMEDIATE, True, Timing.IMMEDIATE),
        (Line("member", Carrier.SMS), Wish.DIGEST, True, Timing.DIGEST),
        (Line("member", Carrier.SMS), Wish.OFF, True, None),
        (Line("member", Carrier.SMS), Wish.OFF, False, Timing.IMMEDIATE),
        (Line("member", Carrier.SMS, Timing.DIGEST), Wish.AS_RULED, False, Timing.IMMEDIATE),
        (Line("member", Carrier.INBOX), Wish.OFF, True, Timing.IMMEDIATE),
        (Line("member", Carrier.INBOX, Timing.DIGEST), Wish.AS_RULED, True, Timing.IMMEDIATE),
    ],
)
def test_a_wish_changes_what_may_wait_and_nothing_else(line, wish, waits, timing):
    assert rules.timing_for(line, wish=wish, waits=waits) is timing


@pytest.mark.parametrize(
    ("audience", "carriers"),
    [
        (holders_of("shift_leader", unit="centre"), {Carrier.SMS}),
        (holders_of("acceptor"), {Carrier.INBOX, Carrier.EMAIL}),
        (desk_of("centre"), {Carrier.WECOM}),
        (a_member(UUID(int=0)), set()),
    ],
)
def test_lines_that_name_a_post_stand_before_those_for_any_post(audience, carriers):
    lines = [
        Line("post", Carrier.INBOX),
        Line("post", Carrier.EMAIL),
        Line("post:shift_leader", Carrier.SMS),
        Line("desk", Carrier.WECOM),
    ]
    assert {line.carrier for line in rules.closest_lines(lines, audience)} == carriers


@pytest.mark.parametrize(
    ("origin", "carriers"),
    [
        (Origin.LIVE, frozenset(Carrier)),
        (Origin.SEED, {Carrier.INBOX}),
        (Origin.REPLAY, frozenset()),
        (Origin.IMPORT, frozenset()),
    ],
)
def test_only_what_happens_now_leaves_the_product(origin, carriers):
    assert rules.carriers_for(origin) == carriers


@pytest.mark.parametrize(
    ("carrier", "text", "kept"),
    [
        (Carrier.EMAIL, " li.wei@example.org ", "li.wei@example.org"),
        (Carrier.SMS, "138 0000-1234", "13800001234"),
        (Carrier.SMS, "+8613800001234", "+8613800001234"),
        (Carrier.WECOM, "LiWei_01", "LiWei_01"),
    ],
)
def test_an_address_is_kept_in_its_usual_spelling(carrier, text, kept):
    assert rules.require_address(carrier, text, whose=RecipientKind.MEMBER) == kept


@pytest.mark.parametrize(
    ("carrier", "text"),
    [
        (Carrier.EMAIL, "li.wei"),
        (Carrier.EMAIL, "li wei@example.org"),
        (Carrier.EMAIL, "a@example.org\nBcc: b@example.org"),
        (Carrier.EMAIL, "a@example.org,b@example.org"),
        (Carrier.EMAIL, "@example.org"),
        (Carrier.SMS, ""),
        (Carrier.SMS, "1380"),
        (Carrier.SMS, "电话"),
        (Carrier.SMS, "13800001234;rm"),
        (Carrier.WECOM, "@all"),
        (Carrier.WECOM, "a|b"),
        (Carrier.WECOM, "x" * 65),
    ],
)
def test_what_is_no_address_is_refused(carrier, text):
    with pytest.raises(AddressUnusable):
        rules.require_address(carrier, text, whose=RecipientKind.MEMBER)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/in",
        "https://",
        "https://user:pw@example.org/in",
        "https://example.org:0/in",
        "https://example.org:99999/in",
        "https://exa mple.org/in",
        "https://example.org/城管",
        "https://example.org/\r\nHost: x",
        "//example.org",
    ],
)
def test_a_web_address_that_could_mean_something_else_is_refused(url):
    with pytest.raises(AddressUnusable):
        rules.require_address(Carrier.WEBHOOK, url, whose=RecipientKind.UNIT)


@pytest.mark.parametrize(
    ("carrier", "whose"),
    [
        (Carrier.INBOX, RecipientKind.MEMBER),
        (Carrier.WEBHOOK, RecipientKind.MEMBER),
        (Carrier.SMS, RecipientKind.UNIT),
        (Carrier.WECOM, RecipientKind.ADDRESSEE),
    ],
)
def test_a_carrier_reaches_only_its_own_kind_of_recipient(carrier, whose):
    with pytest.raises(CarrierNotForThem):
        rules.require_address(carrier, "https://example.org", whose=whose)


@pytest.mark.parametrize(
    ("address", "tls", "open_"),
    [
        ("1.1.1.1", True, True),
        ("1.1.1.1", False, False),
        ("2606:4700:4700::1111", True, True),
        ("127.0.0.1", True, False),
        ("::1", True, False),
        ("10.1.2.3", True, False),
        ("172.16.0.1", True, False),
        ("192.168.1.1", True, False),
        ("169.254.169.254", True, False),
        ("100.64.0.1", True, False),
        ("0.0.0.0", True, False),
        ("224.0.0.1", True, False),
        ("fe80::1%eth0", True, False),
        ("fd00::1", True, False),
        ("::ffff:127.0.0.1", True, False),
        ("::ffff:1.1.1.1", True, True),
    ],
)
def test_a_webhook_cannot_be_turned_on_our_own_network(address, tls, open_):
    assert rules.may_connect(address, tls=tls) is open_


@pytest.mark.parametrize(("address", "open_"), [("10.8.0.9", True), ("::ffff:10.8.0.9", True), ("10.9.0.9", False)])
def test_an_installation_may_open_a_network_of_its_own(address, open_):
    assert rules.may_connect(address, tls=False, also=[ip_network("10.8.0.0/16")]) is open_


@given(text=st.text(max_size=400), parts=st.integers(1, 4))
def test_a_short_message_never_has_more_parts_than_are_paid_for(text, parts):
    fitted = rules.fitted_sms(text, most_parts=parts)
    assert rules.sms_parts(fitted) <= parts
    assert fitted == text or (fitted.endswith("…") and text.startswith(fitted[:-1]))


@given(text=st.text(max_size=200), most=st.integers(3, 100))
def test_a_text_cut_to_bytes_is_whole_characters(text, most):
    fitted = rules.fitted_bytes(text, most=most)
    assert len(fitted.encode()) <= most
    assert fitted == text or text.startswith(fitted[:-1])


@given(text=st.text())
def test_a_subject_is_one_line(text):
    subject = rules.one_line(text)
    assert len(subject.splitlines()) <= 1
    assert len(subject) <= rules.SUBJECT_CHARACTERS


def test_a_fact_that_cannot_be_shown_is_a_bug():
    with pytest.raises(TypeError):
        rules.spelled({"area": 1.5}, zone=XIAMEN)


@pytest.mark.parametrize("grounds", ["", "  \n", "\u200b\ufeff \u2060"])
def test_clearing_needs_grounds(grounds):
    with pytest.raises(ClearingGroundsMissing):
        rules.require_grounds(grounds)


def test_every_outward_carrier_reaches_somebody():
    assert frozenset().union(*rules.CARRIERS_OF.values()) == frozenset(Carrier)
    assert frozenset(Carrier) - OUTWARD == {Carrier.INBOX}
