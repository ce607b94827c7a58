"""The napkin city on file."""

from __future__ import annotations

import pytest


@pytest.fixture
def city(db: None) -> None:
    """Have the napkin city on file."""
    # This file is read before Django starts, so the tables can only be imported here.
    from gongzhi.places.tests.napkin import napkin_city, take_over

    take_over(*napkin_city())
