"""Messages by SMS, through any gateway that takes an HTTP request: what it wants is described in a file.

Gateways differ in the names of their fields, in how they sign and in how they say no, and in nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

from gongzhi.kernel.refusals import Misconfigured, Outage
from gongzhi.notices.carriers.http import Request, ask
from gongzhi.notices.carriers.parcel import Parcel
from gongzhi.notices.rules import fitted_sms

NEIGHBOUR = "SMS gateway"
_BLANK = re.compile(r"\{(\w+)\}")
_HASHES = frozenset({"md5", "sha1", "sha256", "hmac-sha1", "hmac-sha256"})
_FIELDS = frozenset({"url", "headers", "form", "json", "sign", "accepted", "reference", "hopeless", "prefix"})


@dataclass(frozen=True, slots=True)
class Sign:
    """How a request is signed: which text, by which hash (`md5`, `hmac-sha256` …), written as hex or base64."""

    of: str
    hash: str
    spelled: str = "hex"


@dataclass(frozen=True, slots=True)
class Gateway:
    """What a gateway wants and how it answers.

    Texts hold blanks: `{to}`, `{text}`, `{id}` (the same at every attempt), `{time}` (Unix seconds), `{secret}`, and in
    the request `{sign}`. An object `{"as_text": {…}}` inside `json` is written as a text of JSON. `accepted` names the
    place in the answer and the values there that mean yes; `hopeless` are values with which trying again cannot help.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    json: Mapping[str, Any] | None = None
    sign: Sign | None = None
    accepted_at: str = ""
    accepted: frozenset[str] = frozenset()
    hopeless: frozenset[str] = frozenset()
    reference: str = ""
    prefix: str = ""


class Sms:
    """Sends short messages, cut to as many parts as the city pays for."""

    def __init__(self, gateway: Gateway, *, secret: str, wait_s: float) -> None:
        self.gateway = gateway
        self.secret = secret
        self.wait_s = wait_s

    def send(self, parcel: Parcel, *, at: datetime) -> str:
        """Send a parcel's text.

        Raises: Outage.
        """
        text = fitted_sms(f"{self.gateway.prefix}{parcel.text}", most_parts=parcel.most_parts)
        blanks = {
            "to": parcel.to,
            "text": text,
            "id": parcel.id,
            "time": str(int(at.timestamp())),
            "secret": self.secret,
        }
        if self.gateway.sign is not None:
            blanks["sign"] = _signature(self.gateway.sign, blanks)
        return self._understood(ask(self._request(blanks), wait_s=self.wait_s).body)

    def _request(self, blanks: Mapping[str, str]) -> Request:
        headers = {name: _filled(value, blanks) for name, value in self.gateway.headers.items()}
        if self.gateway.json is not None:
            headers.setdefault("Content-Type", "application/json")
            body = orjson.dumps(_filled_in(self.gateway.json, blanks))
        else:
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
            body = urlencode(
                {name: _filled(value, blanks) for name, value in (self.gateway.form or {}).items()}
            ).encode()
        return Request(NEIGHBOUR, _filled(self.gateway.url, blanks), headers=headers, body=body)

    def _understood(self, body: bytes) -> str:
        """Return the gateway's reference when it says yes. Raises: Outage when it says no, or nothing we understand."""
        if not self.gateway.accepted_at:
            return ""
        try:
            told = orjson.loads(body)
        except orjson.JSONDecodeError as fault:
            raise Outage(NEIGHBOUR, permanent=False, detail="answer is no JSON") from fault
        said = _at(told, self.gateway.accepted_at)
        if said not in self.gateway.accepted:
            known = said in self.gateway.hopeless  # any other answer may name people, and is not for the record
            raise Outage(NEIGHBOUR, permanent=known, detail=f"said {said[:40]!r}" if known else "said no")
        return _at(told, self.gateway.reference) if self.gateway.reference else ""


def gateway(path: Path | None) -> Gateway:
    """Read the description of a gateway.

    Raises: Misconfigured, naming the file and what is wrong with it.
    """
    if path is None:
        raise Misconfigured("GONGZHI_SMS_FILE names no file: SMS needs the description of its gateway")
    try:
        told = orjson.loads(path.read_bytes())
        return _described(told)
    except OSError as fault:
        raise Misconfigured(f"{path}: {fault.strerror} (GONGZHI_SMS_FILE)") from fault
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise Misconfigured(f"{path} describes no SMS gateway: {fault} (GONGZHI_SMS_FILE)") from fault


def _described(told: Mapping[str, Any]) -> Gateway:
    if unknown := told.keys() - _FIELDS:
        raise ValueError(f"unknown {sorted(unknown)}")
    if ("form" in told) == ("json" in told):
        raise ValueError("it needs either form or json")
    sign = Sign(**told["sign"]) if "sign" in told else None
    if sign is not None and (sign.hash not in _HASHES or sign.spelled not in {"hex", "base64"}):
        raise ValueError(f"sign.hash is one of {sorted(_HASHES)}, sign.spelled is hex or base64")
    if not str(told["url"]).startswith(("https://", "http://")):
        raise ValueError("url is no http(s)://…")
    accepted = told.get("accepted", {})
    return Gateway(
        url=told["url"],
        headers=dict(told.get("headers", {})),
        form=told.get("form"),
        json=told.get("json"),
        sign=sign,
        accepted_at=accepted.get("at", ""),
        accepted=frozenset(str(one) for one in accepted.get("is", ())),
        hopeless=frozenset(str(one) for one in told.get("hopeless", ())),
        reference=told.get("reference", ""),
        prefix=told.get("prefix", ""),
    )


def _filled(text: str, blanks: Mapping[str, str]) -> str:
    """Fill the blanks of a text; a brace around any other word stays as it is."""
    return _BLANK.sub(lambda found: blanks.get(found[1], found[0]), text)


def _filled_in(value: Any, blanks: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _filled(value, blanks)
    if isinstance(value, list):
        return [_filled_in(one, blanks) for one in value]
    if isinstance(value, dict):
        if value.keys() == {"as_text"}:
            return orjson.dumps(_filled_in(value["as_text"], blanks)).decode()
        return {name: _filled_in(one, blanks) for name, one in value.items()}
    return value


def _signature(sign: Sign, blanks: Mapping[str, str]) -> str:
    text = _filled(sign.of, blanks).encode()
    name = sign.hash.removeprefix("hmac-")
    if sign.hash.startswith("hmac-"):
        signed = hmac.new(blanks["secret"].encode(), text, name).digest()
    else:
        signed = hashlib.new(name, text).digest()
    return signed.hex() if sign.spelled == "hex" else base64.b64encode(signed).decode()


def _at(told: object, path: str) -> str:
    """Return what stands at a place of an answer (`data.0.code`) as a text, empty where there is none."""
    for step in path.split("."):
        if isinstance(told, dict):
            told = told.get(step)
        elif isinstance(told, list) and step.isdecimal() and int(step) < len(told):
            told = told[int(step)]
        else:
            return ""
    return "" if told is None else str(told)
