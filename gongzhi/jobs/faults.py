"""What the terminal says when the database itself fails a command."""

from __future__ import annotations

from typing import Final

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from gongzhi.base.operations import store_refusal
from gongzhi.kernel.refusals import Refusal
from gongzhi.parameters.queries import NoCity, has_tables

_SQLITE_SHUT: Final = frozenset(
    {"SQLITE_CANTOPEN", "SQLITE_NOTADB", "SQLITE_PERM", "SQLITE_READONLY", "SQLITE_CANTOPEN_ISDIR"}
)
_POSTGRES_SHUT: Final = ("08", "28", "3D", "57P")
"""Connection failures, wrong credentials, no such database, a server that starts or stops."""


class StoreUnreachable(Refusal):
    """The database cannot be opened at all: no server answers, or the file is none."""

    code = "store-unreachable"


class StoreOutdated(Refusal):
    """The database was prepared by an older version of the product."""

    code = "store-outdated"


def refusal_of(fault: DatabaseError) -> Refusal | None:
    """Return what a person can do about a fault of the database; None when it is a bug of ours."""
    known = store_refusal(fault)
    if isinstance(known, Refusal):
        return known
    if _is_shut(fault):
        return StoreUnreachable(reason=str(fault.__cause__ or fault).strip().splitlines()[0])
    if not has_tables():
        return NoCity()
    executor = MigrationExecutor(connection)
    return StoreOutdated() if executor.migration_plan(executor.loader.graph.leaf_nodes()) else None


def _is_shut(fault: DatabaseError) -> bool:
    """Whether the database did not even open."""
    cause = fault.__cause__
    if connection.vendor == "sqlite":
        return getattr(cause, "sqlite_errorname", "") in _SQLITE_SHUT
    if connection.connection is None:
        return True
    return str(getattr(cause, "sqlstate", None) or "").startswith(_POSTGRES_SHUT)
