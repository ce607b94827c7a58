"""The tables of files, of the copies made for looking, of who looked, and of what is still coming in.

The bytes lie in the store (`stores`) under `path`.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.audit.models import Aggregate, RecordedRow
from gongzhi.evidence.states import CopyKind, DisplayState, FileRole, FileState, Publication
from gongzhi.kernel.ids import new_id


class StoredFile(Aggregate):
    """A file with its hash, and what it proves once it is claimed. Its own stream is `file:<uid>`.

    The name that the sender gave it is free text, and where a camera stood is somebody's whereabouts, so both enter the
    record as commitments. `lon_e7`, `lat_e7` and `taken_at` are the camera's word, and empty when it said nothing.
    """

    stream_kind = "file"
    committed: ClassVar[frozenset[str]] = frozenset({"name", "lon_e7", "lat_e7"})

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    state = models.CharField(max_length=12, default=FileState.STORED.value)
    path = models.CharField(max_length=60, unique=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=120)
    name = models.CharField(max_length=200, null=True)  # noqa: DJ001  # null says erased, empty says never named
    stored_at = models.DateTimeField()
    for_stream = models.CharField(max_length=120, default="", blank=True)
    role = models.CharField(max_length=12, default="", blank=True)
    claimed_at = models.DateTimeField(null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    display = models.CharField(max_length=12, default=DisplayState.NONE.value)
    taken_at = models.DateTimeField(null=True)
    lon_e7 = models.BigIntegerField(null=True)
    lat_e7 = models.BigIntegerField(null=True)
    publication = models.CharField(max_length=12, default=Publication.PRIVATE.value)
    masked_by = models.UUIDField(null=True)

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
            models.CheckConstraint(
                condition=Q(display__in=[one.value for one in DisplayState]), name="file_display_known"
            ),
            models.CheckConstraint(
                condition=Q(publication=Publication.PRIVATE.value)
                | Q(
                    publication__in=[one.value for one in Publication],
                    state__in=[FileState.CLAIMED.value, FileState.ERASED.value],
                ),
                name="file_published_when_claimed",
            ),
            models.CheckConstraint(
                condition=Q(lon_e7=None, lat_e7=None) | Q(lon_e7__isnull=False, lat_e7__isnull=False),
                name="file_point_whole_or_absent",
            ),
        ]
        indexes = [
            models.Index(fields=["for_stream", "claimed_at"], name="files_of_stream"),
            models.Index(fields=["state", "stored_at"], name="files_to_sweep"),
            models.Index(
                fields=["uid"],
                condition=Q(
                    state=FileState.CLAIMED.value,
                    publication=Publication.PRIVATE.value,
                    display=DisplayState.MADE.value,
                ),
                name="files_to_moderate",
            ),
        ]

    def __str__(self) -> str:
        """Return the stream, never the name."""
        return self.stream


class DisplayCopy(RecordedRow):
    """A copy that pages show instead of the original; it stands in the stream of its file, with its own hash."""

    stream_kind = "file"
    stream_column = "file_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, to_field="uid", related_name="copies")
    kind = models.CharField(max_length=12)
    path = models.CharField(max_length=60, unique=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "kind"], name="one_copy_of_each_kind"),
            models.CheckConstraint(condition=Q(kind__in=[one.value for one in CopyKind]), name="copy_kind_known"),
        ]

    def __str__(self) -> str:
        """Return which copy of which file it is."""
        return f"{self.kind} of file:{self.file_id}"


class FileLooks(Aggregate):
    """Who looked at the original of a file, or took it out. Its own stream is `look:<uid of the file>`.

    The entries tell who and when; the row only counts them.
    """

    stream_kind = "look"

    uid = models.UUIDField(unique=True, editable=False)
    looks = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the stream."""
        return self.stream


class DisplayTask(models.Model):
    """A photograph whose copies are to be made, under a lease while somebody makes them. A note of the workers."""

    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, to_field="uid", related_name="display_task")
    next_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=80, default="", blank=True)
    last_fault = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_at", "id"], name="displays_due")]

    def __str__(self) -> str:
        """Return which file it is."""
        return f"display of file:{self.file_id}"


class Upload(models.Model):
    """A file that comes in piece by piece. Not on record: nothing is proven until it is a file; it goes after a day.

    `received_bytes` is how far it is; whoever goes on begins there.
    """

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    owner = models.CharField(max_length=120)
    name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveBigIntegerField()
    received_bytes = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField()
    until_at = models.DateTimeField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, to_field="uid", null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(received_bytes__lte=models.F("size_bytes")), name="upload_within_its_size"
            )
        ]
        indexes = [
            models.Index(fields=["until_at"], name="uploads_to_sweep"),
            models.Index(fields=["owner"], condition=Q(file=None), name="uploads_open"),
        ]

    def __str__(self) -> str:
        """Return how far it is."""
        return f"upload {self.uid}: {self.received_bytes}/{self.size_bytes}"


class UploadPiece(models.Model):
    """A piece of an upload that lies safely in the store."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, to_field="uid", related_name="pieces")
    offset = models.PositiveBigIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    path = models.CharField(max_length=60, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="one_piece_per_offset")]

    def __str__(self) -> str:
        """Return where it begins."""
        return f"{self.upload_id} from {self.offset}"
