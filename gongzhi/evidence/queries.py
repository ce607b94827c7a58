"""Which files prove something, what may be shown of them, and whether their bytes are still those that were stored."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

from django.db.models import QuerySet

from gongzhi.audit import queries as audit
from gongzhi.audit.registry import EntryRow, Finding
from gongzhi.audit.states import Damage
from gongzhi.base.crypto import keyed_digest
from gongzhi.evidence.models import DisplayCopy, StoredFile, Upload
from gongzhi.evidence.registry import Owner, matters_of, owner_of
from gongzhi.evidence.rules import (
    LARGEST_STORED_BYTES,
    FileErased,
    FileMissing,
    FileUnknown,
    NothingToShow,
    NotPublic,
    UploadUnknown,
)
from gongzhi.evidence.states import GONE, NEVER_PUBLIC, CopyKind, DisplayState, FileRole, FileState, Publication
from gongzhi.evidence.stores import file_store
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.geo import Point
from gongzhi.people.rules import Sight

_LOOKED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as other rooms see it: never where it lies."""

    uid: uuid.UUID
    state: FileState
    sha256: str
    size_bytes: int
    content_type: str
    name: str
    stored_at: datetime
    for_stream: str
    role: FileRole | None
    claimed_at: datetime | None
    width: int | None
    height: int | None
    display: DisplayState
    taken_at: datetime | None
    position: Point | None
    publication: Publication
    masked_by: uuid.UUID | None
    version: int

    @property
    def stream(self) -> str:
        """The file's stream in the record."""
        return f"file:{self.uid}"


@dataclass(frozen=True, slots=True)
class UploadRow:
    """How far an upload is, and the file that came of it."""

    uid: uuid.UUID
    size_bytes: int
    received_bytes: int
    until_at: datetime
    file: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class CustodyRow:
    """One thing that was done with a file: what, when, by whom."""

    type: str
    at: datetime
    actor: Actor
    facts: Mapping[str, object]
    hash: str


def file_row(uid: uuid.UUID) -> FileRow:
    """Return one file.

    Raises: FileUnknown.
    """
    return row_of(_known(uid))


def files_of(stream: str) -> list[FileRow]:
    """Return the files claimed for a stream such as `case:<uid>`, in the order of their claims."""
    return [row_of(one) for one in StoredFile.objects.filter(for_stream=stream).order_by("claimed_at", "uid")]


def open_file(uid: uuid.UUID) -> BinaryIO:
    """Open the original bytes of a file for reading; the caller closes it.

    Raises: FileUnknown for a file that never was or was swept; FileErased; FileMissing when the store has lost it;
        Outage.
    """
    found = _known(uid)
    if found.state == FileState.SWEPT:
        raise FileUnknown(file=str(uid))
    if found.state == FileState.ERASED:
        raise FileErased(file=str(uid))
    try:
        return file_store().open(found.path)
    except FileNotFoundError as fault:
        raise FileMissing(file=str(uid)) from fault


def claim_code(uid: uuid.UUID) -> str:
    """Return the code with which somebody without an account claims what they uploaded. Derived, so kept nowhere."""
    return keyed_digest(str(uid), purpose="claim-code")


def is_senders(uid: uuid.UUID, *, by: Actor, code: str = "") -> bool:
    """Whether a file is somebody's own: they hold its claim code, or uploaded it under their own name.

    All citizens are one nameless reporter in the record, so for them only the code counts.
    """
    if code and hmac.compare_digest(claim_code(uid).encode(), code.encode("utf-8", "replace")):
        return True
    if by.kind is ActorKind.REPORTER:
        return False
    stored = audit.entry(f"file:{uid}", 1)
    return stored is not None and stored.actor.id == by.id


def upload_code(uid: uuid.UUID) -> str:
    """Return the code with which somebody without an account goes on with an upload. Derived, so kept nowhere."""
    return keyed_digest(str(uid), purpose="upload-code")


def own_upload(uid: uuid.UUID, *, by: Actor, code: str, at: datetime) -> Upload:
    """Return an upload to the one whose it is: by name, or by the code that came with it. Raises: UploadUnknown."""
    found = Upload.objects.filter(uid=uid, owner=by.id, until_at__gt=at).first()
    if found is None:
        raise UploadUnknown(upload=str(uid))
    is_theirs = hmac.compare_digest(upload_code(uid).encode(), code.encode("utf-8", "replace"))
    if by.kind is ActorKind.REPORTER and not is_theirs:
        raise UploadUnknown(upload=str(uid))
    return found


def upload(uid: uuid.UUID, *, by: Actor, code: str, at: datetime) -> UploadRow:
    """Return how far one's own upload is. Raises: UploadUnknown."""
    return upload_row(own_upload(uid, by=by, code=code, at=at))


def open_copy(uid: uuid.UUID, *, kind: CopyKind) -> BinaryIO:
    """Open the copy that pages show of a photograph; the caller closes it.

    Raises: FileUnknown, FileErased, NothingToShow, FileMissing, Outage.
    """
    found = _known(uid)
    if found.state == FileState.ERASED:
        raise FileErased(file=str(uid))
    copy = found.copies.filter(kind=kind.value).first()
    if copy is None:
        raise NothingToShow(file=str(uid), display=found.display)
    try:
        return file_store().open(copy.path)
    except FileNotFoundError as fault:
        raise FileMissing(file=str(uid)) from fault


def open_public_copy(uid: uuid.UUID, *, kind: CopyKind) -> BinaryIO:
    """Open what the public sees of a released photograph: the copy of its masked version where there is one.

    Raises: NotPublic, whatever the reason; Outage.
    """
    found = StoredFile.objects.filter(
        uid=uid, state=FileState.CLAIMED.value, publication=Publication.RELEASED.value
    ).first()
    if found is None:
        raise NotPublic(file=str(uid))
    try:
        return open_copy(found.masked_by or found.uid, kind=kind)
    except (FileUnknown, FileErased, NothingToShow, FileMissing) as fault:
        raise NotPublic(file=str(uid)) from fault


def released_of(stream: str) -> list[FileRow]:
    """Return the files of a stream that the public may see, in the order of their claims."""
    return [one for one in files_of(stream) if one.publication is Publication.RELEASED]


def to_moderate(*, after: uuid.UUID | None, limit: int, sight: Sight) -> list[FileRow]:
    """Return photographs on which nobody decided yet whether the public sees them, the oldest uploads first.

    Only those whose copies are made, so that there is something to look at, and only what the reader's sight reaches.
    """
    waiting = StoredFile.objects.filter(
        state=FileState.CLAIMED.value, publication=Publication.PRIVATE.value, display=DisplayState.MADE.value
    ).exclude(role__in=[one.value for one in NEVER_PUBLIC])
    if after is not None:
        waiting = waiting.filter(uid__gt=after)
    if sight.everywhere:
        return [row_of(one) for one in waiting.order_by("uid")[:limit]]
    rows = (row_of(one) for one in waiting.order_by("uid").iterator(chunk_size=_LOOKED_AT_ONCE))
    return list(islice(_in_sight(rows, sight), limit))


def _in_sight(rows: Iterator[FileRow], sight: Sight) -> Iterator[FileRow]:
    """Yield the files of what a reader's sight reaches, asking for the owners of many at once."""
    while some := list(islice(rows, _LOOKED_AT_ONCE)):
        matters = matters_of({one.for_stream for one in some})
        yield from (one for one in some if sight.reaches(matters[one.for_stream]))


def owner_of_masked(file: str) -> Owner:
    """Return what a masked version belongs to: the same as the photograph that it stands for."""
    return owner_of(_known(uuid.UUID(file)).for_stream)


def custody(uid: uuid.UUID) -> list[CustodyRow]:
    """Return everything that was done with a file, and who looked at its original, in the order of time.

    Raises: FileUnknown.
    """
    found = _known(uid)
    told = [*audit.entries_of(found.stream), *audit.entries_of(f"look:{uid}")]
    told.sort(key=lambda one: (one.at, one.recorded_at))
    return [CustodyRow(one.type, one.at, one.actor, _custody_facts(one), one.hash) for one in told]


def _custody_facts(one: EntryRow) -> dict[str, object]:
    """Return what an entry tells besides: its facts, and the hash of every copy that came with it."""
    copies = one.rows.get(DisplayCopy.record_label(), {})
    hashes = {str(each["kind"]): each["sha256"] for each in copies.values()} if isinstance(copies, Mapping) else {}
    return {**one.facts, **({"copies": hashes} if hashes else {})}


def verify_files() -> Iterator[Finding]:
    """Hash every file and every display copy again; name each that is missing, altered, or holds another's bytes."""
    kept = StoredFile.objects.exclude(state__in=GONE).order_by("id")
    yield from _verify(kept, owner=_name_of, what="")
    copies = DisplayCopy.objects.exclude(file__state__in=GONE).order_by("id")
    yield from _verify(copies, owner=_name_of_copy, what="display copy: ")


def _verify(kept: QuerySet[Any], *, owner: Callable[[int], str], what: str) -> Iterator[Finding]:
    store = file_store()
    for pk, path, sha256 in kept.values_list("pk", "path", "sha256").iterator():
        found = store.found_at(path, longest_bytes=LARGEST_STORED_BYTES)
        if found is None:
            yield Finding(Damage.FILE_MISSING, owner(pk), detail=f"{what}{path}")
        elif found.sha256 is None:
            detail = f"{what}{found.size_bytes} bytes, longer than any file"
            yield Finding(Damage.FILE_ALTERED, owner(pk), detail=detail)
        elif found.sha256 != sha256:
            yield _wrong_bytes(owner(pk), path=path, found=found.sha256, wanted=sha256, what=what)


def _name_of_copy(pk: int) -> str:
    """Return the stream of a copy's file, or its row where somebody altered what should be its id."""
    try:
        return DisplayCopy.objects.only("file_id").get(pk=pk).stream
    except ValueError:
        return f"display copy in row {pk}"


def _name_of(pk: int) -> str:
    """Return the stream of a stored file, or its row where somebody altered what should be its id."""
    try:
        return StoredFile.objects.only("uid").get(pk=pk).stream
    except ValueError:
        return f"file in row {pk}"


def row_of(one: StoredFile) -> FileRow:
    """Return a file as a plain row."""
    return FileRow(
        uid=one.uid,
        state=FileState(one.state),
        sha256=one.sha256,
        size_bytes=one.size_bytes,
        content_type=one.content_type,
        name=one.name or "",
        stored_at=one.stored_at,
        for_stream=one.for_stream,
        role=FileRole(one.role) if one.role else None,
        claimed_at=one.claimed_at,
        width=one.width,
        height=one.height,
        display=DisplayState(one.display),
        taken_at=one.taken_at,
        position=None if one.lon_e7 is None or one.lat_e7 is None else Point(one.lon_e7, one.lat_e7),
        publication=Publication(one.publication),
        masked_by=one.masked_by,
        version=one.version,
    )


def upload_row(one: Upload) -> UploadRow:
    """Return an upload as a plain row."""
    return UploadRow(one.uid, one.size_bytes, one.received_bytes, one.until_at, one.file_id)


def _known(uid: uuid.UUID) -> StoredFile:
    found = StoredFile.objects.filter(uid=uid).first()
    if found is None:
        raise FileUnknown(file=str(uid))
    return found


def _wrong_bytes(stream: str, *, path: str, found: str, wanted: str, what: str) -> Finding:
    other = (
        StoredFile.objects.filter(sha256=found).exclude(path=path).order_by("id").values_list("pk", flat=True).first()
    )
    if other is not None:
        return Finding(Damage.FILE_SWAPPED, stream, detail=f"{what}holds the bytes of {_name_of(other)}")
    copy = (
        DisplayCopy.objects.filter(sha256=found).exclude(path=path).order_by("id").values_list("pk", flat=True).first()
    )
    if copy is not None:
        return Finding(Damage.FILE_SWAPPED, stream, detail=f"{what}holds a display copy of {_name_of_copy(copy)}")
    return Finding(Damage.FILE_ALTERED, stream, detail=f"{what}sha256 {found} instead of {wanted}")
