"""Claim files for what they prove, and erase them with what they came with."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from gongzhi.audit import queries as audit_queries
from gongzhi.audit.operations import erase, record
from gongzhi.base.operations import one_change
from gongzhi.evidence.lifecycle import FILE
from gongzhi.evidence.models import DisplayTask, StoredFile
from gongzhi.evidence.operations.storing import remove_quietly
from gongzhi.evidence.queries import FileRow, is_senders, row_of
from gongzhi.evidence.rules import (
    FileClaimed,
    FileOfAnother,
    FilesTooMany,
    FileUnknown,
    NotAPhotograph,
    is_photograph,
)
from gongzhi.evidence.states import PHOTOGRAPHS, DisplayState, FileRole, FileState
from gongzhi.evidence.stores import file_store
from gongzhi.kernel.actor import Actor
from gongzhi.parameters.queries import parameter

_ERASABLE = ("name", "lon_e7", "lat_e7")


@one_change
def claim_files(
    file_ids: Sequence[uuid.UUID],
    *,
    for_stream: str,
    role: FileRole,
    by: Actor,
    at: datetime,
    codes: Mapping[uuid.UUID, str] | None = None,
) -> list[FileRow]:
    """Make files the proof of something, each of them once and never again. Joins the caller's transaction.

    What was shown before, or is named twice, proves nothing new. Nobody claims what another person uploaded. Of each
    photograph a copy for pages is then made by the worker.

    Args:
        file_ids: the files.
        for_stream: what they prove, such as `case:<uid>`.
        role: what they show of it.
        by: who says so.
        at: when.
        codes: the claim codes of files that were uploaded without an account.

    Returns: the files in the order of `file_ids`.

    Raises: FileUnknown, FileOfAnother, FileClaimed, NotAPhotograph, FilesTooMany. Then none is claimed.
    """
    locked = StoredFile.objects.select_for_update().filter(uid__in=file_ids).order_by("uid")
    found = {one.uid: one for one in locked}
    for uid in file_ids:
        if uid not in found or found[uid].state == FileState.SWEPT:
            raise FileUnknown(file=str(uid))
        if not is_senders(uid, by=by, code=(codes or {}).get(uid, "")):
            raise FileOfAnother(file=str(uid))
        _claim(found[uid], for_stream=for_stream, role=role, by=by, at=at)
    _require_not_too_many(for_stream, role=role, fresh=len(file_ids), at=at)
    return [row_of(found[uid]) for uid in file_ids]


@one_change
def erase_files_of(stream: str, *, rule: str, by: Actor, at: datetime) -> int:
    """Erase the files that prove something, and their copies: bytes, names and whereabouts. Returns how many.

    What they were stays in their entries. Only the operation that erases what they came with calls this; it asks for
    the power.
    """
    claimed = StoredFile.objects.select_for_update().filter(for_stream=stream, state=FileState.CLAIMED.value)
    erased = 0
    for one in claimed.order_by("uid"):
        erase_files_of(one.stream, rule=rule, by=by, at=at)  # its masked copies
        one.state = FILE.check(one.state, "erase").to.value
        names = [f"{one.record_label()}/{one.record_key}/{column}" for column in _ERASABLE]
        erase(one, audit_queries.erasable(one.stream, names=names), rule=rule, by=by, at=at)
        DisplayTask.objects.filter(file__uid=one.uid).delete()
        for path in (one.path, *one.copies.order_by("kind").values_list("path", flat=True)):
            transaction.on_commit(partial(remove_quietly, file_store(), path))
        erased += 1
    return erased


def _claim(one: StoredFile, *, for_stream: str, role: FileRole, by: Actor, at: datetime) -> None:
    if one.state in (FileState.CLAIMED, FileState.ERASED):
        raise FileClaimed(file=str(one.uid))
    if role in PHOTOGRAPHS and not is_photograph(one.content_type):
        raise NotAPhotograph(file=str(one.uid), found=one.content_type)
    step = FILE.check(one.state, "claim")
    one.state, one.for_stream, one.role, one.claimed_at = step.to.value, for_stream, FileRole(role).value, at
    if is_photograph(one.content_type):
        one.display = DisplayState.WAITING.value
    record(one, step, by=by, at=at)
    if one.display == DisplayState.WAITING:
        DisplayTask.objects.create(file=one, next_at=at)


def _require_not_too_many(stream: str, *, role: FileRole, fresh: int, at: datetime) -> None:
    """Refuse to put more on file for one thing in one part than the city wants.

    Each part has its own share: results without end leave room for the photograph of the check.

    Raises: FilesTooMany.
    """
    most = parameter("matter_files_limit", at=at)
    if fresh and StoredFile.objects.filter(for_stream=stream, role=FileRole(role).value).count() > most:
        raise FilesTooMany(most=most)
