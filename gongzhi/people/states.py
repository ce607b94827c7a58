"""Kinds of accounts and units, the posts we ship, and how far a power reaches."""

from __future__ import annotations

from enum import StrEnum


class AccountKind(StrEnum):
    """Who signs in. Citizens need no account: they hold a query code."""

    STAFF = "staff"
    PARTY = "party"
    MACHINE = "machine"


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
