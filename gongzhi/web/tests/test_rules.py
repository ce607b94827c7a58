"""Whom a limit counts, and how long."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gongzhi.web import rules


@pytest.mark.parametrize(
    ("forwarded", "proxies", "believed"),
    [
        ("", 0, "10.0.0.2"),
        ("203.0.113.9", 0, "10.0.0.2"),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9", 1, "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9, 10.0.0.3", 2, "203.0.113.9"),
        ("203.0.113.9", 3, "203.0.113.9"),
        ("", 1, "10.0.0.2"),
    ],
)
def test_only_our_own_proxies_say_who_is_behind_them(forwarded, proxies, believed):
    assert rules.believed_address("10.0.0.2", forwarded=forwarded, proxies=proxies) == believed


def test_all_addresses_of_one_ipv6_line_are_one_sender():
    assert rules.sender_network("2001:db8::1") == rules.sender_network("2001:db8::ffff:1")
    assert rules.sender_network("2001:db8:0:1::1") != rules.sender_network("2001:db8::1")
    assert rules.sender_network("::ffff:203.0.113.9") == rules.sender_network("203.0.113.9")


def test_attempts_are_counted_by_the_hour():
    late = datetime(2026, 11, 23, 1, 59, 59, tzinfo=UTC)
    assert rules.window_of(late) == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert rules.wait_s(late) == 1
    assert rules.wait_s(datetime(2026, 11, 23, 1, tzinfo=UTC)) == 3600
