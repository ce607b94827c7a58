"""Visits."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongzhi.audit.models import Aggregate
from gongzhi.cases.models import Case
from gongzhi.kernel.ids import new_id
from gongzhi.visits.states import VisitKind, VisitResult, VisitState


class Visit(Aggregate):
    """One visit to the place of one case."""

    stream_kind = "visit"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, to_field="uid", related_name="+")
    state = models.CharField(max_length=12)
    ordered_at = models.DateTimeField()
    not_before = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=40, default="", blank=True)
    result = models.CharField(max_length=16, default="", blank=True)
    photos = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[one.value for one in VisitKind]), name="visit_kind_known"),
            models.CheckConstraint(condition=Q(state__in=[one.value for one in VisitState]), name="visit_state_known"),
            models.CheckConstraint(
                condition=Q(result__in=["", *[one.value for one in VisitResult]]), name="visit_result_known"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state=VisitState.ORDERED.value), name="one_open_visit_per_case"
            ),
        ]
        indexes = [models.Index(fields=["state", "not_before"], name="visit_queue")]

    def __str__(self) -> str:
        """Return kind and state."""
        return f"{self.kind} {self.state}"
