"""The worker does each chore in its time, and one that fails stops no other."""

import os
import threading
from datetime import UTC, datetime, timedelta

import pytest

from gongzhi.evidence.operations import ORPHAN_AGE
from gongzhi.evidence.stores import file_home
from gongzhi.jobs.worker import Chore, Worker, chores
from gongzhi.portal.models import ReportDraft
from gongzhi.portal.operations import change_draft

MONDAY_9AM = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]


def test_bytes_that_no_file_knows_are_swept_once_a_day():
    stray = file_home() / "incoming" / "broken-off.part"
    stray.parent.mkdir(parents=True, exist_ok=True)
    worker = Worker(chores=[one for one in chores() if one.name == "sweep-strays"])

    def left_behind(at):
        stray.write_bytes(b"left by a crash")
        aged = (at - ORPHAN_AGE).timestamp()
        os.utime(stray, (aged, aged))
        worker.once(at)
        return stray.exists()

    assert not left_behind(MONDAY_9AM)
    assert left_behind(MONDAY_9AM + timedelta(hours=23))
    assert not left_behind(MONDAY_9AM + timedelta(hours=24))


def test_what_a_citizen_began_and_did_not_send_is_forgotten_after_a_day_though_nobody_comes():
    change_draft("8e4c", lambda one: one, secret="device", at=MONDAY_9AM, opens_for="203.0.113.9")
    worker = Worker(chores=[one for one in chores() if one.name == "sweep-drafts"])
    kept = []
    for hours in (0, 23, 24):
        worker.once(MONDAY_9AM + timedelta(hours=hours))
        kept.append(ReportDraft.objects.count())
    assert kept == [1, 1, 0]


def test_a_chore_that_fails_is_logged_and_the_others_are_done(caplog):
    done = []

    def fail(at):
        raise RuntimeError("the chore is broken")

    worker = Worker(chores=[Chore("broken", timedelta(hours=1), fail), Chore("sound", timedelta(hours=1), done.append)])
    worker.once(MONDAY_9AM)
    assert done == [MONDAY_9AM]
    assert "the chore is broken" in caplog.text


def test_a_carrier_that_keeps_us_waiting_holds_up_no_timer():
    called, answers, rounds = threading.Event(), threading.Event(), threading.Semaphore(0)

    def call(at):
        called.set()
        answers.wait(30)

    slow = Chore("slow", timedelta(0), call, waits=True)
    worker = Worker(chores=[slow, Chore("quick", timedelta(0), lambda at: rounds.release())], pause_s=0.01)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        assert called.wait(30)
        assert all(rounds.acquire(timeout=30) for _ in range(5))
        assert not answers.is_set()
    finally:
        answers.set()
        worker.stop()
        thread.join(30)
    assert not thread.is_alive()


def test_only_what_waits_for_other_machines_runs_beside_the_others():
    assert [one.name for one in chores() if one.waits] == ["notices", "sheets"]
