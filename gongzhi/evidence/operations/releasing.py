"""What the public may see: a person looks at each photograph, masks it where needed, releases or withholds it."""

from __future__ import annotations

import uuid
from datetime import datetime

from gongzhi.audit.operations import record, require_version
from gongzhi.base.operations import one_change
from gongzhi.evidence.lifecycle import FILE, PUBLICATION
from gongzhi.evidence.models import StoredFile
from gongzhi.evidence.operations.claiming import claim_files
from gongzhi.evidence.queries import FileRow, row_of
from gongzhi.evidence.registry import owner_of
from gongzhi.evidence.rules import FileErased, FileFacts, FileUnknown, MasksItself, require_grounds
from gongzhi.evidence.states import NEVER_PUBLIC, FileRole, FileState
from gongzhi.kernel.actor import Actor
from gongzhi.people import queries as people


@one_change
def release_file(file_id: uuid.UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> FileRow:
    """Let the public see the display copy of a photograph, or of its masked version where there is one.

    Raises: FileUnknown, NotPermitted, FileErased, ChangedMeanwhile, MoveNotAllowed, NothingToShow, FileGroundsMissing.
    """
    return _publish(file_id, "release", grounds=grounds, seen=seen, by=by, at=at)


@one_change
def withhold_file(file_id: uuid.UUID, *, grounds: str, seen: int, by: Actor, at: datetime) -> FileRow:
    """Keep a photograph from the public, also one that was released before.

    Raises: FileUnknown, NotPermitted, FileErased, ChangedMeanwhile, MoveNotAllowed, FileGroundsMissing.
    """
    return _publish(file_id, "withhold", grounds=grounds, seen=seen, by=by, at=at)


@one_change
def mask_file(file_id: uuid.UUID, *, masked: uuid.UUID, grounds: str, seen: int, by: Actor, at: datetime) -> FileRow:
    """Let a masked version, made and uploaded by a person, stand for a photograph wherever the public sees it.

    From this instant on the public sees nothing of the photograph until the masked version has its own display copy.

    Args:
        file_id: the photograph.
        masked: the version with faces and number plates made unrecognisable, uploaded by the same member.
        grounds: what was masked, and why.
        seen: the photograph's version.
        by: who decides.
        at: when.

    Raises: FileUnknown, NotPermitted, FileErased, ChangedMeanwhile, MoveNotAllowed, NotAPhotograph, MasksItself,
        FileGroundsMissing, and what `claim_files` raises.
    """
    one = _claimed(file_id, "file.mask", seen=seen, by=by, at=at)
    step = FILE.check(one.state, "mask", facts=_facts(one))
    require_grounds(grounds)
    if masked == one.uid:
        raise MasksItself(file=str(masked))
    claim_files([masked], for_stream=one.stream, role=FileRole.MASKED, by=by, at=at)
    one.masked_by = masked
    record(one, step, by=by, at=at, held={"grounds": grounds})
    return row_of(one)


def _publish(file_id: uuid.UUID, act: str, *, grounds: str, seen: int, by: Actor, at: datetime) -> FileRow:
    one = _claimed(file_id, f"publication.{act}", seen=seen, by=by, at=at)
    step = PUBLICATION.check(one.publication, act, facts=_facts(one))
    require_grounds(grounds)
    one.publication = step.to.value
    record(one, step, by=by, at=at, held={"grounds": grounds})
    return row_of(one)


def _claimed(file_id: uuid.UUID, power: str, *, seen: int, by: Actor, at: datetime) -> StoredFile:
    """Return a file that proves something, locked, to somebody with the power: nobody else is told how far it is.

    Raises: FileUnknown, NotPermitted, FileErased, ChangedMeanwhile.
    """
    one = StoredFile.locked(uid=file_id)
    if one is None or one.state in (FileState.STORED, FileState.SWEPT) or one.role in NEVER_PUBLIC:
        raise FileUnknown(file=str(file_id))
    people.require(by, power, owner_of(one.for_stream).matter, at=at)
    if one.state == FileState.ERASED:
        raise FileErased(file=str(file_id))
    require_version(one, seen)
    return one


def _facts(one: StoredFile) -> FileFacts:
    return FileFacts(file=str(one.uid), content_type=one.content_type, display=one.display)
