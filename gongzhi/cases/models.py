"""A case and the stages it went through."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gongzhi.audit.models import Aggregate, RecordedRow
from gongzhi.cases.states import (
    AppealState,
    CaseSource,
    CaseState,
    ClosingType,
    ReturnGround,
    ReturnOutcome,
    SpecialGround,
)
from gongzhi.kernel.ids import new_id
from gongzhi.norms.states import Stage


class Case(Aggregate):
    """A matter to be handled."""

    stream_kind = "case"
    committed = frozenset({"lon_e7", "lat_e7"})
    not_folded: ClassVar[dict[str, str]] = {
        "cell": "the fine cell of coordinates that enter only as commitments; recomputed by the check case-cells"
    }

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, null=True, unique=True)  # noqa: DJ001 - numbered when filed
    state = models.CharField(max_length=16)
    source = models.CharField(max_length=16)
    found_by = models.CharField(max_length=40, default="", blank=True)
    needs_verification = models.BooleanField(default=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, to_field="uid", null=True, related_name="absorbed"
    )

    place_state = models.CharField(max_length=12)
    lon_e7 = models.BigIntegerField(null=True)
    lat_e7 = models.BigIntegerField(null=True)
    cell = models.BigIntegerField(null=True)
    division = models.CharField(max_length=20, default="", blank=True)
    area = models.CharField(max_length=120, default="", blank=True)
    area_class = models.CharField(max_length=1, default="", blank=True)

    class_key = models.CharField(max_length=80, default="", blank=True)
    condition_code = models.CharField(max_length=60, default="", blank=True)
    condition_from_on = models.DateField(null=True)
    limit_text = models.CharField(max_length=30, default="", blank=True)
    calendar_key = models.CharField(max_length=40, default="", blank=True)
    needs_visit = models.BooleanField(default=True)

    unit_code = models.CharField(max_length=40, default="", blank=True)
    handler_id = models.CharField(max_length=40, default="", blank=True)
    hands = models.JSONField(default=dict)
    result_at = models.DateTimeField(null=True)
    after_photos = models.PositiveIntegerField(default=0)
    check_photos = models.PositiveIntegerField(default=0)

    reported_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()

    clock_text = models.CharField(max_length=40, default="", blank=True)
    clock_calendar_key = models.CharField(max_length=40, default="", blank=True)
    clock_from_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    due_provisional = models.BooleanField(default=False)
    due_edition = models.PositiveIntegerField(null=True)
    extension_asked_at = models.DateTimeField(null=True)
    extensions_granted = models.PositiveIntegerField(default=0)
    hold_asked_until_at = models.DateTimeField(null=True)
    hold_until_at = models.DateTimeField(null=True)
    hold_count = models.PositiveIntegerField(default=0)

    return_count = models.PositiveIntegerField(default=0)
    escalation_count = models.PositiveIntegerField(default=0)
    refusal_count = models.PositiveIntegerField(default=0)
    arbitrated_at = models.DateTimeField(null=True)
    rework_count = models.PositiveIntegerField(default=0)
    reopen_count = models.PositiveIntegerField(default=0)

    urgent_at = models.DateTimeField(null=True)
    linkage_no = models.CharField(max_length=60, default="", blank=True)
    arrived_at = models.DateTimeField(null=True)
    fed_back_at = models.DateTimeField(null=True)
    supervised_at = models.DateTimeField(null=True)
    supervision_due_at = models.DateTimeField(null=True)

    void_proposed_at = models.DateTimeField(null=True)
    closing_proposed_at = models.DateTimeField(null=True)
    special_ground = models.CharField(max_length=20, default="", blank=True)
    closing_type = models.CharField(max_length=12, default="", blank=True)
    is_late = models.BooleanField(default=False)
    overtime_hundredths = models.PositiveIntegerField(default=0)
    earlier_late_count = models.PositiveIntegerField(default=0)
    earlier_exempted_count = models.PositiveIntegerField(default=0)
    erroneous_count = models.PositiveIntegerField(default=0)
    appeal = models.CharField(max_length=12, default="", blank=True)
    late_exempted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[one.value for one in CaseState]), name="case_state_known"),
            models.CheckConstraint(condition=Q(source__in=[one.value for one in CaseSource]), name="case_source_known"),
            models.CheckConstraint(
                condition=Q(closing_type__in=["", *[one.value for one in ClosingType]]), name="case_closing_type_known"
            ),
            models.CheckConstraint(
                condition=Q(lon_e7=None, lat_e7=None) | Q(lon_e7__isnull=False, lat_e7__isnull=False),
                name="case_point_whole_or_absent",
            ),
            models.CheckConstraint(
                condition=~Q(state=CaseState.CLOSED.value)
                | Q(ended_at__isnull=False, due_at__isnull=False)
                | Q(ended_at__isnull=False, closing_type=ClosingType.SELF_HANDLED.value),
                name="case_closed_with_clock",
            ),
            models.CheckConstraint(
                condition=Q(state=CaseState.MERGED.value, merged_into__isnull=False)
                | ~Q(state=CaseState.MERGED.value) & Q(merged_into=None),
                name="case_merged_into_another",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("uid")), name="case_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(special_ground__in=["", *[one.value for one in SpecialGround]]),
                name="case_special_ground_known",
            ),
            models.CheckConstraint(
                condition=Q(appeal__in=["", *[one.value for one in AppealState]]), name="case_appeal_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=CaseState.SUSPENDED.value) | Q(hold_until_at__isnull=False),
                name="case_on_hold_until_an_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "moved_at"], name="case_queue"),
            models.Index(fields=["unit_code", "state", "due_at"], name="case_unit_queue"),
            models.Index(fields=["cell", "class_key", "reported_at", "lon_e7", "lat_e7"], name="case_near_at"),
            models.Index(fields=["division", "state"], name="case_division"),
            models.Index(fields=["state", "uid"], name="case_listed"),
            models.Index(fields=["uid"], condition=Q(ended_at=None), name="case_open"),
            models.Index(fields=["class_key", "uid", "unit_code", "area"], name="case_of_class"),
            models.Index(fields=["area", "uid", "unit_code"], name="case_of_area"),
            models.Index(fields=["appeal", "uid"], condition=~Q(appeal=""), name="case_appealed"),
            models.Index(
                fields=["supervision_due_at"],
                condition=Q(supervision_due_at__isnull=False, ended_at=None),
                name="case_supervised",
            ),
        ]

    def __str__(self) -> str:
        """Return number or public id, and state."""
        return f"{self.number or self.uid} {self.state}"


class CaseStage(RecordedRow):
    """One stage of one case: who held it, until when, and whether it was late there."""

    stream_kind = "case"
    stream_column = "case_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, to_field="uid", related_name="stages")
    order = models.PositiveIntegerField()
    stage = models.CharField(max_length=16)
    holder_post = models.CharField(max_length=40)
    holder_unit = models.CharField(max_length=40, default="", blank=True)
    limit_text = models.CharField(max_length=40, default="", blank=True)
    calendar_key = models.CharField(max_length=40, default="", blank=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    due_provisional = models.BooleanField(default=False)
    due_edition = models.PositiveIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=40, default="", blank=True)
    is_late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "order"], name="stage_order"),
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="one_open_stage_per_case"),
            models.CheckConstraint(condition=Q(stage__in=[one.value for one in Stage]), name="stage_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="stage_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["ended_at", "due_at"], name="stage_due")]

    def __str__(self) -> str:
        """Return stage and order."""
        return f"{self.order}. {self.stage}"


class CaseReturn(RecordedRow):
    """A unit sent the case back: on which ground, whom it proposed instead, and what became of it."""

    stream_kind = "case"
    stream_column = "case_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, to_field="uid", related_name="returns")
    unit = models.CharField(max_length=40)
    ground = models.CharField(max_length=20)
    proposed_unit = models.CharField(max_length=40, default="", blank=True)
    returned_at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(outcome=ReturnOutcome.OPEN.value), name="one_open_return_per_case"
            ),
            models.CheckConstraint(condition=Q(ground__in=[one.value for one in ReturnGround]), name="return_ground"),
            models.CheckConstraint(
                condition=Q(outcome=ReturnOutcome.OPEN.value, decided_at=None)
                | Q(outcome__in=[one.value for one in ReturnOutcome if one is not ReturnOutcome.OPEN])
                & Q(decided_at__isnull=False),
                name="return_decided_with_its_outcome",
            ),
            models.CheckConstraint(condition=~Q(proposed_unit=F("unit")), name="return_to_another_unit"),
        ]

    def __str__(self) -> str:
        """Return unit and outcome."""
        return f"{self.unit} {self.ground}: {self.outcome}"


class CaseAssistance(RecordedRow):
    """Another unit was asked to help the one that answers for the case. It may read the case and add files."""

    stream_kind = "case"
    stream_column = "case_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, to_field="uid", related_name="assistances")
    unit = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "unit"], condition=Q(answered_at=None), name="one_open_assistance_per_unit"
            )
        ]
        indexes = [models.Index(fields=["unit", "answered_at"], name="assistance_queue")]

    def __str__(self) -> str:
        """Return the unit."""
        return self.unit


class CaseInstruction(RecordedRow):
    """A leader told what is to be done, and until when somebody reports back (领导交办)."""

    stream_kind = "case"
    stream_column = "case_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, to_field="uid", related_name="instructions")
    given_by = models.CharField(max_length=40)
    given_at = models.DateTimeField()
    report_due_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(report_due_at__gt=F("given_at")), name="instruction_due_after_it_is_given"
            )
        ]
        indexes = [models.Index(fields=["reported_at", "report_due_at"], name="instruction_due")]

    def __str__(self) -> str:
        """Return when a report is due."""
        return f"{self.report_due_at.isoformat()}"


class StuckTimer(models.Model):
    """A stage whose clock ran out and on which no timer could act: set aside until `next_at`, holding up no other.

    No part of the record: it says that something must be mended, and goes when the timer has acted or the stage ends.
    """

    stage = models.OneToOneField(CaseStage, on_delete=models.CASCADE, to_field="uid", primary_key=True)
    since = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveIntegerField()
    error = models.CharField(max_length=300)

    def __str__(self) -> str:
        """Return the stage and how often it was tried."""
        return f"{self.stage_id} × {self.attempts}"


class Warned(models.Model):
    """A warning that was given, whether it reached anybody or not, or that could not be and rests until `next_at`.

    No part of the record: it keeps the timers from giving the same warning again in every round. It goes when the end
    of which it warned has passed.
    """

    of = models.UUIDField()
    """What runs out: a stage, an instruction, or a case under supervision."""
    topic = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "topic", "due_at"], name="warned_once")]

    def __str__(self) -> str:
        """Return of what and of which end."""
        return f"{self.topic} {self.of}"
