"""The placed San Francisco requests live through the lifecycle again, on SQLite, and a killed replay is completed."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

REJECTED = ["3654572", "4256084", "4264164", "4264217", "4269994", "4295239", "4298152", "4306051"]
PLACED = 2892
KILL_AFTER_CASES = 300


@dataclass
class Home:
    """A home of its own, and what the replays of the file in it said."""

    folder: Path
    file: Path
    said: list[dict[str, object]]

    def start(self, *words: str) -> subprocess.Popen[str]:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("GONGZHI_DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        } | {"GONGZHI_HOME": str(self.folder), "GONGZHI_MODE": "test"}
        return subprocess.Popen(
            [sys.executable, "-m", "gongzhi", *words],
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def finish(self, *words: str) -> tuple[int, str]:
        process = self.start(*words)
        output, errors = process.communicate()
        return process.returncode, output + errors

    def rows(self, statement: str) -> list[tuple]:
        with sqlite3.connect(f"file:{self.folder / 'gongzhi.sqlite3'}?mode=ro", uri=True, timeout=20) as database:
            return database.execute(statement).fetchall()

    def cases(self) -> int:
        try:
            return self.rows("SELECT count(*) FROM cases_case")[0][0]
        except sqlite3.OperationalError:  # the database is not there yet, or not migrated
            return 0


@pytest.fixture(scope="module")
def home(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The file replayed, killed in the middle, replayed to its end, and replayed once more."""
    file = real_data / "service_requests_311" / "sf311_requests_dev.csv.gz"
    home = Home(tmp_path_factory.mktemp("home"), file, [])
    victim = home.start("replay", str(file), "--profile", "sf311", "--json")
    deadline = time.monotonic() + 300
    while home.cases() < KILL_AFTER_CASES:
        assert victim.poll() is None, victim.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.2)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    assert victim.returncode == -signal.SIGKILL
    assert home.cases() < PLACED - len(REJECTED)
    for _ in range(2):
        code, output = home.finish("replay", str(file), "--profile", "sf311", "--json")
        assert code == 0, output
        home.said.append(json.loads(output.splitlines()[-1]))
    return home


def test_the_killed_replay_was_completed(home: Home):
    completed = home.said[0]
    wanted = {
        "replayed": 2884,
        "open": 86,
        "closed": 2798,
        "rejected": 8,
        "rejected_keys": REJECTED,
        "unplaced": 2138,
        "units_differing": [],
    }
    assert {name: completed[name] for name in wanted} == wanted


def test_replaying_again_added_nothing(home: Home):
    again = home.said[1]
    assert (again["moves"], again["entries"]) == (0, 0)
    same = ("replayed", "open", "closed", "late", "rejected_keys", "units")
    assert {name: again[name] for name in same} == {name: home.said[0][name] for name in same}


def test_each_unit_has_as_many_open_and_closed_cases_as_the_file(home: Home):
    wanted: Counter[tuple[str, str]] = Counter()
    with gzip.open(home.file, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if float(row["latitude"]) and row["unique_key"] not in REJECTED:
                wanted[row["agency_name"], row["status"]] += 1
    found = home.rows(
        "SELECT u.name_en, CASE c.state WHEN 'closed' THEN 'Closed' WHEN 'handling' THEN 'Open' ELSE c.state END,"
        " count(*) FROM cases_case c JOIN people_unit u ON u.code = c.unit_code GROUP BY 1, 2"
    )
    assert {(name, state): count for name, state, count in found} == wanted


def test_every_case_lies_in_the_city_at_its_historical_time(home: Home):
    assert home.rows("SELECT count(*) FROM cases_case WHERE place_state <> 'located'") == [(0,)]
    # 2008-07-01 15:49:47 and 2018-01-24 23:41:00 in the file: the clock of San Francisco in summer and in winter.
    found = home.rows("SELECT min(received_at), max(received_at) FROM intake_report")
    assert found == [("2008-07-01 22:49:47", "2018-01-25 07:41:00")]


def test_every_invented_time_is_marked_in_the_record(home: Home):
    acts = ("accept", "file", "dispatch", "acknowledge", "submit_result", "confirm_result", "pass_from_desk")
    names = ", ".join(f"'case.{act}'" for act in acts)
    unmarked = home.rows(
        f"SELECT count(*) FROM audit_entry WHERE type IN ({names})"
        """ AND CAST(body AS TEXT) NOT LIKE '%"assumed":[%"at"%]%'"""
    )
    assert unmarked == [(0,)]
    assert home.rows(f"SELECT count(DISTINCT type) FROM audit_entry WHERE type IN ({names})") == [(len(acts),)]


def test_the_replay_is_silent_and_its_record_verifies(home: Home):
    live = home.rows("""SELECT count(*) FROM audit_entry WHERE CAST(body AS TEXT) LIKE '%"origin":"live"%'""")
    assert live == [(0,)]
    assert home.rows("SELECT count(*) FROM audit_delivery") == [(0,)]
    code, output = home.finish("audit", "verify")
    assert code == 0, output


def test_the_home_of_this_city_refuses_another(home: Home):
    code, output = home.finish("init", "--pack", "xiamen")
    assert code == 2
    assert "another-city" in output
