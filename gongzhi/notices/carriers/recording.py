"""A carrier that only writes down what it would have sent: for demos, tests and a city that is not open yet."""

from __future__ import annotations

import os
import threading
from datetime import datetime
from pathlib import Path

import orjson

from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import Outage
from gongzhi.notices.carriers.parcel import Parcel
from gongzhi.notices.states import Carrier

_writing = threading.Lock()
_SHOWN_OF_AN_ADDRESS = 3


class Recorder:
    """Appends one line of JSON for each parcel; of an address only the beginning."""

    def __init__(self, carrier: Carrier, path: Path) -> None:
        self.carrier = carrier
        self.path = path

    def send(self, parcel: Parcel, *, at: datetime) -> str:
        """Write a parcel down."""
        line = {
            "at": utc_text(at),
            "carrier": self.carrier.value,
            "id": parcel.id,
            "to": f"{parcel.to[:_SHOWN_OF_AN_ADDRESS]}…",
            "title": parcel.title,
            "text": parcel.text,
            "topics": [one.topic for one in parcel.news],
            "about": [one.about for one in parcel.news],
        }
        try:
            with _writing, self.path.open("ab") as file:
                file.write(orjson.dumps(line) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as fault:
            raise Outage("recorder", permanent=False, detail=fault.strerror or "") from fault
        return "recorded"
