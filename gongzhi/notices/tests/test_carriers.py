"""Which carriers an installation has, the recorder, and trying one out."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.kernel.refusals import Outage
from gongzhi.notices import carriers, operations, queries
from gongzhi.notices.carriers import News, Parcel
from gongzhi.notices.carriers.email import Email
from gongzhi.notices.carriers.recording import Recorder
from gongzhi.notices.carriers.webhook import Webhook
from gongzhi.notices.carriers.wecom import WeCom
from gongzhi.notices.models import CarrierTrial
from gongzhi.notices.states import OUTWARD, Carrier
from gongzhi.notices.tests.scene import CASE, PASSING, reachable, tell, to
from gongzhi.people.rules import NotPermitted
from gongzhi.testing.moves import MONDAY_9AM

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PARCEL = Parcel("message-1", "13800001234", "题", "文", (News("topic", "case:1", {}, AT, "题", "文"),))


@pytest.fixture
def sending(settings):
    """The installation sends, and nothing is set up yet."""
    carriers._built.cache_clear()
    settings.GONGZHI_MESSAGES = "send"
    yield settings
    carriers._built.cache_clear()


def test_a_test_and_a_demo_only_write_messages_down(settings):
    assert settings.GONGZHI_MESSAGES == "record"
    assert carriers.set_up() == frozenset(Carrier)
    assert all(isinstance(carriers.carriage(one), Recorder) for one in OUTWARD)


def test_the_recorder_writes_one_line_for_each_parcel_and_no_address(tmp_path):
    recorder = Recorder(Carrier.SMS, tmp_path / "messages.jsonl")
    assert [recorder.send(PARCEL, at=AT) for _ in range(2)] == ["recorded", "recorded"]
    first, second = [json.loads(line) for line in recorder.path.read_text(encoding="utf-8").splitlines()]
    assert first == second
    assert (first["carrier"], first["id"], first["to"], first["text"]) == ("sms", "message-1", "138…", "文")


def test_a_recorder_that_cannot_write_is_an_outage(tmp_path):
    with pytest.raises(Outage) as caught:
        Recorder(Carrier.SMS, tmp_path / "gone" / "messages.jsonl").send(PARCEL, at=AT)
    assert not caught.value.permanent


def test_what_is_set_up_is_what_the_settings_name(sending, tmp_path):
    assert carriers.set_up() == {Carrier.INBOX, Carrier.WEBHOOK}
    sending.GONGZHI_MAIL_URL, sending.GONGZHI_MAIL_FROM = "smtps://relay.example", "gongzhi@city.example"
    sending.GONGZHI_SMS_FILE, sending.GONGZHI_WECOM_CORP = tmp_path / "gateway.json", "corp"
    (tmp_path / "gateway.json").write_text('{"url": "https://sms.example", "form": {}}')
    assert carriers.set_up() == frozenset(Carrier)
    kinds = {one: type(carriers.carriage(one)).__name__ for one in OUTWARD}
    assert kinds == {"email": Email.__name__, "sms": "Sms", "wecom": WeCom.__name__, "webhook": Webhook.__name__}


def test_webhooks_are_guarded_as_the_settings_say(sending):
    built = carriers.carriage(Carrier.WEBHOOK)
    assert isinstance(built, Webhook)
    assert built.doors.public_only


def test_a_carrier_that_is_not_set_up_or_wrongly_is_an_outage_for_good(sending):
    with pytest.raises(Outage, match="not set up"):
        carriers.carriage(Carrier.EMAIL)
    sending.GONGZHI_MAIL_URL = "smtps://relay.example"
    with pytest.raises(Outage, match="GONGZHI_MAIL_FROM") as caught:
        carriers.carriage(Carrier.EMAIL)
    assert caught.value.permanent


def test_the_inbox_leads_nowhere_outside():
    with pytest.raises(ValueError, match="inbox"):
        carriers.carriage(Carrier.INBOX)


@pytest.mark.django_db
def test_a_carrier_that_is_not_set_up_carries_nothing(topics, acceptor, admin, sending):
    reachable(acceptor, admin, sms="13800001234")
    tell(audience=to(acceptor))
    assert [one.carrier for one in queries.messages_about(CASE)] == [Carrier.INBOX]


@pytest.mark.django_db
def test_a_carrier_is_tried_and_the_record_says_so_without_the_address(admin, pockets):
    assert operations.try_carrier(Carrier.SMS, "138 0000 1234", by=admin, at=MONDAY_9AM) == "sms-1"
    (parcel,) = pockets[Carrier.SMS].got
    assert (parcel.to, parcel.title) == ("13800001234", "测试消息")
    trial = CarrierTrial.objects.get()
    assert (trial.carrier, trial.outcome, trial.tried_at) == ("sms", "sent", MONDAY_9AM)
    (told,) = entries_of(trial.stream)
    assert (told.type, told.actor) == ("carrier.tried", admin)
    assert "13800001234" not in f"{told}"
    assert verify().findings == []


@pytest.mark.django_db
def test_a_trial_that_failed_is_in_the_record_as_well(admin, pockets):
    pockets[Carrier.SMS].faults = [PASSING]
    with pytest.raises(Outage):
        operations.try_carrier(Carrier.SMS, "13800001234", by=admin, at=MONDAY_9AM)
    assert CarrierTrial.objects.get().outcome == str(PASSING)


@pytest.mark.django_db
def test_a_trial_comes_in_the_way_of_nobody_who_changes_the_rules(admin, pockets):
    edition = queries.edition()
    operations.try_carrier(Carrier.SMS, "13800001234", by=admin, at=MONDAY_9AM)
    assert queries.edition() == edition


@pytest.mark.django_db
def test_a_trial_is_refused_without_power_address_or_carrier(admin, acceptor, sending):
    for by, carrier, address, refusal in (
        (acceptor, Carrier.SMS, "13800001234", NotPermitted),
        (admin, Carrier.SMS, "12", operations.AddressUnusable),
        (admin, Carrier.INBOX, "13800001234", operations.CarrierNotForThem),
        (admin, Carrier.SMS, "13800001234", operations.CarrierNotSetUp),
    ):
        with pytest.raises(refusal):
            operations.try_carrier(carrier, address, by=by, at=MONDAY_9AM)
