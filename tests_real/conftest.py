"""Tests on real data, which are kept apart from the product: without the data they fail, they are never left out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real data."""
    folder = Path(os.environ.get("GONGZHI_SHARED_DATA", BESIDE))
    if not folder.is_dir():
        pytest.fail(f"The real data are not at {folder}. Put them there or name their folder: GONGZHI_SHARED_DATA=…")
    return folder
