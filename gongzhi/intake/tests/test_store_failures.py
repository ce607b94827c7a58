"""A full disk, a locked database: a clear refusal, nothing lost, nothing half-written."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection, transaction

from gongzhi.audit.verify import verify
from gongzhi.base.operations import StoreBusy
from gongzhi.cases import queries as cases
from gongzhi.intake import queries
from gongzhi.testing import moves

CITY_ON_A_FULL_DISK = Path(__file__).with_name("city_on_a_full_disk.py")


def test_on_a_full_disk_a_report_is_refused_and_what_was_acknowledged_is_kept(tmp_path):
    """A process of its own, since the limit on the size of its files holds for all it writes.

    The database is a file: a PostgreSQL server has its own disk, and answers with an error of the same meaning.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GONGZHI_")}
    done = subprocess.run(
        [sys.executable, CITY_ON_A_FULL_DISK],
        env=environment | {"GONGZHI_HOME": str(tmp_path), "GONGZHI_MODE": "test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["refusal"] == "store-full"
    assert told["acknowledged"] > 0
    assert told["kept"] == told["acknowledged"]
    assert told["cases"] == told["acknowledged"]
    assert told["repeated"], "the acknowledged ones are still known by their keys"
    assert told["received_after"], "with room again, the refused one is received"
    assert told["intact"]


@pytest.fixture
def impatient():
    """Wait a fifth of a second for a lock, not longer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        yield
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    else:
        options = connection.settings_dict["OPTIONS"]
        patience = options["timeout"]
        options["timeout"] = 0.2
        yield
        options["timeout"] = patience


@pytest.mark.django_db(transaction=True)
def test_while_another_holds_the_database_a_report_is_refused_and_may_be_sent_again(city, impatient):
    held, done = threading.Event(), threading.Event()

    def hold_the_database():
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("LOCK TABLE intake_report, base_idempotencykey IN EXCLUSIVE MODE")
            held.set()
            done.wait(30)
        connection.close()

    other = threading.Thread(target=hold_the_database)
    other.start()
    held.wait(30)
    try:
        with pytest.raises(StoreBusy):
            moves.report(key="k1")
    finally:
        done.set()
        other.join()
    assert queries.page() == []
    assert cases.state_counts() == {}

    assert not moves.report(key="k1").repeated
    assert verify().intact
