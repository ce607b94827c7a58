"""A worker is killed outright while it holds a lease; another takes over, and nothing is lost or done twice."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest

from gongzhi.audit import registry
from gongzhi.audit.delivery import LEASE, deliver_due
from gongzhi.audit.models import Delivery
from gongzhi.audit.tests.conftest import MONDAY
from gongzhi.audit.tests.verification import named
from gongzhi.base.models import Sequence
from gongzhi.base.operations import next_number
from gongzhi.base.tests import other_process
from gongzhi.kernel.facts import FactType

ADDED = FactType("member.added")
WORKER = f"""
import time
from gongzhi.audit import registry
from gongzhi.audit.delivery import deliver_due
from gongzhi.base.operations import next_number
from gongzhi.kernel.clock import from_utc_text
from gongzhi.kernel.facts import FactType

def handle(told):
    next_number("handled")
    print("handling", flush=True)
    time.sleep(600)

registry._registry.subscribers.clear()
registry.subscribe("reader", [FactType("member.added")], handle)
at = from_utc_text("{(MONDAY + timedelta(days=1)).isoformat(timespec="microseconds").replace("+00:00", "Z")}")
deliver_due(worker="killed", clock=lambda: at)
"""


@pytest.mark.django_db(transaction=True)
def test_another_worker_takes_over_from_one_that_was_killed(only_these_listen, officer):
    worker = other_process.start(WORKER)
    other_process.wait_for(worker, "handling")
    worker.send_signal(signal.SIGKILL)
    assert worker.wait(timeout=30) == -signal.SIGKILL

    heard: list[int] = []
    registry.subscribe("reader", [ADDED], lambda told: heard.append(next_number("handled")))
    at = MONDAY + timedelta(days=1)
    assert Delivery.objects.get().leased_by == "killed"
    assert not Sequence.objects.exists(), "what the killed worker did half is gone"
    assert deliver_due(worker="heir", clock=lambda: at) == 0
    at += LEASE
    assert deliver_due(worker="heir", clock=lambda: at) == 1
    assert heard == [1]
    assert not Delivery.objects.exists()
    assert named() == []
