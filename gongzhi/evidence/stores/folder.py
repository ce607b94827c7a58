"""A folder of this machine: written beside, flushed, then given its name at once."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from gongzhi.evidence.rules import NoSpace
from gongzhi.evidence.stores.finding import Found, found_in

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_FILE = frozenset({errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.ENXIO})


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder below which all files lie. Parts lie on the same file system, so that a name is given at once."""

    root: Path

    def keep(self, part: Path, path: str) -> None:
        """Give a part its name, and make the name survive a power cut."""
        final = self.root / path
        with space_refused():
            final.parent.mkdir(parents=True, exist_ok=True)
            part.replace(final)
            try:
                for folder in (final.parent, final.parent.parent, final.parent.parent.parent):
                    flush_folder(folder)
            except BaseException:
                final.unlink(missing_ok=True)
                raise

    def open(self, path: str) -> BinaryIO:
        """Open a file that lies below the root itself: no link, no pipe and no device is followed or waited for.

        Raises: FileNotFoundError when no such file is there; OSError when it cannot be read.
        """
        folder = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            *folders, name = _steps(path)
            for step in folders:
                folder, above = _opened(step, os.O_DIRECTORY, within=folder), folder
                os.close(above)
            handle = _opened(name, os.O_NONBLOCK, within=folder)
        finally:
            os.close(folder)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise FileNotFoundError(errno.ENOENT, "what lies there is no file", path)
        return os.fdopen(handle, "rb")

    def found_at(self, path: str, *, longest_bytes: int) -> Found | None:
        """Hash a file."""
        try:
            with self.open(path) as stored:
                size_bytes = os.fstat(stored.fileno()).st_size
                return found_in(stored, size_bytes=size_bytes, longest_bytes=longest_bytes)
        except (OSError, ValueError, TypeError):  # no file, or no name that a file could bear
            return None

    def remove(self, path: str) -> None:
        """Remove a file."""
        (self.root / path).unlink(missing_ok=True)

    def paths_older_than(self, limit_at: datetime) -> Iterator[str]:
        """Yield old paths; unfinished parts are among them."""
        for found in self.root.rglob("*"):
            with contextlib.suppress(FileNotFoundError):  # moved or removed while we look
                if found.is_file() and found.stat().st_mtime <= limit_at.timestamp():
                    yield found.relative_to(self.root).as_posix()


def _steps(path: str) -> list[str]:
    steps = path.split("/")
    if not all(steps) or ".." in steps:
        raise FileNotFoundError(errno.ENOENT, "no path of a stored file", path)
    return steps


def _opened(name: str, flags: int, *, within: int) -> int:
    """Open a name in an open folder; where a link lies there is no file."""
    try:
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | flags, dir_fd=within)
    except OSError as fault:
        if fault.errno in _NO_FILE:
            raise FileNotFoundError(errno.ENOENT, "there is no file", name) from fault
        raise


@contextlib.contextmanager
def space_refused() -> Iterator[None]:
    """Turn a full disk into a refusal. Raises: NoSpace."""
    try:
        yield
    except OSError as fault:
        if fault.errno in _FULL:
            raise NoSpace() from fault
        raise


def flush_folder(folder: Path) -> None:
    """Make names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
