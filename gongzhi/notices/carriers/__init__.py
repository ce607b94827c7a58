"""The ways out of the product: one module for each, behind one interface, and a recorder that sends nothing.

The inbox is no carrier here: what is told stands in it at once. A carrier raises `Outage` and nothing else when a
message could not be handed over; its words never hold an address or a text, since they enter the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings

from gongzhi.kernel.refusals import Misconfigured, Outage
from gongzhi.notices.carriers.email import Email
from gongzhi.notices.carriers.http import Doors
from gongzhi.notices.carriers.parcel import Carriage, News, Parcel
from gongzhi.notices.carriers.recording import Recorder
from gongzhi.notices.carriers.sms import Sms, gateway
from gongzhi.notices.carriers.webhook import Webhook
from gongzhi.notices.carriers.wecom import WeCom
from gongzhi.notices.states import OUTWARD, Carrier

_others: dict[Carrier, Carriage] = {}


def carriage(carrier: Carrier) -> Carriage:
    """Return what carries messages by a way out of the product, as this installation has set it up.

    Raises: Outage when it has not, or wrongly.
    """
    if carrier in _others:
        return _others[carrier]
    if carrier not in set_up():
        raise Outage(carrier.value, permanent=True, detail="not set up")
    try:
        return _built(carrier)
    except Misconfigured as fault:
        raise Outage(carrier.value, permanent=True, detail=str(fault)) from fault


def set_up() -> frozenset[Carrier]:
    """Return the carriers of this installation; where messages are only recorded, all of them."""
    if settings.GONGZHI_MESSAGES == "record":
        return frozenset(Carrier)
    found = {Carrier.INBOX, Carrier.WEBHOOK}
    found |= {Carrier.EMAIL} if settings.GONGZHI_MAIL_URL else set()
    found |= {Carrier.SMS} if settings.GONGZHI_SMS_FILE else set()
    found |= {Carrier.WECOM} if settings.GONGZHI_WECOM_CORP else set()
    return frozenset(found | _others.keys())


@contextmanager
def using(others: dict[Carrier, Carriage]) -> Iterator[None]:
    """Let other carriages stand in for those of the installation, for a trial run or a test."""
    before = dict(_others)
    _others.update(others)
    try:
        yield
    finally:
        _others.clear()
        _others.update(before)


@cache
def _built(carrier: Carrier) -> Carriage:
    if carrier not in OUTWARD:
        raise ValueError(f"{carrier} leads nowhere")
    if settings.GONGZHI_MESSAGES == "record":
        return Recorder(carrier, settings.GONGZHI_HOME / "messages.jsonl")
    wait_s = settings.GONGZHI_CARRIER_WAIT_S
    if carrier is Carrier.EMAIL:
        return Email(settings.GONGZHI_MAIL_URL, from_=settings.GONGZHI_MAIL_FROM, wait_s=wait_s)
    if carrier is Carrier.SMS:
        return Sms(gateway(settings.GONGZHI_SMS_FILE), secret=settings.GONGZHI_SMS_SECRET, wait_s=wait_s)
    if carrier is Carrier.WECOM:
        return WeCom(
            settings.GONGZHI_WECOM_URL,
            corp=settings.GONGZHI_WECOM_CORP,
            agent=settings.GONGZHI_WECOM_AGENT,
            secret=settings.GONGZHI_WECOM_SECRET,
            wait_s=wait_s,
        )
    return Webhook(Doors(public_only=True, also=tuple(settings.GONGZHI_WEBHOOK_NETWORKS)), wait_s=wait_s)


__all__ = ["Carriage", "News", "Parcel", "carriage", "set_up", "using"]
