"""Who is on duty, who stands in for whom, which nights were declared, and what is still in somebody's hands."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from gongzhi.api.shapes import In, Instant, Out, PublicId, Words
from gongzhi.api.shapes.people import AreaPath, ShortName, TokenOut
from gongzhi.api.shapes.times import GivenInstant
from gongzhi.people.states import ReviewOutcome

Reason = Annotated[Words, Field(min_length=1, max_length=2000)]


class OnDutyOut(Out):
    """Somebody who holds a post now; `instead_of` names the member in whose place a substitute acts."""

    member: UUID
    post: str
    unit: str
    from_at: Instant
    until_at: Instant | None
    instead_of: UUID | None


class SubstituteIn(In):
    """Who acts in the post, how long, and why."""

    member: PublicId
    from_at: GivenInstant
    until_at: GivenInstant
    grounds: Reason


class SubstitutionOut(Out):
    """A member who acts in the post of another. `version` is that of the substitute."""

    id: UUID
    member: UUID
    instead_of: UUID
    appointment: UUID
    post: str
    unit: str
    from_at: Instant
    until_at: Instant
    version: int


class SubstitutesTokenIn(In):
    """What the token is for; it ends with the substitution."""

    name: ShortName


class SubstitutesTokenOut(TokenOut):
    """A substitute's token that was made just now; `token` is shown this once and kept nowhere."""

    token: str


class NightDutyIn(In):
    """Where and when urgent matters may lie in fewer hands, and why."""

    area: AreaPath
    from_at: GivenInstant
    until_at: GivenInstant
    grounds: Reason


class NightDutyOut(Out):
    """A night duty: who declared it, how many acts it relaxed, and what somebody else found who looked back upon it.

    `awaits_review` is true from its end until then.
    """

    id: UUID
    area: str
    declared_by: str
    from_at: Instant
    until_at: Instant
    state: str
    awaits_review: bool
    relaxed: int
    reviewed_at: Instant | None
    reviewed_by: str
    outcome: str
    version: int


class RelaxedActOut(Out):
    """An act done under a night duty: about what, by whom, and what the same hands had done before."""

    night_duty: UUID
    act: str
    about: str
    crossed: list[str]
    member: str
    on_behalf_of: str
    post: str
    at: Instant


class ReviewIn(In):
    """What was found, and in which words."""

    outcome: Annotated[ReviewOutcome, Field(strict=False)]
    words: Reason


class HoldingOut(Out):
    """What is still in somebody's hands: a kind of thing, how many, and some of them by their numbers."""

    thing: str
    count: int
    some: list[str]
