"""Messages to members in WeCom (企业微信), by the organisation's own application."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson

from gongzhi.kernel.refusals import Outage
from gongzhi.notices.carriers.http import Request, ask
from gongzhi.notices.carriers.parcel import Parcel
from gongzhi.notices.rules import WECOM_BYTES, fitted_bytes

NEIGHBOUR = "WeCom"
TOKEN_ENDED = frozenset({40014, 41001, 42001})
BUSY = frozenset({-1, 45009, 45033, 6000})
SAME_MESSAGE_S = 4 * 3600
"""For so long WeCom itself does not show the same message to the same person again; the longest that it offers."""

_RENEW_BEFORE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    until: datetime


class WeCom:
    """Sends text messages of an application.

    The token is fetched once and used until shortly before it ends, or until WeCom says that it has ended.

    Source: WeCom server API, `cgi-bin/gettoken`, `cgi-bin/message/send`, global return codes.
    """

    def __init__(self, url: str, *, corp: str, agent: int, secret: str, wait_s: float) -> None:
        self.url = url
        self.corp, self.agent, self.secret = corp, agent, secret
        self.wait_s = wait_s
        self._token: _Token | None = None
        self._fetching = threading.Lock()

    def send(self, parcel: Parcel, *, at: datetime) -> str:
        """Send a parcel's title and text to one member.

        Raises: Outage. A member whom WeCom does not know, and any refusal but a passing one, is not tried again.
        """
        answer = self._send(parcel, token=self._usable_token(at))
        if answer.get("errcode") in TOKEN_ENDED:
            self._token = None
            answer = self._send(parcel, token=self._usable_token(at))
        _require_yes(answer)
        if answer.get("invaliduser") or answer.get("unlicenseduser"):
            raise Outage(NEIGHBOUR, permanent=True, detail="member unknown to WeCom or without a licence")
        return str(answer.get("msgid", ""))

    def _send(self, parcel: Parcel, *, token: str) -> dict[str, Any]:
        # The time tells apart two messages with the same words, which WeCom would take for one.
        stamp = f"{parcel.news[-1].told_at:%m-%d %H:%M:%S}Z"
        words = fitted_bytes(f"{parcel.title}\n{parcel.text}", most=WECOM_BYTES - len(stamp) - 1)
        message = {
            "touser": parcel.to,
            "msgtype": "text",
            "agentid": self.agent,
            "text": {"content": f"{words}\n{stamp}"},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": SAME_MESSAGE_S,
        }
        headers = {"Content-Type": "application/json"}
        url = f"{self.url}/cgi-bin/message/send?{urlencode({'access_token': token})}"
        return self._asked(Request(NEIGHBOUR, url, headers=headers, body=orjson.dumps(message)))

    def _usable_token(self, at: datetime) -> str:
        with self._fetching:
            if self._token is None or at >= self._token.until:
                self._token = self._fetched_token(at)
            return self._token.text

    def _fetched_token(self, at: datetime) -> _Token:
        asked = urlencode({"corpid": self.corp, "corpsecret": self.secret})
        answer = self._asked(Request(NEIGHBOUR, f"{self.url}/cgi-bin/gettoken?{asked}", method="GET"))
        _require_yes(answer)
        token, lasts_s = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(lasts_s, int):
            raise Outage(NEIGHBOUR, permanent=False, detail="answer holds no token")
        lasts = timedelta(seconds=lasts_s)
        return _Token(token, at + max(lasts - _RENEW_BEFORE, lasts / 2))

    def _asked(self, request: Request) -> dict[str, Any]:
        try:
            answer = orjson.loads(ask(request, wait_s=self.wait_s).body)
        except orjson.JSONDecodeError as fault:
            raise Outage(NEIGHBOUR, permanent=False, detail="answer is no JSON") from fault
        if not isinstance(answer, dict):
            raise Outage(NEIGHBOUR, permanent=False, detail="answer is no JSON object")
        return answer


def _require_yes(answer: dict[str, Any]) -> None:
    """Refuse an answer that is a no. Raises: Outage with WeCom's code; its words may name people."""
    code = answer.get("errcode")
    if code != 0:
        raise Outage(NEIGHBOUR, permanent=code not in BUSY, detail=f"errcode {str(code)[:12]}")
