"""Messages to a unit's own system: signed JSON, as Standard Webhooks describe it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

import orjson

from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import Outage
from gongzhi.notices.carriers.http import Doors, Request, ask
from gongzhi.notices.carriers.parcel import News, Parcel

NEIGHBOUR = "webhook"
SECRET_PREFIX = "whsec_"  # noqa: S105 - how such a secret begins
GATHERED = "notices.digest"


class Webhook:
    """Posts to an address that a unit chose, so it goes through guarded doors.

    Source: Standard Webhooks, headers `webhook-id`, `webhook-timestamp`, `webhook-signature`. The receiver drops an id
    that it has seen, and a timestamp that is minutes old.
    """

    def __init__(self, doors: Doors, *, wait_s: float) -> None:
        self.doors = doors
        self.wait_s = wait_s

    def send(self, parcel: Parcel, *, at: datetime) -> str:
        """Post a parcel."""
        body = orjson.dumps(_told(parcel), option=orjson.OPT_SORT_KEYS)
        stamp = str(int(at.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": parcel.id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(parcel.secret, id_=parcel.id, stamp=stamp, body=body),
        }
        ask(Request(NEIGHBOUR, parcel.to, headers=headers, body=body), wait_s=self.wait_s, doors=self.doors)
        return ""


def signature(secret: str, *, id_: str, stamp: str, body: bytes) -> str:
    """Return the signature under a secret of the form `whsec_<base64>`.

    Raises: Outage when the secret is none.

    Example:
        >>> secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        >>> id_, stamp = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330"
        >>> signature(secret, id_=id_, stamp=stamp, body=b'{"test": 2432232314}')
        'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as fault:
        raise Outage(NEIGHBOUR, permanent=True, detail="secret unusable") from fault
    signed = hmac.new(key, f"{id_}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def _told(parcel: Parcel) -> dict[str, object]:
    if len(parcel.news) == 1:
        return _told_of(parcel.news[0])
    gathered = [_told_of(one) for one in parcel.news]
    return {"type": GATHERED, "timestamp": utc_text(parcel.news[-1].told_at), "data": {"messages": gathered}}


def _told_of(news: News) -> dict[str, object]:
    data = {"about": news.about, "title": news.title, "text": news.text, "facts": dict(news.facts)}
    return {"type": news.topic, "timestamp": utc_text(news.told_at), "data": data}
