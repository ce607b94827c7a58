"""Short messages through gateways that differ in fields, signatures and answers, and in nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest

from gongzhi.kernel.refusals import Misconfigured, Outage
from gongzhi.notices.carriers import News, Parcel
from gongzhi.notices.carriers.sms import Sms, gateway
from gongzhi.notices.rules import sms_parts
from gongzhi.notices.tests.servers import web_server

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STAMP = str(int(AT.timestamp()))


def parcel(text: str = "案件 思明-1 已派遣。", *, most_parts: int = 1) -> Parcel:
    news = (News("case.dispatched", "case:1", {}, AT, "题", text),)
    return Parcel("message-1", "13800001234", "题", text, news, most_parts=most_parts)


def carrier(tmp_path, **described) -> Sms:
    path = tmp_path / "gateway.json"
    path.write_text(json.dumps(described), encoding="utf-8")
    return Sms(gateway(path), secret="geheim", wait_s=5)


WITH_JSON = {
    "headers": {"Authorization": "Bearer {secret}"},
    "json": {
        "phones": ["{to}"],
        "content": "{text}",
        "ext": "{id}",
        "params": {"as_text": {"text": "{text}", "at": "{time}"}},
        "sign": "{sign}",
        "count": 1,
    },
    "sign": {"of": "{to}|{time}", "hash": "hmac-sha256", "spelled": "base64"},
    "accepted": {"at": "result.0.code", "is": ["OK", 0]},
    "reference": "result.0.id",
    "hopeless": ["BAD_NUMBER"],
    "prefix": "【厦门城管】",
}


def test_a_gateway_that_wants_json_gets_it_signed(tmp_path):
    with web_server() as server:
        server.says((200, b'{"result": [{"code": 0, "id": 77}]}'))
        assert carrier(tmp_path, url=f"{server.url}/send", **WITH_JSON).send(parcel(), at=AT) == "77"
        (got,) = server.got
        told = json.loads(got.body)
        expected = base64.b64encode(hmac.new(b"geheim", f"13800001234|{STAMP}".encode(), hashlib.sha256).digest())
        assert told["sign"] == expected.decode()
        assert (told["phones"], told["ext"], told["count"]) == (["13800001234"], "message-1", 1)
        assert told["content"] == "【厦门城管】案件 思明-1 已派遣。"
        assert json.loads(told["params"]) == {"text": told["content"], "at": STAMP}
        assert got.headers["authorization"] == "Bearer geheim"


def test_a_gateway_that_wants_a_form_gets_it_signed(tmp_path):
    with web_server() as server:
        described = {
            "url": f"{server.url}/send?t={{time}}",
            "form": {"mobile": "{to}", "msg": "{text}", "sig": "{sign}", "other": "{unknown}"},
            "sign": {"of": "{to}{secret}", "hash": "md5"},
        }
        assert carrier(tmp_path, **described).send(parcel(), at=AT) == ""
        (got,) = server.got
        told = {name: values[0] for name, values in parse_qs(got.body.decode()).items()}
        assert got.path == f"/send?t={STAMP}"
        assert told == {
            "mobile": "13800001234",
            "msg": "案件 思明-1 已派遣。",
            "sig": hashlib.md5(b"13800001234geheim").hexdigest(),
            "other": "{unknown}",
        }


def test_a_text_with_braces_fills_no_blank(tmp_path):
    with web_server() as server:
        carrier(tmp_path, url=server.url, form={"msg": "{text}"}).send(parcel("{secret}"), at=AT)
        assert parse_qs(server.got[0].body.decode())["msg"] == ["{secret}"]


@pytest.mark.parametrize("parts", [1, 2])
def test_a_long_text_is_cut_with_its_prefix_to_what_is_paid_for(tmp_path, parts):
    with web_server() as server:
        described = {"url": server.url, "form": {"msg": "{text}"}, "prefix": "【厦门城管】"}
        carrier(tmp_path, **described).send(parcel("案" * 300, most_parts=parts), at=AT)
        sent = parse_qs(server.got[0].body.decode())["msg"][0]
        assert sms_parts(sent) == parts
        assert sent.startswith("【厦门城管】案")
        assert sent.endswith("…")


@pytest.mark.parametrize(("code", "detail"), [("BAD_NUMBER", "said 'BAD_NUMBER'"), ("陈小明 13800001234", "said no")])
def test_the_record_names_no_answer_but_those_that_the_description_knows(tmp_path, code, detail):
    with web_server() as server:
        server.says((200, json.dumps({"result": [{"code": code}]}).encode()))
        with pytest.raises(Outage) as caught:
            carrier(tmp_path, url=server.url, **WITH_JSON).send(parcel(), at=AT)
        assert caught.value.detail == detail


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        (b'{"result": [{"code": "BUSY"}]}', False),
        (b'{"result": [{"code": "BAD_NUMBER"}]}', True),
        (b'{"result": []}', False),
        (b'{"result": "none"}', False),
        (b"<html>maintenance</html>", False),
        (b"", False),
    ],
)
def test_what_the_gateway_says_decides_whether_trying_again_can_help(tmp_path, answer, permanent):
    with web_server() as server:
        server.says((200, answer))
        with pytest.raises(Outage) as caught:
            carrier(tmp_path, url=server.url, **WITH_JSON).send(parcel(), at=AT)
        assert caught.value.permanent is permanent
        assert "13800001234" not in str(caught.value)


@pytest.mark.parametrize(
    "described",
    [
        {},
        {"url": "https://sms.example"},
        {"url": "sms.example", "form": {}},
        {"url": "https://sms.example", "form": {}, "json": {}},
        {"url": "https://sms.example", "form": {}, "sing": {}},
        {"url": "https://sms.example", "form": {}, "sign": {"of": "x", "hash": "crc32"}},
        {"url": "https://sms.example", "form": {}, "sign": {"of": "x", "hash": "md5", "spelled": "base32"}},
        {"url": "https://sms.example", "form": {}, "sign": {"hash": "md5"}},
        {"url": "https://sms.example", "form": {}, "accepted": "code"},
    ],
)
def test_a_description_that_cannot_be_meant_is_named(tmp_path, described):
    with pytest.raises(Misconfigured, match="describes no SMS gateway"):
        carrier(tmp_path, **described)


def test_a_description_that_is_no_file_is_named(tmp_path):
    for path in (tmp_path / "gateway.json", tmp_path, None):
        with pytest.raises(Misconfigured, match="GONGZHI_SMS_FILE"):
            gateway(path)
    (tmp_path / "gateway.json").write_bytes(b"\xff{")
    with pytest.raises(Misconfigured):
        gateway(tmp_path / "gateway.json")
