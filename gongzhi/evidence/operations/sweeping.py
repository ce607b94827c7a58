"""Clear away what nobody claimed, what was never finished, and bytes that no row knows."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from django.db import transaction

from gongzhi.audit.operations import record
from gongzhi.base.operations import each_alone, one_change
from gongzhi.evidence.lifecycle import FILE
from gongzhi.evidence.models import DisplayCopy, StoredFile, Upload, UploadPiece
from gongzhi.evidence.operations.storing import remove_quietly
from gongzhi.evidence.operations.uploading import forget_pieces
from gongzhi.evidence.states import GONE, FileState
from gongzhi.evidence.stores import file_store, incoming
from gongzhi.evidence.stores.folder import Folder
from gongzhi.kernel.actor import TIMER

log = logging.getLogger(__name__)

ORPHAN_AGE = timedelta(hours=24)
PATHS_AT_ONCE = 500
_told: set[uuid.UUID] = set()
"""Files and uploads of which this process has told already that they cannot be cleared away."""


def sweep_orphans(at: datetime) -> int:
    """Clear away files that nobody claimed within 24 hours; each leaves its row and an entry. Returns how many.

    A file that cannot be cleared away keeps no other in the store, and is told to the log once by each process.
    """
    late = StoredFile.objects.filter(state=FileState.STORED, stored_at__lte=at - ORPHAN_AGE).order_by("id")
    sweeps = {uid: partial(_sweep, uid, at=at) for uid in late.values_list("uid", flat=True)}
    return each_alone(sweeps.values(), when_failed=partial(_tell_once, sweeps), log=log)


def sweep_uploads(at: datetime) -> int:
    """Clear away uploads whose time is over, with all that came of those not finished. Returns how many.

    One that cannot be cleared away keeps no other, and is told to the log once by each process.
    """
    late = Upload.objects.filter(until_at__lte=at).order_by("id")
    ends = {uid: partial(_end_upload, uid, at=at) for uid in late.values_list("uid", flat=True)}
    return each_alone(ends.values(), when_failed=partial(_tell_once, ends), log=log)


def _tell_once(changes: Mapping[uuid.UUID, object], failed: object, fault: Exception) -> None:
    """Tell the log of a file or an upload that stays, but not again in every round until somebody mends it."""
    (uid,) = (one for one, change in changes.items() if change is failed)
    if uid not in _told:
        _told.add(uid)
        log.error("the file %s cannot be cleared away and is tried again in every round", uid, exc_info=fault)


def sweep_strays(at: datetime) -> int:
    """Remove bytes older than 24 hours that no row knows: uploads broken off by a crash, files that should be gone.

    Looks at every file in the store, so once a night is often enough. Returns how many.
    """
    store, before = file_store(), at - ORPHAN_AGE
    removed = 0
    for paths in _in_batches(store.paths_older_than(before), size=PATHS_AT_ONCE):
        for stray in sorted(set(paths) - _known(paths)):
            store.remove(stray)
            removed += 1
    if not isinstance(store, Folder):  # on their way to a bucket files lie in this machine's folder of incoming ones
        removed += _remove_old_parts(before)
    return removed


def _known(paths: list[str]) -> set[str]:
    """Return those of the paths that rows know and still want."""
    files = StoredFile.objects.filter(path__in=paths).exclude(state__in=GONE).values_list("path", flat=True)
    copies = DisplayCopy.objects.filter(path__in=paths).exclude(file__state__in=GONE).values_list("path", flat=True)
    pieces = UploadPiece.objects.filter(path__in=paths).values_list("path", flat=True)
    return set(files.union(copies, pieces, all=True))


def _remove_old_parts(before: datetime) -> int:
    parts = Folder(incoming())
    removed = 0
    for path in list(parts.paths_older_than(before)):
        parts.remove(path)
        removed += 1
    return removed


def _in_batches(paths: Iterable[str], *, size: int) -> Iterator[list[str]]:
    rest = iter(paths)
    while batch := list(islice(rest, size)):
        yield batch


@one_change
def _sweep(uid: uuid.UUID, *, at: datetime) -> bool:
    one = StoredFile.objects.select_for_update().get(uid=uid)
    if one.state != FileState.STORED:  # claimed while we were looking
        return False
    step = FILE.check(one.state, "sweep")
    one.state = step.to.value
    record(one, step, by=TIMER, at=at)
    transaction.on_commit(partial(remove_quietly, file_store(), one.path))
    return True


@one_change
def _end_upload(uid: uuid.UUID, *, at: datetime) -> bool:
    one = Upload.objects.select_for_update().filter(uid=uid, until_at__lte=at).first()
    if one is None:
        return False
    forget_pieces(one)
    one.delete()
    return True
