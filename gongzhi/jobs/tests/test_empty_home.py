"""A command about a city that is not there leaves nothing behind in the folder where somebody typed it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gongzhi.audit import seals
from gongzhi.testing.moves import MONDAY_9AM


def typed(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"GONGZHI_HOME": str(home), "GONGZHI_DATABASE_URL": ""}
    command = [sys.executable, "-m", "gongzhi", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", [("policy", "list"), ("audit", "verify"), ("serve",)], ids=" ".join)
def test_a_command_about_a_city_makes_nothing_in_an_empty_home(tmp_path, words):
    done = typed(tmp_path / "home", *words)
    assert done.returncode == 2
    assert "[no-city]" in done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("words", [("--help",), ("policy", "list", "--help"), ("people",)], ids=" ".join)
def test_a_command_tells_of_itself_without_a_city_and_makes_nothing(tmp_path, words):
    done = typed(tmp_path / "home", *words)
    assert "Usage:" in done.stdout + done.stderr
    assert "no-city" not in done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.django_db
def test_whoever_brings_an_anchor_learns_that_the_whole_home_is_gone(city, tmp_path, settings):
    settings.GONGZHI_HOME = tmp_path
    while seals.place_entries(at=MONDAY_9AM):
        pass
    assert seals.seal(at=MONDAY_9AM) is not None
    anchor = tmp_path / "anchors" / "seals.jsonl"
    done = typed(tmp_path / "home", "audit", "verify", "--json", "--anchor", str(anchor))
    assert (done.returncode, "record-gone" in done.stdout) == (1, True)
