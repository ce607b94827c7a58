"""The work in the background: deliver facts, let timers pass, make display copies, seal the record, sweep files.

Every piece of it may run in several workers at once: deliveries are leased, timers mark once, one sealer holds a lock.
What waits for other people's machines has a thread of its own, so that a mail relay that is slow holds up no timer.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.management import call_command
from django.db import DatabaseError, close_old_connections, connections

from gongzhi.audit import delivery, seals
from gongzhi.cases import operations as cases
from gongzhi.evidence import operations as evidence
from gongzhi.intake import operations as intake
from gongzhi.intake import sheet_delivery
from gongzhi.kernel.clock import wall_clock
from gongzhi.notices import delivery as notices
from gongzhi.parameters.queries import city_or_none
from gongzhi.people import operations as people
from gongzhi.web.registry import errands

log = logging.getLogger("gongzhi.worker")

_FAREWELL_S = 10
"""So long a worker that stops waits for the carrier that it is talking to; what is cut off is sent again by another."""


@dataclass
class Chore:
    """Something done again and again, with the time between; `waits` says that it waits for other people's machines."""

    name: str
    every: timedelta
    do: Callable[[datetime], object]
    next_at: datetime | None = None
    waits: bool = False


def _deliver(at: datetime) -> int:
    return delivery.deliver_due(worker=_name(), clock=wall_clock)


def _tick(at: datetime) -> int:
    return cases.tick(at) + intake.tick(at)


def _seal(at: datetime) -> object:
    return seals.seal(at=at)


def _show(at: datetime) -> int:
    return evidence.make_displays(at, worker=_name())


def _sweep(at: datetime) -> int:
    return evidence.sweep_orphans(at) + evidence.sweep_uploads(at)


def _sweep_sign_ins(at: datetime) -> int:
    call_command("clearsessions")  # of browsers: those of staff stay in the record
    return people.forget_old_attempts(at)


def _sweep_strays(at: datetime) -> int:
    return evidence.sweep_strays(at)


def chores() -> list[Chore]:
    """Return the chores of a worker."""
    return [
        Chore("deliver", timedelta(seconds=1), _deliver),
        Chore("tick", timedelta(seconds=20), _tick),
        Chore("remind", timedelta(minutes=1), cases.remind),
        Chore("notices", timedelta(seconds=5), notices.tick, waits=True),
        Chore("sheets", timedelta(seconds=5), sheet_delivery.tick, waits=True),
        Chore("displays", timedelta(seconds=2), _show),
        Chore("seal", timedelta(minutes=10), _seal),
        Chore("sweep", timedelta(hours=1), _sweep),
        Chore("sweep-sign-ins", timedelta(hours=1), _sweep_sign_ins),
        Chore("sweep-strays", timedelta(days=1), _sweep_strays),
        *(Chore(one.name, one.every, one.do) for one in errands()),
    ]


@dataclass
class Worker:
    """Does its chores until it is told to stop."""

    pause_s: float = 0.5
    chores: list[Chore] = field(default_factory=chores)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Work until `stop` is called. A busy or absent database is waited for, anything else is logged loudly."""
        log.info("worker %s started", _name())
        waiting = threading.Thread(target=self._run_those, kwargs={"waits": True}, name="gongzhi-waiting", daemon=True)
        waiting.start()
        self._run_those(waits=False)
        waiting.join(timeout=_FAREWELL_S)
        log.info("worker %s stopped", _name())

    def once(self, at: datetime) -> None:
        """Do every chore that is due at an instant."""
        self._do(self.chores, at)

    def _run_those(self, *, waits: bool) -> None:
        mine = [chore for chore in self.chores if chore.waits is waits]
        while not self._stopping.is_set():
            self._do(mine, wall_clock())
            self._stopping.wait(self.pause_s)
        connections.close_all()

    def _do(self, chores: Iterable[Chore], at: datetime) -> None:
        close_old_connections()
        for chore in chores:
            if chore.next_at is not None and at < chore.next_at:
                continue
            chore.next_at = at + chore.every
            try:
                if city_or_none() is not None:
                    chore.do(at)
            except DatabaseError as fault:
                log.warning("chore %s waits for the database: %s", chore.name, fault)
            except Exception:
                log.exception("chore %s failed and is tried again at %s", chore.name, chore.next_at)

    def stop(self) -> None:
        """Ask the worker to finish what it does and end."""
        self._stopping.set()


def _name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"[:64]
