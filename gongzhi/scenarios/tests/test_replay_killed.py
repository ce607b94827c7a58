"""A replay that is killed in the middle, for real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from gongzhi.audit import queries as audit
from gongzhi.audit.verify import verify
from gongzhi.intake import queries as reports
from gongzhi.scenarios.tests.requests_311 import INVENTED, replay, write

ROOT = Path(__file__).resolve().parents[3]

# A process of its own on the very database of this test, which kills itself after three transactions.
KILLED = """
import os, signal, sys
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
from pathlib import Path
from gongzhi.scenarios.replay import requests, run
from gongzhi.scenarios.tests.requests_311 import SF311
transactions = []
def count(made, of):
    transactions.append(made)
    if len(transactions) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
run.replay(requests.read(Path(sys.argv[2]), SF311), SF311, progress=count, moves_at_once=7, turn_s=600)
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_replay_is_completed_by_the_next_one(tmp_path):
    file = write(tmp_path / "requests.csv.gz", INVENTED)
    name = str(connection.settings_dict["NAME"])
    connection.close()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, name, str(file)], cwd=ROOT, env=os.environ, capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    kept = audit.last_position()
    assert 0 < len(reports.cases_by_source_key("sf311")) < 7

    completed = replay(file)

    assert completed.agrees
    assert completed.moves == 7 * 5 + 5 * 4 - 3 * 7
    assert audit.last_position() == kept + completed.entries
    assert verify().findings == []
    assert replay(file).entries == 0
