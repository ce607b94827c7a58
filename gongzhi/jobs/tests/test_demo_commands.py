"""What `gongzhi demo` tells at its end."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from gongzhi.audit import seals
from gongzhi.audit.models import Seal
from gongzhi.intake.states import Channel
from gongzhi.jobs import demo_commands
from gongzhi.testing import moves, turns
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def summary() -> str:
    told = io.StringIO()
    demo_commands._show(Console(file=told, width=200))
    return told.getvalue()


def test_the_demo_verifies_its_record_with_the_anchor_of_its_home(tmp_path, settings):
    settings.GONGZHI_HOME = tmp_path
    while seals.place_entries(at=MONDAY_9AM):
        pass
    assert seals.seal(at=MONDAY_9AM) is not None
    assert "完好" in summary()
    Seal.objects.all().delete()
    assert "完好" not in summary()


def test_the_demo_counts_the_turns_apart_from_the_closed_cases():
    found = moves.case_of(moves.report(channel=Channel.PATROL))
    turns.solve_on_the_spot(found)
    (line,) = [one for one in summary().splitlines() if "自处置" in one]
    assert line.split("自处置（另计）")[1].split("│")[1].strip() == "1"
