"""Hand-overs of shifts, the matters on their lists, and what was said about them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongzhi.audit.models import Aggregate, RecordedRow
from gongzhi.handovers.states import HandoverState, ItemKind, Side
from gongzhi.kernel.ids import new_id
from gongzhi.people.models import Unit

_OPEN = Q(state__in=[HandoverState.DRAFT.value, HandoverState.HANDED.value])
_SIGNED = Q(handed_at__isnull=False)
_TAKEN = _SIGNED & Q(taken_at__isnull=False) & ~Q(taken_by="") & ~Q(taken_by=models.F("made_by"))


class Handover(Aggregate):
    """The hand-over of one shift of a unit. `counts` and `running` are how much there was of each kind and stage."""

    stream_kind = "handover"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, to_field="code", related_name="+")
    state = models.CharField(max_length=12)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    running = models.JSONField(default=dict)
    handed_at = models.DateTimeField(null=True)
    taken_by = models.CharField(max_length=40, default="", blank=True)
    taken_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=_OPEN, name="one_open_handover_per_unit"),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in HandoverState]), name="handover_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=HandoverState.HANDED.value) | _SIGNED, name="handover_handed_when_signed"
            ),
            models.CheckConstraint(
                condition=~Q(state=HandoverState.TAKEN.value) | _TAKEN, name="handover_taken_by_another"
            ),
        ]
        indexes = [models.Index(fields=["unit", "made_at"], name="handovers_of_unit")]

    def __str__(self) -> str:
        """Return unit and instant."""
        return f"{self.unit_id} {self.made_at:%Y-%m-%d %H:%M}"


class HandoverItem(RecordedRow):
    """A matter as it stood when the list was made: a case, or a report whose caller is to be called."""

    stream_kind = "handover"
    stream_column = "handover_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, to_field="uid", related_name="items")
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    about = models.CharField(max_length=60)
    number = models.CharField(max_length=40, default="", blank=True)
    class_key = models.CharField(max_length=80, default="", blank=True)
    area = models.CharField(max_length=120, default="", blank=True)
    unit_code = models.CharField(max_length=40, default="", blank=True)
    matter_state = models.CharField(max_length=20, default="", blank=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover", "place"], name="one_item_per_place"),
            models.CheckConstraint(condition=Q(kind__in=[one.value for one in ItemKind]), name="item_kind_known"),
        ]

    def __str__(self) -> str:
        """Return place and kind."""
        return f"{self.place}. {self.kind}"


class HandoverNote(RecordedRow):
    """Something said about a hand-over, or about one matter of it. The words are a held value."""

    stream_kind = "handover"
    stream_column = "handover_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, to_field="uid", related_name="notes")
    item = models.UUIDField(null=True)
    side = models.CharField(max_length=8)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(side__in=[one.value for one in Side]), name="note_side_known")
        ]

    def __str__(self) -> str:
        """Return who said it, never what."""
        return self.side
