"""The table of files. The bytes lie on the disk under `path`."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.audit.models import Aggregate
from gongzhi.evidence.states import FileRole, FileState
from gongzhi.kernel.ids import new_id


class StoredFile(Aggregate):
    """A file with its hash, and what it proves once it is claimed. Its own stream is `file:<uid>`.

    The name that the sender gave it is free text, so it enters the record as a commitment.
    """

    stream_kind = "file"
    committed: ClassVar[frozenset[str]] = frozenset({"name"})

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    state = models.CharField(max_length=12, default=FileState.STORED.value)
    path = models.CharField(max_length=60, unique=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=60)
    name = models.CharField(max_length=200, null=True)  # noqa: DJ001  # null says erased, empty says never named
    stored_at = models.DateTimeField()
    for_stream = models.CharField(max_length=120, default="", blank=True)
    role = models.CharField(max_length=12, default="", blank=True)
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[FileState.CLAIMED.value, FileState.ERASED.value],
                    claimed_at__isnull=False,
                    role__in=[r.value for r in FileRole],
                )
                & ~Q(for_stream="")
                | Q(
                    state__in=[FileState.STORED.value, FileState.SWEPT.value],
                    for_stream="",
                    role="",
                    claimed_at__isnull=True,
                ),
                name="file_claimed_for_something",
            ),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="file_not_empty"),
        ]
        indexes = [
            models.Index(fields=["for_stream", "claimed_at"], name="files_of_stream"),
            models.Index(fields=["state", "stored_at"], name="files_to_sweep"),
        ]

    def __str__(self) -> str:
        """Return the stream, never the name."""
        return self.stream
