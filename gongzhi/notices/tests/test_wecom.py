"""WeCom, as its server API describes it: a token that is kept, a message, and answers that mean yes, later or never."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from gongzhi.kernel.refusals import Outage
from gongzhi.notices.carriers import News, Parcel
from gongzhi.notices.carriers.wecom import WeCom
from gongzhi.notices.rules import WECOM_BYTES
from gongzhi.notices.tests.servers import Got, WebServer, web_server

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def parcel(text: str = "限 17:00 前办结。", *, told_at: datetime = AT) -> Parcel:
    news = (News("case.dispatched", "case:1", {}, told_at, "题", text),)
    return Parcel("message-1", "liwei", "案件 思明-1 已派遣", text, news)


@dataclass
class Fake:
    """WeCom's server: tokens end when it says so, and it answers a message with what it was told to."""

    server: WebServer
    tokens: int = 0
    ended: set[str] = field(default_factory=set)
    says: dict = field(default_factory=lambda: {"errcode": 0, "errmsg": "ok", "msgid": "m-1", "invaliduser": ""})
    token_says: dict | None = None

    def answer(self, got: Got) -> tuple[int, bytes]:
        parts = urlsplit(got.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/cgi-bin/gettoken":
            return 200, json.dumps(self.token_says or self.token(asked)).encode()
        if asked.get("access_token") in self.ended or asked.get("access_token") != f"token-{self.tokens}":
            return 200, b'{"errcode": 42001, "errmsg": "access_token expired"}'
        return 200, json.dumps(self.says).encode()

    def token(self, asked: dict[str, str]) -> dict:
        if asked != {"corpid": "corp", "corpsecret": "geheim"}:
            return {"errcode": 40001, "errmsg": "invalid credential"}
        self.tokens += 1
        return {"errcode": 0, "errmsg": "ok", "access_token": f"token-{self.tokens}", "expires_in": 7200}

    @property
    def messages(self) -> list[dict]:
        return [json.loads(got.body) for got in self.server.got if got.method == "POST"]


@pytest.fixture
def fake() -> Iterator[Fake]:
    with web_server() as server:
        made = Fake(server)
        server.says(made.answer)
        yield made


@pytest.fixture
def wecom(fake) -> WeCom:
    return WeCom(fake.server.url, corp="corp", agent=1000002, secret="geheim", wait_s=5)


def failed(wecom: WeCom) -> Outage:
    with pytest.raises(Outage) as caught:
        wecom.send(parcel(), at=AT)
    return caught.value


def test_a_message_goes_to_one_member_by_our_application(wecom, fake):
    assert wecom.send(parcel(), at=AT) == "m-1"
    (told,) = fake.messages
    assert (told["touser"], told["agentid"], told["msgtype"]) == ("liwei", 1000002, "text")
    assert told["text"]["content"] == "案件 思明-1 已派遣\n限 17:00 前办结。\n11-23 01:00:00Z"
    assert (told["enable_duplicate_check"], told["duplicate_check_interval"]) == (1, 14400)


def test_an_attempt_that_is_repeated_sends_the_same_words_and_another_message_does_not(wecom, fake):
    wecom.send(parcel(), at=AT)
    wecom.send(parcel(), at=AT + timedelta(minutes=2))
    wecom.send(parcel(told_at=AT + timedelta(seconds=1)), at=AT + timedelta(minutes=2))
    first, again, other = fake.messages
    assert first == again != other


def test_the_token_is_kept_until_shortly_before_it_ends(wecom, fake):
    for minutes in (0, 60, 114):
        wecom.send(parcel(), at=AT + timedelta(minutes=minutes))
    assert fake.tokens == 1
    wecom.send(parcel(), at=AT + timedelta(minutes=115))
    assert fake.tokens == 2


def test_a_token_that_was_taken_back_is_fetched_anew_once(wecom, fake):
    wecom.send(parcel(), at=AT)
    fake.ended = {"token-1"}
    assert wecom.send(parcel(), at=AT) == "m-1"
    assert fake.tokens == 2
    fake.ended = {"token-2", "token-3"}
    assert failed(wecom).detail == "errcode 42001"
    assert fake.tokens == 3


@pytest.mark.parametrize(
    ("code", "permanent"),
    [(-1, False), (45009, False), (45033, False), (81013, True), (60020, True), (40056, True), (None, True)],
)
def test_a_busy_wecom_is_tried_again_and_a_refusing_one_is_not(wecom, fake, code, permanent):
    fake.says = {"errcode": code, "errmsg": "liwei is not here"}
    fault = failed(wecom)
    assert (fault.permanent, fault.detail) == (permanent, f"errcode {code}")
    assert "liwei" not in str(fault)


@pytest.mark.parametrize("who", ["invaliduser", "unlicenseduser"])
def test_a_member_whom_wecom_does_not_know_is_not_tried_again(wecom, fake, who):
    fake.says = {"errcode": 0, "errmsg": "ok", who: "liwei", "msgid": "m-1"}
    assert failed(wecom).permanent


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ({"errcode": 40001, "errmsg": "invalid credential"}, True),
        ({"errcode": 40013, "errmsg": "invalid corpid"}, True),
        ({"errcode": -1, "errmsg": "busy"}, False),
        ({"errcode": 0}, False),
        ([1], False),
    ],
)
def test_without_a_token_nothing_is_sent(wecom, fake, answer, permanent):
    fake.token_says = answer
    assert failed(wecom).permanent is permanent
    assert fake.messages == []


def test_an_answer_that_is_no_json_is_tried_again(wecom, fake):
    fake.server.says((200, b"<html>"))
    assert not failed(wecom).permanent


def test_a_long_text_is_cut_between_characters(wecom, fake):
    wecom.send(parcel("案" * 3000), at=AT)
    content = fake.messages[0]["text"]["content"]
    assert len(content.encode()) <= WECOM_BYTES
    assert content.endswith("…\n11-23 01:00:00Z")
