"""Addresses, wishes and quiet hours: kept by those whom they concern, encrypted, erasable, and never shown again."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from gongzhi.audit.models import Entry, HeldValue
from gongzhi.audit.verify import verify
from gongzhi.kernel.refusals import NotFound
from gongzhi.notices import operations, queries
from gongzhi.notices.rules import QuietHours, Recipient
from gongzhi.notices.states import Carrier, Wish
from gongzhi.notices.tests.scene import DISPATCHED, reachable
from gongzhi.people.rules import NotPermitted
from gongzhi.testing.moves import MONDAY_9AM, SIMING_BUREAU

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city", "topics")]

PHONE, OTHER_PHONE = "13800001234", "13900005678"


@pytest.fixture
def owner(acceptor):
    return Recipient("member", acceptor.id)


def change(owner, address, *, by, carrier=Carrier.SMS, seen=None):
    seen = queries.reach_of(owner.text).version if seen is None else seen
    return operations.change_address(owner, carrier, address, seen=seen, by=by, at=MONDAY_9AM)


def wish(owner, wanted, *, by, topic=DISPATCHED, carrier=Carrier.SMS):
    seen = queries.reach_of(owner.text).version
    return operations.put_wish(owner, topic=topic, carrier=carrier, wish=wanted, seen=seen, by=by, at=MONDAY_9AM)


def hours(owner, from_, until, *, by):
    seen = queries.reach_of(owner.text).version
    return operations.change_quiet_hours(owner, from_=from_, until=until, seen=seen, by=by, at=MONDAY_9AM)


def stored() -> bytes:
    """Everything that the record keeps, as it lies in the database."""
    entries = b"".join(bytes(one) for one in Entry.objects.values_list("body", flat=True))
    return entries + b"".join(bytes(one or b"") for one in HeldValue.objects.values_list("sealed", flat=True))


def test_a_member_keeps_their_own_address(owner, acceptor):
    row, secret = change(owner, PHONE, by=acceptor)
    assert (row.carriers, secret) == ({Carrier.SMS}, "")
    assert queries.address_of(owner.text, Carrier.SMS) == PHONE
    assert PHONE.encode() not in stored()
    assert verify().findings == []


def test_an_address_that_was_replaced_is_erased(owner, acceptor):
    change(owner, PHONE, by=acceptor)
    change(owner, OTHER_PHONE, by=acceptor)
    assert queries.address_of(owner.text, Carrier.SMS) == OTHER_PHONE
    held = HeldValue.objects.filter(name="sms").order_by("seq")
    assert [one.sealed is None for one in held] == [True, False]
    assert verify().findings == []


def test_addresses_are_erased_on_request(owner, acceptor, admin):
    reachable(acceptor, admin, sms=PHONE, email="a@example.org")
    seen = queries.reach_of(owner.text).version
    row = operations.erase_addresses(owner, rule="left", seen=seen, by=admin, at=MONDAY_9AM, only=[Carrier.SMS])
    assert row.carriers == {Carrier.EMAIL}
    assert queries.address_of(owner.text, Carrier.SMS) == ""
    row = operations.erase_addresses(owner, rule="left", seen=row.version, by=admin, at=MONDAY_9AM)
    assert row.carriers == frozenset()
    with pytest.raises(operations.NothingToErase):
        operations.erase_addresses(owner, rule="left", seen=row.version, by=admin, at=MONDAY_9AM)
    assert verify().findings == []


def test_a_new_webhook_gets_a_secret_that_is_shown_once(admin):
    system = Recipient("unit", SIMING_BUREAU)
    _, secret = change(system, "https://bureau.example.org/in", carrier=Carrier.WEBHOOK, by=admin)
    assert secret.startswith("whsec_")
    assert queries.webhook_secret_of(system.text) == secret
    _, other = change(system, "https://bureau.example.org/in", carrier=Carrier.WEBHOOK, by=admin)
    assert other != secret
    assert queries.webhook_secret_of(system.text) == other
    seen = queries.reach_of(system.text).version
    operations.erase_addresses(system, rule="ended", seen=seen, by=admin, at=MONDAY_9AM)
    assert queries.webhook_secret_of(system.text) == ""
    assert secret.encode() not in stored()


def test_nobody_changes_what_is_not_theirs(owner, checker, acceptor):
    for refused in (
        lambda: change(owner, PHONE, by=checker),
        lambda: wish(owner, Wish.OFF, by=checker),
        lambda: hours(owner, time(20), time(8), by=checker),
        lambda: change(Recipient("unit", SIMING_BUREAU), "a@example.org", carrier=Carrier.EMAIL, by=acceptor),
    ):
        with pytest.raises(NotPermitted):
            refused()
    assert queries.reach_of(owner.text).version == 0


@pytest.mark.parametrize(
    "whose", [Recipient("member", "nobody"), Recipient("unit", "nowhere"), Recipient("reporter", "x")]
)
def test_addresses_are_kept_of_our_own_people_and_units_only(whose, admin):
    with pytest.raises(NotFound):
        change(whose, PHONE, by=admin)


def test_an_address_that_is_none_is_refused(owner, acceptor, admin):
    with pytest.raises(operations.AddressUnusable):
        change(owner, "12", by=acceptor)
    with pytest.raises(operations.CarrierNotForThem):
        change(owner, "https://example.org/in", carrier=Carrier.WEBHOOK, by=acceptor)
    with pytest.raises(operations.CarrierNotForThem):
        change(Recipient("unit", SIMING_BUREAU), PHONE, by=admin)


def test_who_saw_an_older_version_changes_nothing(owner, acceptor):
    change(owner, PHONE, by=acceptor)
    with pytest.raises(operations.ChangedMeanwhile):
        change(owner, OTHER_PHONE, by=acceptor, seen=0)
    assert queries.address_of(owner.text, Carrier.SMS) == PHONE


def test_a_wish_can_be_changed_again(owner, acceptor):
    wish(owner, Wish.OFF, by=acceptor)
    wish(owner, Wish.DIGEST, by=acceptor, carrier=Carrier.EMAIL)
    row = wish(owner, Wish.AS_RULED, by=acceptor)
    assert dict(row.wishes) == {(DISPATCHED, Carrier.SMS): Wish.AS_RULED, (DISPATCHED, Carrier.EMAIL): Wish.DIGEST}
    assert row.wish("other", Carrier.SMS) is Wish.AS_RULED
    assert verify().findings == []


def test_the_inbox_and_what_does_not_exist_cannot_be_wished_for(owner, acceptor):
    with pytest.raises(operations.InboxNotDeclined):
        wish(owner, Wish.OFF, by=acceptor, carrier=Carrier.INBOX)
    with pytest.raises(operations.TopicUnknown):
        wish(owner, Wish.OFF, by=acceptor, topic="no.such-topic")
    with pytest.raises(operations.LanguageUnknown):
        operations.change_language(owner, "fr", seen=0, by=acceptor, at=MONDAY_9AM)


def test_quiet_hours_of_ones_own_begin_and_end(owner, acceptor):
    assert hours(owner, time(20, 30), time(8), by=acceptor).quiet == QuietHours(time(20, 30), time(8))
    assert hours(owner, None, None, by=acceptor).quiet is None
    with pytest.raises(operations.QuietHoursIncomplete):
        hours(owner, time(20), None, by=acceptor)
    assert verify().findings == []


def test_nobody_is_disturbed_at_night_unless_the_city_has_no_quiet_hours(owner, admin, acceptor):
    at = MONDAY_9AM + timedelta(hours=14, minutes=30)
    reach = queries.reach_of(owner.text)
    assert queries.quiet_end(owner, reach, at=at) == MONDAY_9AM + timedelta(hours=22)
    assert queries.quiet_end(Recipient("unit", SIMING_BUREAU), reach, at=at) is None
    row = hours(owner, time(7), time(7), by=acceptor)
    assert queries.quiet_end(owner, row, at=at) is None
