"""Make the copies that pages show of photographs. The worker does it, under a lease, never in a request.

A process that is killed keeps its lease until it runs out; then another one tries again.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection, transaction
from django.db.models import Q

from gongzhi.audit.operations import record
from gongzhi.base.operations import one_change
from gongzhi.evidence.lifecycle import FILE
from gongzhi.evidence.models import DisplayCopy, DisplayTask, StoredFile
from gongzhi.evidence.operations.storing import remove_quietly
from gongzhi.evidence.pictures import Made, NotMade, Undecodable, camera_position, make_copies
from gongzhi.evidence.queries import file_row, is_senders, open_file
from gongzhi.evidence.rules import FileOfAnother, is_photograph
from gongzhi.evidence.states import CopyKind, DisplayState, FileState
from gongzhi.evidence.stores import file_store, incoming, opaque_path
from gongzhi.kernel.actor import ANONYMOUS_REPORTER, TIMER
from gongzhi.kernel.geo import Point
from gongzhi.kernel.refusals import Outage, Refusal
from gongzhi.parameters.queries import parameter, zone_of_people

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
FIRST_WAIT = timedelta(seconds=30)
MOST_ATTEMPTS = 6
ROUND_S = 2.0


@dataclass(frozen=True, slots=True)
class _Leased:
    file: uuid.UUID
    path: str
    content_type: str
    attempts: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """A copy that lies in the store and is not on record yet."""

    kind: CopyKind
    path: str
    sha256: str
    size_bytes: int
    width: int
    height: int


def make_displays(at: datetime, *, worker: str, round_s: float = ROUND_S) -> int:
    """Make display copies until none is due or the round's time is over; return of how many photographs.

    Call it outside any transaction.

    Args:
        at: the instant now.
        worker: a name that is unique among running workers; it marks leases.
        round_s: after so many seconds no further photograph is begun, so that a worker's other chores are not held up.
    """
    began, made = time.monotonic(), 0
    while time.monotonic() - began < round_s:
        leased = _lease_next(worker=worker, at=at)
        if leased is None:
            break
        made += _make(leased, worker=worker, at=at)
    return made


def position_in(file_id: uuid.UUID, *, code: str) -> Point | None:
    """Return where a photograph says that it was taken, to whoever holds its claim code; None when it does not say.

    It is a proposal to the one who reports: nothing is kept of it here.

    Raises: FileUnknown, FileOfAnother, FileMissing, Outage.
    """
    if not is_senders(file_id, by=ANONYMOUS_REPORTER, code=code):
        raise FileOfAnother(file=str(file_id))
    row = file_row(file_id)
    if not is_photograph(row.content_type):
        return None
    with TemporaryDirectory(dir=_workplace(), prefix="camera-") as folder:
        source = Path(folder) / "original"
        with open_file(file_id) as original, source.open("wb") as out:
            shutil.copyfileobj(original, out)
        try:
            return camera_position(source, content_type=row.content_type)
        except (Undecodable, NotMade) as fault:
            log.info("a photograph tells nothing of its place: %s", fault)
            return None


def _lease_next(*, worker: str, at: datetime) -> _Leased | None:
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    due = DisplayTask.objects.filter(free, next_at__lte=at).order_by("next_at", "id")
    if not due.exists():  # so that an idle worker never asks for the write lock
        return None
    with transaction.atomic():
        if connection.vendor == "postgresql":
            due = due.select_for_update(skip_locked=True)
        one = due.first()
        if one is None:
            return None
        one.leased_until, one.leased_by, one.attempts = at + LEASE, worker[:80], one.attempts + 1
        one.save(update_fields=["leased_until", "leased_by", "attempts"])
        file = StoredFile.objects.get(uid=one.file_id)
        return _Leased(file.uid, file.path, file.content_type, one.attempts)


def _make(leased: _Leased, *, worker: str, at: datetime) -> bool:
    """Make the copies of one photograph, keep them and put them on record; say whether that went well."""
    kept: list[_Kept] = []
    try:
        with TemporaryDirectory(dir=_workplace(), prefix="display-") as folder:
            made = _copies_in(Path(folder), leased, at=at)
            kept.extend(_keep(Path(folder), made))
        if not _put_on_record(leased, made, kept, worker=worker, at=at):
            _remove(kept)
    except Undecodable as fault:
        return _fail(leased, str(fault), worker=worker, at=at)
    except (NotMade, Outage, FileNotFoundError, Refusal) as fault:
        _remove(kept)
        return _try_later(leased, f"{type(fault).__name__}: {fault}", worker=worker, at=at)
    except BaseException:
        _remove(kept)
        raise
    return True


def _workplace() -> Path:
    incoming().mkdir(parents=True, exist_ok=True)
    return incoming()


def _copies_in(folder: Path, leased: _Leased, *, at: datetime) -> Made:
    """Fetch the original into a folder and have its copies made there. Raises: Undecodable, NotMade, Outage."""
    source = folder / "original"
    with file_store().open(leased.path) as original, source.open("wb") as out:
        shutil.copyfileobj(original, out)
    return make_copies(
        source,
        content_type=leased.content_type,
        targets={kind: folder / kind.value for kind in CopyKind},
        most_pixels=parameter("photo_largest_megapixels", at=at) * 1_000_000,
        zone=zone_of_people(),
    )


def _keep(folder: Path, made: Made) -> list[_Kept]:
    kept = []
    for kind, (width, height) in made.sizes.items():
        part, path = folder / kind.value, opaque_path()
        with part.open("rb") as written:
            sha256 = hashlib.file_digest(written, "sha256").hexdigest()
        size_bytes = part.stat().st_size
        file_store().keep(part, path)
        kept.append(_Kept(kind, path, sha256, size_bytes, width, height))
    return kept


@one_change
def _put_on_record(leased: _Leased, made: Made, kept: list[_Kept], *, worker: str, at: datetime) -> bool:
    """Put the copies on record with what the camera says; False when somebody else did, or the file was erased."""
    if not _strike_off(leased, worker=worker):
        return False
    file = StoredFile.locked(uid=leased.file)
    if file is None or file.state != FileState.CLAIMED:
        return False
    step = FILE.check(file.state, "show")
    file.display, file.taken_at = DisplayState.MADE.value, made.taken_at
    if made.position is not None:
        file.lon_e7, file.lat_e7 = made.position.lon_e7, made.position.lat_e7
    copies = [
        DisplayCopy(
            file=file,
            kind=one.kind.value,
            path=one.path,
            sha256=one.sha256,
            size_bytes=one.size_bytes,
            width=one.width,
            height=one.height,
            made_at=at,
        )
        for one in kept
    ]
    record(file, step, by=TIMER, at=at, also=copies)
    return True


@one_change
def _fail(leased: _Leased, fault: str, *, worker: str, at: datetime) -> bool:
    """Put on record that there will be no copy, so that a person looks at the original."""
    log.warning("no display copy can be made of file:%s: %s", leased.file, fault)
    file = StoredFile.locked(uid=leased.file) if _strike_off(leased, worker=worker) else None
    if file is not None and file.state == FileState.CLAIMED:
        step = FILE.check(file.state, "fail_to_show")
        file.display = DisplayState.FAILED.value
        record(file, step, by=TIMER, at=at, facts={"fault": fault})
    return False


def _try_later(leased: _Leased, fault: str, *, worker: str, at: datetime) -> bool:
    """Let the photograph be tried again later and later, and after the last time give it up."""
    if leased.attempts >= MOST_ATTEMPTS:
        return _fail(leased, fault.partition(":")[0], worker=worker, at=at)
    log.warning("the display copy of file:%s is tried again: %s", leased.file, fault)
    DisplayTask.objects.filter(file__uid=leased.file, leased_by=worker[:80], attempts=leased.attempts).update(
        leased_until=None, leased_by="", next_at=at + FIRST_WAIT * 2 ** (leased.attempts - 1), last_fault=fault[:200]
    )
    return False


def _strike_off(leased: _Leased, *, worker: str) -> bool:
    """Strike the task off, in the transaction that ends it; False when it is no longer ours."""
    ours = DisplayTask.objects.filter(file__uid=leased.file, leased_by=worker[:80], attempts=leased.attempts)
    return bool(ours.delete()[0])


def _remove(kept: list[_Kept]) -> None:
    for one in kept:
        remove_quietly(file_store(), one.path)
    kept.clear()
