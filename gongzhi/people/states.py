"""Kinds of accounts and units, the posts we ship, and how far a power reaches."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class AccountKind(StrEnum):
    """Who signs in. Citizens need no account: they hold a query code."""

    STAFF = "staff"
    PARTY = "party"
    MACHINE = "machine"


class SecondFactorFor(IntEnum):
    """Who must sign in with a second factor; whoever has one signs in with it in any case."""

    NOBODY = 0
    ADMINISTRATORS = 1
    STAFF = 2


class SessionEnd(StrEnum):
    """Why somebody is not signed in any more."""

    SIGNED_OUT = "signed-out"
    ANOTHER_SIGNED_IN = "another-signed-in"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - no password but a reason
    SECOND_FACTOR_ENDED = "second-factor-ended"
    ACCOUNT_CLOSED = "account-closed"
    IDLE = "idle"


class UnitKind(StrEnum):
    """What a unit is."""

    BUREAU = "bureau"
    CENTRE = "centre"
    BRIGADE = "brigade"
    SQUADRON = "squadron"
    STREET = "street"
    COMMUNITY = "community"
    DEPARTMENT = "department"
    CONTRACTOR = "contractor"


class Post:
    """Codes of the posts we ship. Posts are open: a city adds its own codes, so this is no closed enumeration.

    Source: the roles of digital urban management and of the Administrative Penalty Law.
    """

    COLLECTOR = "collector"
    ACCEPTOR = "acceptor"
    SHIFT_LEADER = "shift_leader"
    DISPATCHER = "dispatcher"
    DEPARTMENT_DESK = "department_desk"
    HANDLER = "handler"
    CHECKER = "checker"
    EVALUATOR = "evaluator"
    CONDUCT_INSPECTOR = "conduct_inspector"
    OFFICER = "officer"
    LEGAL_OFFICER = "legal_officer"
    LEADER = "leader"
    DUTY_LEADER = "duty_leader"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDIT_ADMINISTRATOR = "audit_administrator"
    REPORTER = "reporter"
    TIMER = "timer"
    IMPORTER = "importer"
    MACHINE = "machine"


ADMINISTRATORS = frozenset({Post.SYSTEM_ADMINISTRATOR, Post.SECURITY_ADMINISTRATOR, Post.AUDIT_ADMINISTRATOR})
"""Three powers that never lie in one hand.

Source: separation of administrators' rights, classified protection of information systems, level 3.
"""


STAFF = (
    *(Post.COLLECTOR, Post.ACCEPTOR, Post.SHIFT_LEADER, Post.DISPATCHER, Post.DEPARTMENT_DESK, Post.HANDLER),
    *(Post.CHECKER, Post.EVALUATOR, Post.CONDUCT_INSPECTOR, Post.OFFICER, Post.LEGAL_OFFICER, Post.LEADER),
    *(Post.DUTY_LEADER, Post.SYSTEM_ADMINISTRATOR, Post.SECURITY_ADMINISTRATOR, Post.AUDIT_ADMINISTRATOR),
)
"""The posts that people hold."""


class Scope(StrEnum):
    """How far a power reaches."""

    CITY = "city"
    AREA = "area"
    UNIT = "unit"


class Why(StrEnum):
    """Why somebody may do an act in a place, or may not."""

    EVERYWHERE = "everywhere"
    IN_ITS_AREA = "in-its-area"
    OUTSIDE_ITS_AREA = "outside-its-area"
    WITH_ITS_UNIT = "with-its-unit"
    WITH_ANOTHER_UNIT = "with-another-unit"
    ACCOUNT_CLOSED = "account-closed"


class CredentialKind(StrEnum):
    """Papers without which certain acts are not done.

    Source: Administrative Penalty Law, art. 42 (enforcement) and 58 (legal qualification of the first-time reviewer).
    """

    ENFORCEMENT = "enforcement"
    LEGAL_QUALIFICATION = "legal_qualification"
    AUXILIARY = "auxiliary"
    COLLECTOR = "collector"


class CredentialStatus(StrEnum):
    """Whether a credential counts. That it ran out is no status: its last day tells."""

    VALID = "valid"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class NightDutyState(StrEnum):
    """Night duty is declared, and looked back upon when it is over."""

    DECLARED = "declared"
    REVIEWED = "reviewed"


class ReviewOutcome(StrEnum):
    """What somebody else found who looked back upon a night duty."""

    PROPER = "proper"
    IMPROPER = "improper"
