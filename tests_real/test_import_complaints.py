"""All real complaints come in through the one door, with their times, and what they say stays private."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

FILE = "complaints_zh/messages_with_replies_dev.csv.gz"
ROWS, CONSULTATIONS = 1463, 370
CHINA = timezone(timedelta(hours=8))
LOOKED_FOR_ROWS = 60
LONGEST_RUN_S = 240


@pytest.fixture(scope="module")
def complaints(real_data: Path) -> Path:
    """The file, or a failure where it is not."""
    path = real_data / FILE
    if not path.is_file():
        pytest.fail(f"{path} is not there")
    return path


@pytest.fixture(scope="module")
def rows(complaints: Path) -> list[dict[str, str]]:
    with gzip.open(complaints, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home of its own with a founded city in an SQLite file."""
    home = tmp_path_factory.mktemp("home")
    run(home, "init")
    return home


@pytest.fixture(scope="module")
def first_run(home: Path, complaints: Path) -> dict[str, object]:
    return {"counts": import_all(home, complaints)}


def run(home: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "GONGZHI_DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, *arguments] if arguments[0] == "-c" else [sys.executable, "-m", "gongzhi", *arguments],
        env=environment
        | {
            "GONGZHI_HOME": str(home),
            "GONGZHI_MODE": "demo",
            "DJANGO_SETTINGS_MODULE": "gongzhi.config.settings",
        },
        capture_output=True,
        text=True,
        timeout=LONGEST_RUN_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def import_all(home: Path, complaints: Path) -> str:
    rejects = home / "rejects.csv"
    said = run(
        home, "import-reports", str(complaints), "--profile", "complaints-zh", "--json", "--rejects", str(rejects)
    )
    return said.splitlines()[-1]


def ask(home: Path, question: str) -> Any:
    """What the home answers to a question asked in Python."""
    asked = f"import django, json; django.setup()\n{question}"
    return json.loads(run(home, "-c", asked).splitlines()[-1])


def test_every_row_comes_in_and_those_that_need_action_wait_for_a_place(first_run):
    assert first_run["counts"] == (
        f'{{"received": {ROWS}, "needs_location": {ROWS - CONSULTATIONS}, "repeated": 0, "rejected": 0}}'
    )


def test_all_of_them_show_as_place_unknown_and_every_reply_is_on_file(home, first_run):
    told = ask(
        home,
        "from gongzhi.intake import queries as reports; from gongzhi.cases.queries import needs_location_count\n"
        "from collections import Counter; from gongzhi.intake.models import Report\n"
        "from gongzhi.intake.states import ReportState\n"
        "places = Counter(Report.objects.values_list('place_state', flat=True))\n"
        "print(json.dumps([places, reports.counts_by_kind(), needs_location_count(),"
        " len(reports.page(limit=9999, state=ReportState.ANSWERED))]))",
    )
    assert told == [
        {"unknown": ROWS},
        {"complaint": ROWS - CONSULTATIONS, "consult": CONSULTATIONS},
        ROWS - CONSULTATIONS,
        ROWS,
    ]


def test_every_time_is_the_time_of_the_source(home, first_run, rows):
    told = ask(
        home,
        "from gongzhi.intake.models import Report\n"
        "print(json.dumps({one.source_key: [one.received_at.isoformat(), one.replied_at.isoformat()]"
        " for one in Report.objects.all()}))",
    )
    assert told == {row["message_id"]: [instant(row["message_time"]), instant(row["reply_time"])] for row in rows}


def instant(text: str) -> str:
    day, clock = text.split(" ")
    year, month, date = map(int, day.split("/"))
    hour, minute, second = map(int, clock.split(":"))
    return datetime(year, month, date, hour, minute, second, tzinfo=CHINA).astimezone(UTC).isoformat()


def test_what_people_wrote_and_who_they_are_stands_nowhere_in_clear(home, first_run, rows):
    kept = {
        path.name: path.read_bytes() for path in home.iterdir() if path.name.startswith(("gongzhi.sqlite3", "rejects"))
    }
    assert len(kept["gongzhi.sqlite3"]) > 1_000_000
    looked_for = [text for row in rows[:: len(rows) // LOOKED_FOR_ROWS] for text in private_texts(row)]
    assert len(looked_for) > 3 * LOOKED_FOR_ROWS
    assert [(name, text) for text in looked_for for name, content in kept.items() if text.encode() in content] == []


def private_texts(row: dict[str, str]) -> list[str]:
    """Pieces of what was written, long enough to be found nowhere by chance, and who wrote it."""
    pieces = (row["topic"][:12], row["detail"].strip()[5:20], row["reply"].strip()[10:25], row["user_id"])
    return [piece for piece in pieces if len(piece) > 5]


def test_what_people_wrote_can_be_read_by_those_who_may(home, first_run, rows):
    told = ask(
        home,
        "from gongzhi.intake import queries as reports; from gongzhi.intake.models import Report\n"
        f"row = reports.report_row(Report.objects.get(source_key={rows[0]['message_id']!r}))\n"
        "print(json.dumps(reports.words_of([row])[row.uid]))",
    )
    assert told == {
        "topic": rows[0]["topic"].strip(),
        "text": rows[0]["detail"].strip(),
        "answer": rows[0]["reply"].strip(),
    }


def test_the_record_is_intact_and_a_second_run_adds_nothing(home, first_run, complaints):
    question = (
        "from gongzhi.audit.verify import verify; found = verify()\n"
        "print(json.dumps([found.entries, [str(one) for one in found.findings]]))"
    )
    entries, findings = ask(home, question)
    assert findings == []
    assert entries > 2 * ROWS + (ROWS - CONSULTATIONS), "a receipt and a reply for each, and a case where one is due"
    assert import_all(home, complaints) == '{"received": 0, "needs_location": 0, "repeated": 1463, "rejected": 0}'
    assert ask(home, question) == [entries, []]
