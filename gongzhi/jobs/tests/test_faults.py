"""What a command says when the database fails it: what to do, never a traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import DatabaseError

from gongzhi.jobs.faults import refusal_of


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GONGZHI_")}
    return kept | {"GONGZHI_HOME": str(tmp_path / "home")}


def gongzhi(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gongzhi", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def refused(environment: dict[str, str], *words: str) -> str:
    done = gongzhi(environment, *words)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_a_database_file_in_a_folder_that_is_not_there_is_named(environment, tmp_path):
    url = {"GONGZHI_DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/city.sqlite3"}
    assert refused(environment | url, "init").endswith("[store-unreachable]")


def test_a_file_that_is_no_database_is_left_as_it_is(environment, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("no database, but a letter of some length" * 100, encoding="utf-8")
    said = refused(environment | {"GONGZHI_DATABASE_URL": f"sqlite:///{letter}"}, "init")
    assert said.endswith("[store-unreachable]")
    assert letter.read_text(encoding="utf-8").startswith("no database")


def test_a_server_that_does_not_answer_is_told_without_the_password(environment):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        url = {"GONGZHI_DATABASE_URL": f"postgresql://gongzhi:s3cret@127.0.0.1:{port}/city"}
        said = refused(environment | url, "init")
    assert said.endswith("[store-unreachable]")
    assert f"{port}" in said
    assert "s3cret" not in said


def test_a_database_of_an_older_version_names_init(environment):
    made = gongzhi(environment, "manage", "migrate", "parameters", "--verbosity", "0")
    assert made.returncode == 0, made.stderr
    said = refused(environment, "audit", "verify")
    assert said.endswith("[store-outdated]")
    assert "gongzhi init" in said


@pytest.mark.django_db
def test_a_fault_of_a_database_that_is_as_it_should_be_is_a_bug_and_crashes():
    assert refusal_of(DatabaseError("no such column: nonsense")) is None
