"""The list of rows that were not taken: where each stands and why, never what it says."""

from __future__ import annotations

import contextlib
import csv
import errno
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from django.utils import translation

from gongzhi.base.words import words_of
from gongzhi.kernel.refusals import Fact, Refusal
from gongzhi.scenarios.mapping import shape_of

COLUMNS: Final = ("row", "line", "key", "part", "code", "facts", "zh", "en")
_REPEATS_A_CELL: Final = frozenset({"lon", "lat", "managed_class"})
_LONGEST_KEY: Final = 80
_LONGEST_NAME: Final = 60


class RejectsUnwritable(Refusal):
    """The list of rejected rows cannot be written where it was asked for."""

    code = "rejects-unwritable"


class RejectsFolderMissing(Refusal):
    """The folder in which the list of rejected rows is wanted does not exist."""

    code = "rejects-folder-missing"


class Rejects:
    """The list while it grows."""

    def __init__(self, file: IO[str], *, path: Path) -> None:
        """Begin with the names of the columns."""
        self._path = path
        self._writer = csv.writer(file)
        self.count = 0
        with _saying(path):
            self._writer.writerow(COLUMNS)

    def add(self, refusal: Refusal, *, row: int, line: int, key: str, part: str) -> None:
        """Add one row that was not taken.

        Args:
            refusal: why.
            row: the number of the row, 1 below the header.
            line: the line of the file on which it begins.
            key: its own name; an overlong one is no name but a text in the wrong column, and stays out.
            part: what was not taken: the row, or only its reply.

        Raises: RejectsUnwritable.
        """
        shown = type(refusal)(**masked(refusal.facts))
        facts = json.dumps(shown.facts, ensure_ascii=False, sort_keys=True)
        name = key if len(key) <= _LONGEST_KEY else ""
        with _saying(self._path):
            self._writer.writerow((row, line, name, part, refusal.code, facts, *_in_both_languages(shown)))
        self.count += 1


def usual_path(home: Path, *, file: str, at: datetime) -> Path:
    """Return where the list is kept when nobody says where: a new name in the folder `rejects` of the home.

    Raises: RejectsUnwritable.
    """
    name = file.removesuffix(".gz").removesuffix(".csv")[:_LONGEST_NAME]
    path = home / "rejects" / f"{at:%Y%m%dT%H%M%S.%fZ}-{name}.csv"
    with _saying(path):
        path.parent.mkdir(exist_ok=True)
    return path


@contextlib.contextmanager
def rejects_file(path: Path, *, even_if_empty: bool) -> Iterator[Rejects]:
    """Write a list that appears under its name only when it is whole; before that, or after a fault, there is nothing.

    It is UTF-8 with a mark at its beginning, by which spreadsheets know it.

    Raises: RejectsFolderMissing, RejectsUnwritable.
    """
    if not path.parent.exists():
        raise RejectsFolderMissing(folder=str(path.parent))
    with _saying(path):
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".rejects-")  # readable by its owner only
    file = os.fdopen(handle, "w", encoding="utf-8-sig", newline="")
    try:
        rejects = Rejects(file, path=path)
        yield rejects
        with _saying(path):
            file.flush()
            os.fsync(file.fileno())
            if rejects.count or even_if_empty:
                Path(draft).replace(path)
    finally:
        with contextlib.suppress(OSError):  # a full disk, which was told above, is met again here
            file.close()
        Path(draft).unlink(missing_ok=True)


def masked(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return a refusal's facts with those that repeat a cell reduced to its shape."""
    return {name: shape_of(str(fact)) if name in _REPEATS_A_CELL else fact for name, fact in facts.items()}


def _in_both_languages(refusal: Refusal) -> Iterator[str]:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            yield words_of(refusal)


@contextlib.contextmanager
def _saying(path: Path) -> Iterator[None]:
    """Turn what the disk says into a refusal."""
    try:
        yield
    except OSError as fault:
        raise RejectsUnwritable(path=str(path), reason=errno.errorcode.get(fault.errno or 0, "")) from fault
