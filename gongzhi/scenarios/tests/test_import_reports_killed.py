"""An import that is killed: what it had in hand is lost, the next run stores it, and nothing is there twice."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from django.db import connection

from gongzhi.audit.verify import verify
from gongzhi.intake.models import Report
from gongzhi.scenarios import founding, packs

ROWS = 160


def address_of_the_database():
    """The test's own database, as another process is told of it."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{quote(str(settings['NAME']))}"
    host = f"{settings['HOST']}:{settings['PORT']}" if settings["PORT"] else settings["HOST"]
    query = f"?host={quote(host, safe='/')}" if host.startswith("/") else ""
    return (
        f"postgresql://{quote(settings['USER'])}:{quote(settings['PASSWORD'])}@{'' if query else host}"
        f"/{quote(settings['NAME'])}{query}"
    )


@pytest.fixture
def letters(tmp_path):
    path = tmp_path / "letters.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("message_id", "message_time", "topic", "detail", "reply", "reply_time"))
        for number in range(ROWS):
            answer = ("已修好。", "2019/5/1 10:00:00") if number % 2 else ("", "")
            writer.writerow((number, "2019/4/24 16:03:40", f"第{number}盏路灯", "不亮", *answer))
    return path


def start(path):
    return subprocess.Popen(
        [sys.executable, "-m", "gongzhi", "import-reports", path, "--profile", "complaints-zh", "--json"],
        env=os.environ | {"GONGZHI_DATABASE_URL": address_of_the_database(), "GONGZHI_MODE": "test"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_loses_only_what_it_had_in_hand_and_the_next_run_completes_it(letters):
    founding.found(packs.load("xiamen"), at=datetime(2026, 11, 1, tzinfo=UTC), with_people=False)
    running = start(letters)
    give_up_at = time.monotonic() + 120
    while Report.objects.count() == 0 and running.poll() is None and time.monotonic() < give_up_at:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    kept = Report.objects.count()
    assert running.returncode == -signal.SIGKILL, "the import was done before it could be killed"
    assert 0 < kept < ROWS

    said, told = start(letters).communicate(timeout=240)
    assert said, told
    missing = ROWS - kept
    assert json.loads(said.splitlines()[-1]) == {
        "received": missing,
        "needs_location": missing,
        "repeated": kept,
        "rejected": 0,
    }
    keys = list(Report.objects.values_list("source_key", flat=True))
    assert sorted(map(int, keys)) == list(range(ROWS)), "nothing is lost and nothing is there twice"
    assert Report.objects.exclude(replied_at=None).count() == ROWS // 2
    assert verify().findings == []
