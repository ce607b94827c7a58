"""An import whose database runs out of disk: a clear refusal, the rows so far are kept, the rest comes next time."""

import csv
import json
import os
import resource
import sqlite3
import subprocess
import sys

import pytest

ROWS = 160
ROOM_BYTES = 200_000


@pytest.fixture
def home(tmp_path):
    """A founded city on SQLite: a PostgreSQL server has its own disk, and answers with an error of the same meaning."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GONGZHI_")}
    environment = kept | {"GONGZHI_HOME": str(tmp_path / "home"), "GONGZHI_LANGUAGE": "en"}
    founded = run(environment, "init")
    assert founded.returncode == 0, founded.stderr
    return environment


@pytest.fixture
def letters(tmp_path):
    path = tmp_path / "letters.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("message_id", "message_time", "topic", "detail", "reply", "reply_time"))
        for number in range(ROWS):
            writer.writerow(
                (number, "2019/4/24 16:03:40", f"第{number}盏路灯", "不亮", "已修好。", "2019/5/1 10:00:00")
            )
    return path


def run(environment, *words, largest_file_bytes=resource.RLIM_INFINITY):
    """Run a command that can make no file larger than this, as on a disk that is full."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file_bytes, resource.RLIM_INFINITY))

    command = [sys.executable, "-m", "gongzhi", *map(str, words)]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, preexec_fn=limit, timeout=240
    )


def database(environment):
    return f"{environment['GONGZHI_HOME']}/gongzhi.sqlite3"


def reports_in(environment):
    connection = sqlite3.connect(database(environment))
    try:
        ((count,),) = connection.execute("SELECT count(*) FROM intake_report")
        return count
    finally:
        connection.close()


def test_on_a_full_disk_an_import_keeps_what_it_stored_and_the_next_run_brings_the_rest(home, letters):
    said = ("import-reports", letters, "--profile", "complaints-zh", "--json")
    refused = run(home, *said, largest_file_bytes=os.stat(database(home)).st_size + ROOM_BYTES)
    assert refused.returncode == 2, refused.stderr
    assert refused.stderr.strip().endswith("[store-full]")
    assert "Traceback" not in refused.stderr
    kept = reports_in(home)
    assert 0 < kept < ROWS
    assert json.loads(refused.stdout.splitlines()[-1])["received"] == kept
    assert "stays as it is" in refused.stderr

    done = run(home, *said)
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout.splitlines()[-1])
    assert (counts["received"], counts["repeated"], counts["rejected"]) == (ROWS - kept, kept, 0)
    assert reports_in(home) == ROWS
    verified = run(home, "audit", "verify")
    assert verified.returncode == 0, verified.stdout
