"""Reports and the cases they belong to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.audit.models import Aggregate, RecordedRow
from gongzhi.cases.models import Case
from gongzhi.intake.rules import Satisfaction
from gongzhi.intake.states import (
    Channel,
    ContactOutcome,
    ObjectionState,
    RatedThrough,
    ReplyState,
    ReplyWay,
    ReportKind,
    ReportState,
    SheetMessageKind,
    SheetMessageState,
    SheetState,
    Urgency,
)
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
    round = models.PositiveIntegerField(default=1)
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
            models.Index(fields=["kind", "uid"], name="report_listed"),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return self.number


class ReportCase(RecordedRow):
    """A report belongs to a case; a case may have many reports, a report several cases.

    Where cases were merged, `merged_from` names the case through which the report came here; when that one is split
    off again, the link ends.
    """

    stream_kind = "report"
    stream_column = "report_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, to_field="uid", related_name="links")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, to_field="uid", related_name="+")
    linked_at = models.DateTimeField()
    merged_from = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "case"], name="report_linked_once")]

    def __str__(self) -> str:
        """Return both ids."""
        return f"{self.report_id} → {self.case_id}"


class Reply(RecordedRow):
    """The duty to answer a report, once for each time that its matter was taken up. Its words are held values.

    `due_at` is our own date, `outer_due_at` that of the neighbour who sent the report.
    """

    stream_kind = "report"
    stream_column = "report_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, to_field="uid", related_name="replies")
    round = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12)
    due_at = models.DateTimeField(null=True)
    outer_due_at = models.DateTimeField(null=True)
    asked_until = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=40, default="", blank=True)
    extensions = models.PositiveIntegerField(default=0)
    drafted_by = models.CharField(max_length=40, default="", blank=True)
    drafted_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=40, default="", blank=True)
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=12, default="", blank=True)
    late_at = models.DateTimeField(null=True)
    late_post = models.CharField(max_length=40, default="", blank=True)
    late_unit = models.CharField(max_length=40, default="", blank=True)
    outer_late_at = models.DateTimeField(null=True)
    outer_late_post = models.CharField(max_length=40, default="", blank=True)
    outer_late_unit = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "round"], name="one_reply_per_round"),
            models.CheckConstraint(condition=Q(state__in=[one.value for one in ReplyState]), name="reply_state_known"),
            models.CheckConstraint(condition=Q(way__in=["", *[one.value for one in ReplyWay]]), name="reply_way_known"),
            models.CheckConstraint(
                condition=~Q(state=ReplyState.SENT.value) | Q(sent_at__isnull=False), name="reply_sent_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="reply_queue"),
            models.Index(fields=["due_at"], condition=Q(sent_at=None, late_at=None), name="reply_due"),
            models.Index(
                fields=["outer_due_at"], condition=Q(sent_at=None, outer_late_at=None), name="reply_outer_due"
            ),
        ]

    def __str__(self) -> str:
        """Return round and state."""
        return f"{self.round}. {self.state}"


class ContactAttempt(RecordedRow):
    """One attempt to speak to a reporter. What was said is a held value."""

    stream_kind = "report"
    stream_column = "report_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, to_field="uid", related_name="attempts")
    round = models.PositiveIntegerField(default=1)
    way = models.CharField(max_length=12)
    outcome = models.CharField(max_length=12)
    at = models.DateTimeField()
    made_by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(way__in=[one.value for one in ReplyWay]), name="contact_way_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=[one.value for one in ContactOutcome]), name="contact_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        """Return way and outcome."""
        return f"{self.way}: {self.outcome}"


class PromisedCall(RecordedRow):
    """A promise to call a reporter back by an instant. What about is a held value; one that lapsed has no outcome."""

    stream_kind = "report"
    stream_column = "report_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, to_field="uid", related_name="promises")
    due_at = models.DateTimeField()
    promised_at = models.DateTimeField()
    promised_by = models.CharField(max_length=40)
    attempts = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=Q(ended_at=None), name="one_open_promise_per_report"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *[one.value for one in ContactOutcome]]), name="promise_outcome_known"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(ended_at=None), name="promised_calls_due")]

    def __str__(self) -> str:
        """Return by when."""
        return f"until {self.due_at:%Y-%m-%d %H:%M}"


class Rating(RecordedRow):
    """How satisfied a reporter is, with the result and with the service apart. What they said is a held value."""

    stream_kind = "report"
    stream_column = "report_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, to_field="uid", related_name="ratings")
    round = models.PositiveIntegerField(default=1)
    through = models.CharField(max_length=12)
    result = models.PositiveSmallIntegerField(null=True)
    service = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "round", "through"], name="rated_once"),
            models.CheckConstraint(
                condition=Q(through__in=[one.value for one in RatedThrough]), name="rating_through_known"
            ),
            models.CheckConstraint(
                condition=(Q(result=None) | Q(result__in=[one.value for one in Satisfaction]))
                & (Q(service=None) | Q(service__in=[one.value for one in Satisfaction])),
                name="rating_on_scale",
            ),
        ]

    def __str__(self) -> str:
        """Return both ratings."""
        return f"{self.result}/{self.service}"


class Objection(RecordedRow):
    """A reporter objects: their matter was not accepted. Grounds and decision are held values."""

    stream_kind = "report"
    stream_column = "report_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, to_field="uid", related_name="objections")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, to_field="uid", related_name="+")
    state = models.CharField(max_length=12)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=40, default="", blank=True)
    is_late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "case"], name="one_objection_per_case"),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in ObjectionState]), name="objection_state_known"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="objection_due")]

    def __str__(self) -> str:
        """Return the state."""
        return self.state


class Sheet(Aggregate):
    """A neighbour's work sheet (工单). What the caller said lies with the report that it became, never twice.

    `edition` is the number the neighbour gives to the latest of its messages about it.
    """

    stream_kind = "sheet"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    neighbour = models.CharField(max_length=40)
    sheet_no = models.CharField(max_length=80)
    edition = models.PositiveIntegerField()
    report = models.ForeignKey(Report, on_delete=models.PROTECT, to_field="uid", related_name="sheets")
    state = models.CharField(max_length=12)
    type = models.CharField(max_length=12)
    urgency = models.CharField(max_length=12)
    is_secret = models.BooleanField(default=False)
    linkage_no = models.CharField(max_length=80, default="", blank=True)
    category = models.CharField(max_length=120, default="", blank=True)
    received_at = models.DateTimeField()
    came_on = models.DateField()
    deadline_at = models.DateTimeField(null=True)
    acknowledge_due_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_late = models.BooleanField(default=False)
    returned_at = models.DateTimeField(null=True)
    returns = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    supervised_at = models.DateTimeField(null=True)
    supervisions = models.PositiveIntegerField(default=0)
    visit_result = models.CharField(max_length=40, default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    messages_sent = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["neighbour", "sheet_no"], name="sheet_once_per_neighbour"),
            models.CheckConstraint(condition=Q(state__in=[one.value for one in SheetState]), name="sheet_state_known"),
            models.CheckConstraint(condition=Q(type__in=[one.value for one in ReportKind]), name="sheet_type_known"),
            models.CheckConstraint(condition=Q(urgency__in=[one.value for one in Urgency]), name="sheet_urgency_known"),
        ]
        indexes = [
            models.Index(fields=["neighbour", "came_on"], name="sheets_of_a_day"),
            models.Index(fields=["state", "acknowledge_due_at"], name="sheet_acknowledge_due"),
        ]

    def __str__(self) -> str:
        """Return neighbour and number."""
        return f"{self.neighbour} {self.sheet_no}"


class SheetMessage(RecordedRow):
    """One of our messages about a work sheet. Its words are held values of the entry that made it.

    `cause` names what it follows from, so that it is made once.
    """

    stream_kind = "sheet"
    stream_column = "sheet_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, to_field="uid", related_name="messages")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16)
    cause = models.CharField(max_length=160, default="", blank=True)
    entry = models.PositiveIntegerField()
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=12)
    made_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_fault = models.CharField(max_length=120, default="", blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="sheet_message_number"),
            models.UniqueConstraint(fields=["sheet", "cause"], condition=~Q(cause=""), name="sheet_message_made_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in SheetMessageKind]), name="sheet_message_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in SheetMessageState]), name="sheet_message_state_known"
            ),
        ]
        indexes = [models.Index(fields=["state", "made_at"], name="sheet_messages_by_state")]

    def __str__(self) -> str:
        """Return number and kind."""
        return f"{self.number}. {self.kind}"


class SheetSending(models.Model):
    """A message on its way, under a lease while it is handed over. No part of the record; it goes when it arrived."""

    message = models.OneToOneField(SheetMessage, on_delete=models.CASCADE, to_field="uid", primary_key=True)
    next_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="sheet_sending_due")]

    def __str__(self) -> str:
        """Return the message and how often it was tried."""
        return f"{self.message_id} × {self.attempts}"


class StuckMark(models.Model):
    """Something whose date passed and that no timer could mark as late: set aside until `next_at`.

    No part of the record: it says that something must be mended, and goes when a timer could mark it or need not.
    """

    of = models.UUIDField(primary_key=True)
    what = models.CharField(max_length=12)
    """A reply, an objection or a work sheet."""
    since = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveIntegerField()
    error = models.CharField(max_length=300)

    def __str__(self) -> str:
        """Return what it is and how often it was tried."""
        return f"{self.what} {self.of} × {self.attempts}"


class ReportTerm(models.Model):
    """Something by which the words of a report are found, as a keyed digest: two neighbouring characters, or a word.

    A report is found by these, and cannot be read from them. Drawn from its words after it came in, no part of the
    record, and gone when the words are erased.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="terms")
    term = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["term", "report"], name="one_term_per_report")]

    def __str__(self) -> str:
        """Return the digest."""
        return str(self.term)
