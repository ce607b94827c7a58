"""The city's dispatch rules, and the rulings that stand as precedents."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gongzhi.audit.models import Aggregate
from gongzhi.cases.models import Case
from gongzhi.kernel.ids import new_id
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


class Precedent(Aggregate):
    """A ruling on which unit answers for a kind of matter in a place, kept for the next dispute of this kind.

    The grounds stand, committed and erasable, in its first entry.
    """

    stream_kind = "precedent"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, to_field="uid", related_name="+")
    number = models.CharField(max_length=40, default="", blank=True)
    class_key = models.CharField(max_length=80)
    area = models.CharField(max_length=120, default="", blank=True)
    units = models.JSONField(default=list)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, to_field="code", related_name="+")
    decided_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    rule = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=F("decided_at")),
                name="precedent_ends_not_before_it_begins",
            )
        ]
        indexes = [models.Index(fields=["class_key", "decided_at"], name="precedent_class")]

    def __str__(self) -> str:
        """Return class and ruling unit."""
        return f"{self.class_key} → {self.unit_id}"


class PrecedentTerm(models.Model):
    """Something by which a precedent is found, as a keyed digest: a unit, or two neighbouring characters of its words.

    It is found by these, and cannot be read from them. Drawn from the precedent and no part of the record: the check
    `precedent-terms` draws them anew. Those of the grounds go when the grounds are erased.
    """

    precedent = models.ForeignKey(Precedent, on_delete=models.CASCADE, to_field="uid", related_name="terms")
    term = models.CharField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["precedent", "term"], name="one_term_per_precedent")]
        indexes = [models.Index(fields=["term"], name="precedent_term")]

    def __str__(self) -> str:
        """Return the digest."""
        return self.term
