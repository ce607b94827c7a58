"""What goes to a unit's own system: signed, with the same id at every attempt."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from gongzhi.kernel.refusals import Outage
from gongzhi.notices.carriers import News, Parcel
from gongzhi.notices.carriers.http import Doors
from gongzhi.notices.carriers.webhook import Webhook
from gongzhi.notices.tests.servers import web_server

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
KEY = b"k" * 24
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
HERE = Doors(public_only=True, also=(ip_network("127.0.0.0/8"),))


def news(topic: str = "case.dispatched") -> News:
    return News(topic, "case:1", {"case": "思明-1"}, AT, "案件 思明-1 已派遣", "限 17:00 前办结。")


def parcel(url: str, *told: News, secret: str = SECRET) -> Parcel:
    return Parcel("01970000-0000-7000-8000-000000000001", url, "题", "文", told or (news(),), secret=secret)


def test_the_receiver_can_check_the_signature_and_drop_what_it_has_seen():
    with web_server() as server:
        carrier = Webhook(HERE, wait_s=5)
        for _ in range(2):
            carrier.send(parcel(f"{server.url}/in"), at=AT)
        first, second = server.got
        assert first.headers["webhook-id"] == second.headers["webhook-id"] == "01970000-0000-7000-8000-000000000001"
        assert first.headers["webhook-timestamp"] == str(int(AT.timestamp()))
        signed = f"{first.headers['webhook-id']}.{first.headers['webhook-timestamp']}.".encode() + first.body
        expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        assert first.headers["webhook-signature"] == f"v1,{expected}"


def test_one_message_is_told_with_its_facts():
    with web_server() as server:
        Webhook(HERE, wait_s=5).send(parcel(server.url), at=AT)
        assert json.loads(server.got[0].body) == {
            "type": "case.dispatched",
            "timestamp": "2026-11-23T01:00:00.000000Z",
            "data": {
                "about": "case:1",
                "facts": {"case": "思明-1"},
                "title": "案件 思明-1 已派遣",
                "text": "限 17:00 前办结。",
            },
        }


def test_gathered_messages_are_told_together():
    with web_server() as server:
        Webhook(HERE, wait_s=5).send(parcel(server.url, news("a"), news("b")), at=AT)
        told = json.loads(server.got[0].body)
        assert (told["type"], [one["type"] for one in told["data"]["messages"]]) == ("notices.digest", ["a", "b"])


def test_a_secret_that_was_damaged_signs_nothing():
    with web_server() as server:
        with pytest.raises(Outage) as caught:
            Webhook(HERE, wait_s=5).send(parcel(server.url, secret="whsec_?"), at=AT)
        assert caught.value.permanent
        assert server.got == []


def test_a_webhook_on_our_own_network_is_not_called():
    with web_server() as server:
        with pytest.raises(Outage, match="address not allowed"):
            Webhook(Doors(public_only=True), wait_s=5).send(parcel(server.url), at=AT)
        assert server.got == []
