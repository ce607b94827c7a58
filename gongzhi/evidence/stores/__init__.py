"""Where the bytes lie: a folder of this machine, or a bucket of any S3-compatible store. Knows nothing of the database.

Every file lies under an opaque path that says nothing about its content or its case. Whoever keeps a file hands over a
*part*: a finished, flushed file in the folder of incoming ones. It then is in the store whole, or not at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from gongzhi.evidence.stores.bucket import Bucket
from gongzhi.evidence.stores.finding import Found
from gongzhi.evidence.stores.folder import Folder

INCOMING = "incoming"


class FileStore(Protocol):
    """What the rest of the room needs of a store.

    Every call may raise `Outage` when the store does not answer; what was asked has then not happened, or is a stray
    that is swept later.
    """

    def keep(self, part: Path, path: str) -> None:
        """Take a part over under a path; the part is gone afterwards. Raises: NoSpace, Outage."""

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading from its start; the caller closes it. Raises: FileNotFoundError, Outage."""

    def found_at(self, path: str, *, longest_bytes: int) -> Found | None:
        """Return what lies there now; None when no file is there or none that can be read. Raises: Outage.

        What is longer than `longest_bytes` is not hashed.
        """

    def remove(self, path: str) -> None:
        """Remove a file; one that is gone already is no fault."""

    def paths_older_than(self, limit_at: datetime) -> Iterator[str]:
        """Yield every path whose file was last written at `limit_at` or earlier by the store's own clock.

        That clock counts even when a replay runs in another time, so that a file that is being stored at this moment is
        never taken for a stray.
        """


def file_home() -> Path:
    """Return the folder of this machine in which files lie, or come in on their way to a bucket."""
    return Path(settings.GONGZHI_HOME) / "files"


def incoming() -> Path:
    """Return the folder in which parts are written; whatever is left there by a crash is a stray."""
    return file_home() / INCOMING


def file_store() -> FileStore:
    """Return the store of this installation."""
    return _store(settings.GONGZHI_FILES_URL, file_home())


def opaque_path() -> str:
    """Return a path that tells nothing, for a new file."""
    name = secrets.token_hex(20)
    return f"{name[:2]}/{name[2:4]}/{name}"


@lru_cache(maxsize=8)
def _store(url: str, home: Path) -> FileStore:
    return Bucket.at(url) if url else Folder(home)
