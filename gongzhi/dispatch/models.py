"""The city's dispatch rules."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gongzhi.people.models import Unit


class DispatchRule(models.Model):
    """Class × area × time → unit, from a day until a day."""

    code = models.CharField(max_length=80, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, to_field="code", related_name="+")
    class_prefix = models.CharField(max_length=80, default="", blank=True)
    area = models.CharField(max_length=120, default="", blank=True)
    from_time = models.TimeField(null=True)
    until_time = models.TimeField(null=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="dispatch_rule_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(from_time=None, until_time=None) | Q(from_time__isnull=False, until_time__isnull=False),
                name="dispatch_rule_hours_whole_or_absent",
            ),
        ]

    def __str__(self) -> str:
        """Return code and unit."""
        return f"{self.code} → {self.unit_id}"
