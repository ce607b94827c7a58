"""A font for papers that no machine has to have.

Read before Django starts, so the fixture imports what it needs.
"""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def font(settings) -> None:
    from gongzhi.testing.fonts import folder_with_a_font

    settings.GONGZHI_PAPER_FONTS = str(folder_with_a_font())
