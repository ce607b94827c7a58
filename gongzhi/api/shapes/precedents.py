"""Rulings on which unit answers, as they are searched and as they become rules."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from gongzhi.api.shapes import In, Instant, Out, Words
from gongzhi.api.shapes.people import AreaPath
from gongzhi.api.shapes.times import Day

Reason = Annotated[Words, Field(min_length=1, max_length=2000)]
SearchText = Annotated[Words, Field(max_length=100, description="words that the ruling must hold, in any order")]


class PrecedentOut(Out):
    """A ruling: the case, the units that disputed it, the one it was given to, and why. `grounds` may be erased."""

    id: UUID
    case: UUID
    number: str
    class_key: str
    area: str
    units: list[str]
    unit_code: str
    grounds: str | None
    decided_at: Instant
    until_at: Instant | None
    rule: str
    version: int


class RuleOfIn(In):
    """The rule that is made of a ruling; without `area` it holds where the matter lay."""

    code: Annotated[Words, Field(min_length=1, max_length=80)]
    from_on: Day
    until_on: Day | None = None
    area: AreaPath | None = None


class EndPrecedentIn(In):
    """Why the ruling is a precedent no more."""

    grounds: Reason


class EraseGroundsIn(In):
    """On which ground of the law the words of a ruling are erased, and why."""

    rule: Annotated[Words, Field(min_length=1, max_length=60)]
    grounds: Reason
