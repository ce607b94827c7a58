"""The tools that set the house up: the search for a Python, and the PostgreSQL that is thrown away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house import house

WITH_POSTGRES = [sys.executable, str(house.ROOT / "scripts" / "with_postgres.py")]


def find_python(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(house.ROOT / "scripts" / "find_python.sh")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def program(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_a_python_that_is_named_but_does_not_run_is_passed_over(tmp_path):
    folder = tmp_path / "a folder"
    program(folder, "python3.14", "#!/bin/sh\nexit 127\n")
    program(folder, "python3.13", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    found = find_python(PATH=str(folder))
    assert (found.returncode, found.stdout.strip()) == (0, sys.executable)


def test_without_a_recent_python_the_message_says_what_is_needed(tmp_path):
    program(tmp_path, "python3", "#!/bin/sh\nexit 1\n")
    found = find_python(PATH=str(tmp_path))
    assert found.returncode == 1
    assert "Python 3.11 or newer" in found.stderr


def test_a_python_that_was_asked_for_is_not_replaced_by_another_one(tmp_path):
    old = program(tmp_path, "old", "#!/bin/sh\nexit 1\n")
    assert find_python(PATH=os.environ["PATH"], GONGZHI_PYTHON=str(old)).returncode == 1


def find_browser(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(house.ROOT / "scripts" / "find_browser.sh")],
        env={"PATH": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_browser_that_was_asked_for_is_not_replaced_by_another_one(tmp_path):
    found, named = (program(tmp_path, name, "#!/bin/sh\n") for name in ("chromium", "mine"))
    program(tmp_path, "id", "#!/bin/sh\necho 1000\n")
    assert find_browser(tmp_path).stdout.strip() == str(found)
    assert find_browser(tmp_path, GONGZHI_BROWSER=str(named)).stdout.strip() == str(named)
    assert find_browser(tmp_path, GONGZHI_BROWSER=str(tmp_path / "none")).returncode == 1


def test_without_a_browser_root_installs_one_and_others_are_told_what_to_install(tmp_path):
    program(tmp_path, "id", "#!/bin/sh\necho 1000\n")
    program(
        tmp_path,
        "apt-get",
        f'#!/bin/sh\necho "$@"\n[ "$1" = update ] && exit\n'
        f'printf "#!/bin/sh\\n" > {tmp_path}/chromium\n/bin/chmod +x {tmp_path}/chromium\n',
    )
    told = find_browser(tmp_path)
    assert told.returncode == 1
    assert "apt install chromium" in told.stderr
    program(tmp_path, "id", "#!/bin/sh\necho 0\n")
    installed = find_browser(tmp_path)
    assert (installed.returncode, installed.stdout.strip()) == (0, str(tmp_path / "chromium"))
    assert "install -qq -y --no-install-recommends chromium" in installed.stderr


@pytest.fixture
def without_a_server(monkeypatch) -> None:
    monkeypatch.delenv("GONGZHI_TEST_POSTGRES_URL", raising=False)
    monkeypatch.delenv("GONGZHI_DATABASE_URL", raising=False)


@pytest.mark.usefixtures("without_a_server")
def test_a_command_runs_with_a_postgresql_that_is_gone_afterwards():
    ask = (
        "import os, psycopg; url = os.environ['GONGZHI_DATABASE_URL']; print(url.partition('host=')[2]);"
        "print(psycopg.connect(url).execute('select 6 * 7').fetchone()[0]); raise SystemExit(3)"
    )
    ran = subprocess.run([*WITH_POSTGRES, sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    folder, answer = ran.stdout.split()
    assert (ran.returncode, answer) == (3, "42")
    assert not Path(folder).exists()


@pytest.mark.usefixtures("without_a_server")
def test_an_interrupted_command_leaves_no_server_behind():
    tell = (
        "import os, time; print(os.environ['GONGZHI_DATABASE_URL'].partition('host=')[2], flush=True); time.sleep(60)"
    )
    with subprocess.Popen([*WITH_POSTGRES, sys.executable, "-c", tell], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        folder = Path(running.stdout.readline().strip())
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) == 130
    assert not folder.exists()
    assert is_gone(server, within_s=5)


def test_a_server_that_is_named_is_used_and_none_is_started(monkeypatch):
    monkeypatch.setenv("GONGZHI_TEST_POSTGRES_URL", "postgresql://elsewhere/name")
    ask = "import os; print(os.environ['GONGZHI_DATABASE_URL'])"
    ran = subprocess.run([*WITH_POSTGRES, sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "postgresql://elsewhere/name"


def is_gone(process: int, *, within_s: float) -> bool:
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
