"""Which files prove something, and whether their bytes are still the ones that were stored."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from gongzhi.audit import queries as audit
from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage
from gongzhi.base.crypto import keyed_digest
from gongzhi.evidence import disk
from gongzhi.evidence.models import StoredFile
from gongzhi.evidence.rules import LARGEST_FILE_BYTES, FileErased, FileMissing, FileUnknown
from gongzhi.evidence.states import GONE, FileRole, FileState
from gongzhi.kernel.actor import Actor, ActorKind


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
    version: int


def file_home() -> Path:
    """Return the folder in which all files lie."""
    return Path(settings.GONGZHI_HOME) / "files"


def file_row(uid: uuid.UUID) -> FileRow:
    """Return one file.

    Raises: FileUnknown.
    """
    return row_of(_known(uid))


def files_of(stream: str) -> list[FileRow]:
    """Return the files claimed for a stream such as `case:<uid>`, in the order of their claims."""
    return [row_of(one) for one in StoredFile.objects.filter(for_stream=stream).order_by("claimed_at", "uid")]


def open_file(uid: uuid.UUID) -> BinaryIO:
    """Open the bytes of a file for reading; the caller closes it.

    Raises: FileUnknown for a file that never was or was swept; FileErased; FileMissing when the disk has lost it.
    """
    found = _known(uid)
    if found.state == FileState.SWEPT:
        raise FileUnknown(file=str(uid))
    if found.state == FileState.ERASED:
        raise FileErased(file=str(uid))
    try:
        return disk.open_stored(file_home(), found.path)
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


def verify_files() -> Iterator[Finding]:
    """Hash every file again and name each that is missing, altered, or holds the bytes of another file."""
    home = file_home()
    kept = StoredFile.objects.exclude(state__in=GONE).order_by("id")
    for pk, path, sha256 in kept.values_list("pk", "path", "sha256").iterator():
        found = disk.found_at(home, path, longest_bytes=LARGEST_FILE_BYTES)
        if found is None:
            yield Finding(Damage.FILE_MISSING, _name_of(pk), detail=str(path))
        elif found.sha256 is None:
            yield Finding(Damage.FILE_ALTERED, _name_of(pk), detail=f"{found.size_bytes} bytes, longer than any file")
        elif found.sha256 != sha256:
            yield _wrong_bytes(pk, found=found.sha256, wanted=sha256)


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
        version=one.version,
    )


def _known(uid: uuid.UUID) -> StoredFile:
    found = StoredFile.objects.filter(uid=uid).first()
    if found is None:
        raise FileUnknown(file=str(uid))
    return found


def _wrong_bytes(pk: int, *, found: str, wanted: str) -> Finding:
    other = StoredFile.objects.filter(sha256=found).exclude(pk=pk).order_by("id").values_list("pk", flat=True).first()
    if other is not None:
        return Finding(Damage.FILE_SWAPPED, _name_of(pk), detail=f"holds the bytes of {_name_of(other)}")
    return Finding(Damage.FILE_ALTERED, _name_of(pk), detail=f"sha256 {found} instead of {wanted}")
