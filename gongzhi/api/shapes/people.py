"""Units, members, posts, accounts, tokens and powers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from gongzhi.api.shapes import In, Instant, Out, Words
from gongzhi.api.shapes.times import GivenInstant
from gongzhi.people.states import AccountKind, Scope, UnitKind

UnitCode = Annotated[Words, Field(min_length=1, max_length=40)]
PostCode = Annotated[Words, Field(min_length=1, max_length=40)]
ActName = Annotated[Words, Field(min_length=1, max_length=80)]
AreaPath = Annotated[Words, Field(min_length=1, max_length=120, description="division codes from the city down")]
ShortName = Annotated[Words, Field(min_length=1, max_length=80)]
SoonDays = Annotated[int, Field(ge=0, le=3650, description="within how many days they run out")]
MOST_AREAS = 100


class UnitIn(In):
    """A new unit; `areas` are the divisions it answers for. A contractor's contract begins now."""

    code: UnitCode
    kind: Annotated[UnitKind, Field(strict=False)]
    name_zh: Annotated[Words, Field(min_length=1, max_length=100)]
    name_en: Annotated[Words, Field(min_length=1, max_length=150)]
    parent: UnitCode | None = None
    areas: Annotated[list[AreaPath], Field(max_length=MOST_AREAS)] = []
    contract_until_at: GivenInstant | None = None


class KeptUnitOut(Out):
    """A unit as those who keep it see it; `until_at` is when it ended, `successor` the unit that then took over.

    `level` is 0 for the bureaus of city and districts, and 1 to 3 for the units under them.
    """

    code: str
    kind: str
    name_zh: str
    name_en: str
    parent: str | None
    level: int
    areas: list[str]
    until_at: Instant | None
    successor: str | None
    contract_from_at: Instant | None
    contract_until_at: Instant | None
    version: int


class ContractIn(In):
    """How long a contractor's contract runs; it begins as before, or now, where that is not said."""

    from_at: GivenInstant | None = None
    until_at: GivenInstant


class MemberIn(In):
    """A new member with an account; its user name is the staff number where none is given."""

    number: Annotated[Words, Field(min_length=1, max_length=40)]
    name: ShortName
    username: ShortName | None = None
    kind: Annotated[AccountKind, Field(strict=False)] = AccountKind.STAFF


class NameIn(In):
    """The name that a member bears from now on."""

    name: ShortName


class AppointmentIn(In):
    """A post in a unit, for good or until an instant."""

    post: PostCode
    unit: UnitCode
    until_at: GivenInstant | None = None


class TokenIn(In):
    """What a token is for, and when it ends by itself."""

    name: ShortName
    until_at: GivenInstant | None = None


class PasswordIn(In):
    """A new password."""

    password: Annotated[Words, Field(min_length=1, max_length=200)]


class FactorEndIn(In):
    """Why a second factor is taken away."""

    grounds: Annotated[Words, Field(min_length=1, max_length=2000)]


class TokenOut(Out):
    """A token, never the secret itself."""

    id: UUID
    name: str
    until_at: Instant | None


class MadeTokenOut(TokenOut):
    """A token that was made just now; `token` is shown this once and kept nowhere."""

    token: str


class AppointmentOut(Out):
    """A post that a member holds, with the tokens that act in it."""

    id: UUID
    post: str
    unit: str
    from_at: Instant
    until_at: Instant | None
    tokens: list[TokenOut]


class AccountOut(Out):
    """An account; `username` is null after an erasure."""

    id: UUID
    username: str | None
    kind: str
    is_active: bool
    version: int


class MemberOut(Out):
    """A member with account, and the posts held now. `version` covers name, posts and tokens."""

    id: UUID
    number: str
    name: str | None
    from_at: Instant
    until_at: Instant | None
    account: AccountOut | None
    appointments: list[AppointmentOut]
    version: int


class GrantOut(Out):
    """One line of the policy table: the post may do the act as far as the scope reaches."""

    post: str
    act: str
    scope: str


class PolicyOut(Out):
    """The policy table and its edition, the number of its last change."""

    edition: int
    grants: list[GrantOut]


class GrantIn(In):
    """A line of the policy table as it shall stand."""

    post: PostCode
    act: ActName
    scope: Annotated[Scope, Field(strict=False)]


class EndGrantIn(In):
    """The line of the policy table that ends."""

    post: PostCode
    act: ActName


class StopOut(Out):
    """The refusal that somebody would get: its code, the same in words, and its facts."""

    code: str
    words: str
    facts: dict[str, str | int | bool | None]


class PowerOut(Out):
    """Somebody whose post has the act: whether it reaches here, why as a code, and the same in words.

    `on_behalf_of` names the member in whose place a substitute acts; `stops` says what stops this person although the
    power reaches; `may` is the sum of all.
    """

    member: UUID
    number: str
    post: str
    unit: str
    scope: str
    on_behalf_of: UUID | None
    reaches: bool
    why: str
    words: str
    stops: list[StopOut]
    may: bool


class WhyOut(Out):
    """Who may do an act here and who only elsewhere, and by which lines of the table.

    `needs` are the credentials without which nobody does it, `not_after` the acts after which the same hands do not
    (a `firm` separation holds in every night duty), `night_duty` the one that holds there then.
    """

    act: str
    grants: list[GrantOut]
    needs: list[str]
    not_after: list[str]
    firm: bool
    night_duty: UUID | None
    powers: list[PowerOut]
