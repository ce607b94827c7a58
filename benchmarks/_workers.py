"""Making copies in processes of their own, one for each processor: hashing and encrypting is most of the work."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

from django.db import connection, connections

from benchmarks._bulk import Batch, batch_of, write_rows
from benchmarks._copies import Original, Other
from gongzhi.evidence.stores import file_home

if TYPE_CHECKING:
    from concurrent.futures import Executor

Wanted = Sequence[tuple[int, Other]]
"""Of which original each copy is, by its number, and what is different in it."""

_originals: list[Original] = []


@dataclass(frozen=True, slots=True)
class Workers:
    """Processes that make copies of some originals."""

    count: int
    _pool: Executor

    def make(self, wanted: Wanted) -> Future[Batch]:
        """Let some copies be made, and their rows be written where the database lets many write."""
        return self._pool.submit(_make, wanted)


@contextmanager
def workers_for(originals: Sequence[Original]) -> Iterator[Workers]:
    """Start the processes. They inherit the originals, and no connection: the database is asked anew by everybody."""
    connections.close_all()
    count = os.cpu_count() or 1
    with ProcessPoolExecutor(count, get_context("fork"), _begin, (originals,)) as pool:
        pool.submit(_make, ()).result()  # now all of them are there
        yield Workers(count, pool)


def _begin(originals: Sequence[Original]) -> None:
    _originals[:] = originals
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")


def _make(wanted: Wanted) -> Batch:
    copies = []
    for number, other in wanted:
        original = _originals[number]
        for name, text in zip(original.names, other.names, strict=True):
            if name.sort == "path":
                _copy_file(name.text, text)
        copies.append(original.copy(other))
    batch = batch_of(copies)
    return write_rows(batch) if connection.vendor == "postgresql" else batch


def _copy_file(path: str, other: str) -> None:
    final = file_home() / other
    final.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file_home() / path, final)
