"""The neighbours with whom work sheets are exchanged: where each takes our messages, and the key it shares with us.

Both stand in the environment (docs/worksheets.md). A demo shares one key that everybody knows, and writes its messages
into the home folder instead of sending them; production refuses that key.
"""

from __future__ import annotations

import hmac
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from django.conf import settings

from gongzhi.intake import rules
from gongzhi.intake.rules.sheets import SIGNATURE_LASTS
from gongzhi.kernel.refusals import Outage
from gongzhi.notices.carriers.http import Request, ask
from gongzhi.notices.carriers.webhook import signature

EXCHANGE: Final = "exchange"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A neighbour: its name, where our messages go (http(s)://… or file:///folder), and the key of both sides."""

    name: str
    url: str
    key: str


def neighbour(name: str) -> Neighbour:
    """Return a neighbour that exchanges work sheets with us. Raises: NeighbourUnknown."""
    key = settings.GONGZHI_NEIGHBOUR_KEYS.get(name)
    if key is None:
        raise rules.NeighbourUnknown(neighbour=name[:40])
    return Neighbour(name, settings.GONGZHI_NEIGHBOURS.get(name, ""), key)


def names() -> list[str]:
    """Return the names of all neighbours."""
    return sorted(settings.GONGZHI_NEIGHBOUR_KEYS)


def require_signed(name: str, *, id_: str, stamp: str, given: str, body: bytes, at: datetime) -> None:
    """Refuse a message that a neighbour did not sign, or signed too long ago.

    The form is that of Standard Webhooks, the same in both directions.

    Raises: NeighbourUnknown, SignatureWrong.
    """
    known = neighbour(name)
    if (
        not (stamp.isascii() and stamp.isdecimal())
        or abs(at.timestamp() - int(stamp)) > SIGNATURE_LASTS.total_seconds()
    ):
        raise rules.SignatureWrong(neighbour=name)
    wanted = signature(known.key, id_=id_, stamp=stamp, body=body)
    if not any(hmac.compare_digest(wanted.encode(), one.encode("utf-8", "replace")) for one in given.split()):
        raise rules.SignatureWrong(neighbour=name)


def hand_over(to: Neighbour, *, id_: str, file: str, body: bytes, at: datetime) -> None:
    """Hand a message over: post it, or drop it as a file where the neighbour fetches it.

    Raises: Outage.
    """
    url = to.url
    if settings.GONGZHI_MESSAGES == "record":
        url = (settings.GONGZHI_HOME / EXCHANGE / to.name).as_uri()
    parts = urlsplit(url)
    if parts.scheme == "file":
        _drop(Path(unquote(parts.path)), file=file, body=body, neighbour_name=to.name)
    elif parts.scheme in {"http", "https"}:
        stamp = str(int(at.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": id_,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(to.key, id_=id_, stamp=stamp, body=body),
        }
        ask(Request(to.name, url, headers=headers, body=body), wait_s=settings.GONGZHI_CARRIER_WAIT_S)
    else:
        raise Outage(to.name, permanent=True, detail="not set up")


def _drop(folder: Path, *, file: str, body: bytes, neighbour_name: str) -> None:
    """Write a file that appears under its name only when it is whole; the same one again replaces itself."""
    try:
        if folder.is_relative_to(settings.GONGZHI_HOME):
            folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".sheet-")
        try:
            with os.fdopen(handle, "wb") as written:
                written.write(body)
                written.flush()
                os.fsync(written.fileno())
            Path(draft).replace(folder / file)
        finally:
            with suppress(FileNotFoundError):  # it has its name by now
                os.unlink(draft)
    except OSError as fault:
        raise Outage(neighbour_name, permanent=False, detail=fault.strerror or "folder") from fault
