"""Complaints about the service."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.accountability.states import ComplaintState, Outcome
from gongzhi.audit.models import Aggregate
from gongzhi.kernel.ids import new_id


class ConductComplaint(Aggregate):
    """What somebody said about how a member of the service behaved. Its words and names are held values, never here.

    `unit_code` is the unit it concerns, from which it is sealed; empty while nobody knows. `inspector` is the member
    who inquires, `entrusted_to` one who was named because it is sealed from all inspectors.
    """

    stream_kind = "conduct"
    not_folded: ClassVar[dict[str, str]] = {}

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=16)
    unit_code = models.CharField(max_length=40, default="", blank=True)
    inspector = models.CharField(max_length=40, default="", blank=True)
    outcome = models.CharField(max_length=16, default="", blank=True)
    entrusted_to = models.CharField(max_length=40, default="", blank=True)
    is_anonymous = models.BooleanField(default=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    due_provisional = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in ComplaintState]), name="conduct_state_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *(one.value for one in Outcome)]), name="conduct_outcome_known"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="conduct_queue")]

    def __str__(self) -> str:
        """Return the number."""
        return self.number
