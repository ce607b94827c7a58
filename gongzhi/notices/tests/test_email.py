"""Mail through a relay that takes it, refuses it, breaks off, or is not to be believed."""

from __future__ import annotations

import email
import time
from datetime import UTC, datetime
from email import policy

import pytest

from gongzhi.kernel.refusals import Misconfigured, Outage
from gongzhi.notices.carriers import News, Parcel
from gongzhi.notices.carriers.email import Email
from gongzhi.notices.tests.servers import closed_port, mail_server, raw_server

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FROM = "gongzhi@city.example"
PARCEL = Parcel(
    "01970000-0000-7000-8000-000000000001",
    "acceptor@example.org",
    "案件 思明-1 已派遣\r\nBcc: everybody@example.org",
    "限 17:00 前办结。\n.\n完",
    (News("case.dispatched", "case:1", {}, AT, "题", "文"),),
)


def carrier(port: int, *, scheme: str = "smtp+plain", login: str = "", wait_s: float = 5) -> Email:
    return Email(f"{scheme}://{login}localhost:{port}", from_=FROM, wait_s=wait_s)


def failed(port: int, **how) -> Outage:
    with pytest.raises(Outage) as caught:
        carrier(port, **how).send(PARCEL, at=AT)
    return caught.value


def test_a_letter_arrives_as_it_was_written():
    with mail_server() as relay:
        reference = carrier(relay.port).send(PARCEL, at=AT)
        ((from_, to, written),) = relay.letters
    assert (from_.split(" ")[1], to) == (f"FROM:<{FROM}>", "rcpt TO:<acceptor@example.org>")
    letter = email.message_from_string(written, policy=policy.default)
    assert letter["Subject"] == "案件 思明-1 已派遣 Bcc: everybody@example.org"
    assert letter["Bcc"] is None
    assert letter["Message-ID"] == reference == f"<{PARCEL.id}@city.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == AT
    assert "限 17:00 前办结。" in letter.get_content()


def test_a_letter_goes_over_starttls_and_is_signed_in_only_then(trusted):
    with mail_server(starttls=trusted.server()) as relay:
        carrier(relay.port, scheme="smtp", login="user:p%40ss@").send(PARCEL, at=AT)
        assert relay.encrypted == [True]
        assert relay.heard.index("STARTTLS") < relay.heard.index("AUTH")


def test_a_letter_goes_over_tls_from_the_first_byte(trusted):
    with mail_server(implicit=trusted.server()) as relay:
        carrier(relay.port, scheme="smtps").send(PARCEL, at=AT)
        assert relay.encrypted == [True]


def test_a_relay_that_offers_no_encryption_gets_neither_password_nor_letter():
    with mail_server() as relay:
        assert failed(relay.port, scheme="smtp", login="user:pass@").permanent
        assert relay.letters == []
        assert "AUTH" not in relay.heard


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_relay_whose_certificate_nobody_vouches_for_gets_nothing(certificate, scheme):
    tls = {"starttls" if scheme == "smtp" else "implicit": certificate.server()}
    with mail_server(**tls) as relay:
        fault = failed(relay.port, scheme=scheme)
        assert (fault.permanent, fault.detail) == (True, "certificate refused")
        assert relay.letters == []


@pytest.mark.parametrize(
    ("command", "answer", "permanent", "detail"),
    [
        ("RCPT", "550 no such mailbox <acceptor@example.org>", True, "recipient refused (550)"),
        ("RCPT", "451 try later", False, "recipient refused (451)"),
        ("MAIL", "552 too much", True, "refused (552)"),
        ("DATA", "421 closing", False, "refused (421)"),
        ("after", "554 spam", True, "refused (554)"),
        ("after", "452 full", False, "refused (452)"),
        ("AUTH", "535 wrong", True, "sign-in refused (535)"),
        ("greeting", "554 go away", True, "refused (554)"),
        ("greeting", "421 busy", False, "refused (421)"),
    ],
)
def test_what_the_relay_refuses_for_good_is_told_from_what_may_pass(command, answer, permanent, detail):
    with mail_server() as relay:
        relay.says = {command: answer}
        fault = failed(relay.port, login="user:pass@" if command == "AUTH" else "")
        assert (fault.permanent, fault.detail) == (permanent, detail)
        assert "acceptor@example.org" not in str(fault)


def test_a_relay_that_is_gone_is_tried_again():
    assert not failed(closed_port()).permanent


@pytest.mark.parametrize("said", [b"", b"220 rel", b"220 relay\r\n", b"220 relay\r\n250"])
def test_a_relay_that_breaks_off_is_tried_again(said):
    with raw_server(lambda connected: connected.sendall(said)) as port:
        fault = failed(port)
        assert not fault.permanent


def test_a_relay_that_says_nothing_is_left_after_a_while():
    with raw_server(lambda connected: time.sleep(5)) as port:
        began = time.monotonic()
        assert not failed(port, wait_s=0.3).permanent
        assert time.monotonic() - began < 3


def test_a_letter_needs_somebody_who_sends_it():
    with pytest.raises(Misconfigured):
        Email("smtps://relay.example", from_="", wait_s=5)
