"""A worker is killed outright in the middle of an attempt; another sends the message again, under the same id."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from gongzhi.audit.verify import verify
from gongzhi.base.tests import other_process
from gongzhi.kernel.clock import utc_text
from gongzhi.notices import delivery
from gongzhi.notices.models import Message, Sending
from gongzhi.notices.states import Carrier, MessageState
from gongzhi.notices.tests.scene import OVERDUE, reachable, tell, to
from gongzhi.testing.moves import MONDAY_9AM

WORKER = """
import time
from gongzhi.kernel.clock import from_utc_text
from gongzhi.notices import carriers, delivery
from gongzhi.notices.states import Carrier
from gongzhi.notices.tests import scene

scene.register()

class Slow:
    def send(self, parcel, *, at):
        with open({path!r}, "a") as file:
            file.write(parcel.id)
        if {takes_it}:
            print("sent", flush=True)
        else:
            print("sending", flush=True)
        time.sleep(600)

with carriers.using({{Carrier.SMS: Slow()}}):
    delivery.tick(from_utc_text({at!r}), worker="killed")
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("takes_it", [False, True], ids=["before the provider took it", "after"])
def test_another_worker_takes_over_from_one_that_was_killed(
    topics, acceptor, admin, pockets, tmp_path: Path, takes_it: bool
):
    reachable(acceptor, admin, sms="13800001234")
    tell(OVERDUE, audience=to(acceptor))
    seen = tmp_path / "seen"
    worker = other_process.start(WORKER.format(path=str(seen), takes_it=takes_it, at=utc_text(MONDAY_9AM)))
    other_process.wait_for(worker, "sent" if takes_it else "sending")
    worker.send_signal(signal.SIGKILL)
    assert worker.wait(timeout=30) == -signal.SIGKILL

    message = Message.objects.get(carrier="sms")
    assert (message.state, Sending.objects.get().leased_by) == (MessageState.WAITING, "killed")
    assert delivery.tick(MONDAY_9AM, worker="heir") == 0
    assert delivery.tick(MONDAY_9AM + delivery.LEASE, worker="heir") == 1
    (parcel,) = pockets[Carrier.SMS].got
    assert parcel.id == seen.read_text() == str(message.uid), "the provider knows it again by its id"
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.SENT, 2)
    assert not Sending.objects.exists()
    assert verify().findings == []
