"""SQLite with one process-wide write lock around the outermost transaction.

SQLite has one writer. Threads that wait inside SQLite sleep in its busy handler and starve (p99 half a second was
measured); threads that wait on this lock are woken as soon as it is free. No caller knows of it. Between processes
SQLite's own lock decides, after the same wait.
"""

from __future__ import annotations

import threading
from typing import Any

from django.db.backends.sqlite3 import base, features
from django.db.utils import OperationalError

_write_lock = threading.Lock()


class DatabaseFeatures(features.DatabaseFeatures):
    """What SQLite can do."""

    supports_json_field = True  # Django asks the file, and takes "locked by another process" for "no"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that holds the process's write lock while its outermost transaction is open."""

    features_class = DatabaseFeatures

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start without the lock."""
        super().__init__(*args, **kwargs)
        self._holds_write_lock = False

    def _start_transaction_under_autocommit(self) -> None:
        wait_s = float(self.settings_dict.get("OPTIONS", {}).get("timeout", 20))
        if not _write_lock.acquire(timeout=wait_s):
            raise OperationalError("database is locked: another thread of this process is writing")
        self._holds_write_lock = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._release_write_lock()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # not in the stubs
        finally:
            if self.connection is None or not self.connection.in_transaction:
                self._release_write_lock()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._release_write_lock()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self._release_write_lock()

    def _release_write_lock(self) -> None:
        if self._holds_write_lock:
            self._holds_write_lock = False
            _write_lock.release()
