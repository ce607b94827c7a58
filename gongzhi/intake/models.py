"""Reports and the cases they belong to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.audit.models import Aggregate, RecordedRow
from gongzhi.cases.models import Case
from gongzhi.intake.states import Channel, ReportKind, ReportState
from gongzhi.kernel.ids import new_id


class Report(Aggregate):
    """What somebody told the city. Words, address and contact lie encrypted beside the record, never here."""

    stream_kind = "report"
    committed = frozenset({"lon_e7", "lat_e7"})
    not_folded: ClassVar[dict[str, str]] = {
        "cell": "the fine cell of coordinates that enter only as commitments; recomputed by the check report-cells",
        "phone_index": "a blind index of the contact's number; it must die with the number, so no entry has it",
    }

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12)
    channel = models.CharField(max_length=20)
    source = models.CharField(max_length=80)
    source_key = models.CharField(max_length=200)
    state = models.CharField(max_length=12)
    class_key = models.CharField(max_length=80, default="", blank=True)

    place_state = models.CharField(max_length=12)
    lon_e7 = models.BigIntegerField(null=True)
    lat_e7 = models.BigIntegerField(null=True)
    cell = models.BigIntegerField(null=True)
    division = models.CharField(max_length=20, default="", blank=True)
    area = models.CharField(max_length=120, default="", blank=True)

    is_anonymous = models.BooleanField(default=True)
    phone_index = models.CharField(max_length=64, default="", blank=True)
    is_released = models.BooleanField(default=False)
    reply_owed = models.BooleanField(default=False)
    reply_due_at = models.DateTimeField(null=True)
    reply_provisional = models.BooleanField(default=False)
    replied_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="report_once_per_source"),
            models.CheckConstraint(condition=Q(kind__in=[one.value for one in ReportKind]), name="report_kind_known"),
            models.CheckConstraint(
                condition=Q(channel__in=[one.value for one in Channel]), name="report_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in ReportState]), name="report_state_known"
            ),
            models.CheckConstraint(
                condition=Q(lon_e7=None, lat_e7=None) | Q(lon_e7__isnull=False, lat_e7__isnull=False),
                name="report_point_whole_or_absent",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "reply_due_at"], name="report_reply_queue"),
            models.Index(fields=["phone_index"], name="report_by_phone", condition=~Q(phone_index="")),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return self.number


class ReportCase(RecordedRow):
    """A report belongs to a case; a case may have many reports, a report several cases."""

    stream_kind = "report"
    stream_column = "report_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, to_field="uid", related_name="links")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, to_field="uid", related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "case"], name="report_linked_once")]

    def __str__(self) -> str:
        """Return both ids."""
        return f"{self.report_id} → {self.case_id}"
