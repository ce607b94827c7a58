"""Rulings for tests: a unit sends a case back and names another one, and the shift leader rules."""

from __future__ import annotations

from gongzhi.cases.queries import CaseRow
from gongzhi.dispatch import queries
from gongzhi.dispatch.queries import PrecedentRow
from gongzhi.intake.rules import GivenPlace
from gongzhi.testing import moves, turns
from gongzhi.testing.cases import filed_case

GROUNDS = "人行道上的共享单车由运营企业清理，区局负责监督"


def ruling(
    *,
    unit: str = "bikes",
    place: GivenPlace = moves.SIMING,
    grounds: str = GROUNDS,
    case: CaseRow | None = None,
) -> PrecedentRow:
    """Let the unit of a filed case send it back and name the one that is then ruled to answer; return the precedent."""
    returned = turns.send_away(moves.dispatch(case or filed_case(place=place)), proposed=unit)
    ruled = turns.arbitrate(returned, unit=unit, grounds=grounds)
    (kept,) = [one for one in queries.precedents(at=ruled.moved_at) if one.case == ruled.uid]
    return kept
