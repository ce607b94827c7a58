"""Tables of the catalogue, the filing conditions and the stage limits."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from gongzhi.kernel.units import ClockUnit
from gongzhi.norms.states import CheckingMode, ClassKind, Grade, Publication, StageClock
from gongzhi.places.states import AreaClass


def _codes(kind: type[StrEnum]) -> list[str]:
    return [one.value for one in kind]


class ManagedClass(models.Model):
    """A minor class of components or events. Its key never changes; a class that is given up ends."""

    key = models.CharField(max_length=80, unique=True)
    standard_ref = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=5)
    major_code = models.CharField(max_length=2)
    major_zh = models.CharField(max_length=60)
    major_en = models.CharField(max_length=120)
    zh = models.CharField(max_length=120)
    en = models.CharField(max_length=200)
    is_local_extension = models.BooleanField(default=False)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["standard_ref", "kind", "code"], name="class_code"),
            models.CheckConstraint(condition=Q(kind__in=_codes(ClassKind)), name="class_kind_known"),
            models.CheckConstraint(condition=Q(code__startswith=F("major_code")), name="class_code_in_major"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="class_period_not_inverted"
            ),
        ]

    def __str__(self) -> str:
        """Return the key and the name."""
        return f"{self.key} {self.zh}"


class FilingCondition(models.Model):
    """When a matter of a class is filed, how long its disposal may take, and what must be seen before it is closed."""

    code = models.CharField(max_length=60)
    managed_class = models.ForeignKey(
        ManagedClass, to_field="key", db_column="class_key", on_delete=models.PROTECT, related_name="conditions"
    )
    number = models.PositiveIntegerField()
    area_class = models.CharField(max_length=1, default="", blank=True)
    zh = models.CharField(max_length=200)
    en = models.CharField(max_length=300)
    closing_zh = models.CharField(max_length=200)
    closing_en = models.CharField(max_length=300)
    limit_unit = models.CharField(max_length=12)
    limit_length = models.PositiveIntegerField()
    grade = models.CharField(max_length=1)
    unit_hint_zh = models.CharField(max_length=60, default="", blank=True)
    unit_hint_en = models.CharField(max_length=120, default="", blank=True)
    unit_code = models.CharField(max_length=60, default="", blank=True)
    checking_mode = models.CharField(max_length=8)
    check_from = models.TimeField(null=True)
    check_until = models.TimeField(null=True)
    calendar = models.CharField(max_length=40, default="", blank=True)
    legal_basis = models.CharField(max_length=300, default="", blank=True)
    legal_clause = models.CharField(max_length=100, default="", blank=True)
    supervising_zh = models.CharField(max_length=60, default="", blank=True)
    supervising_en = models.CharField(max_length=120, default="", blank=True)
    responsible_zh = models.CharField(max_length=60, default="", blank=True)
    responsible_en = models.CharField(max_length=120, default="", blank=True)
    collection_zh = models.CharField(max_length=300, default="", blank=True)
    collection_en = models.CharField(max_length=400, default="", blank=True)
    source = models.CharField(max_length=300)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "from_on"], name="condition_version"),
            models.UniqueConstraint(fields=["code"], condition=Q(until_on=None), name="condition_one_open_version"),
            models.UniqueConstraint(
                fields=["managed_class", "number", "area_class", "from_on"], name="condition_place_in_class"
            ),
            models.CheckConstraint(condition=Q(area_class__in=_codes(AreaClass)), name="condition_area_class_known"),
            models.CheckConstraint(condition=Q(limit_unit__in=_codes(ClockUnit)), name="condition_limit_unit_known"),
            models.CheckConstraint(condition=Q(limit_length__gt=0), name="condition_limit_leaves_time"),
            models.CheckConstraint(condition=Q(grade__in=_codes(Grade)), name="condition_grade_known"),
            models.CheckConstraint(
                condition=Q(checking_mode__in=_codes(CheckingMode)), name="condition_checking_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(check_from=None, check_until=None)
                | Q(check_from__isnull=False, check_until__isnull=False, checking_mode=CheckingMode.VISIT.value)
                & ~Q(check_from=F("check_until")),
                name="condition_checking_window_sound",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="condition_period_not_inverted"
            ),
        ]

    def __str__(self) -> str:
        """Return code and words."""
        return f"{self.code} {self.zh}"


class LegacyCode(models.Model):
    """The code that a class had in an earlier standard, and the class that it means now; none where there is none."""

    standard_ref = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=12)
    zh = models.CharField(max_length=120)
    managed_class = models.ForeignKey(
        ManagedClass, to_field="key", db_column="class_key", on_delete=models.PROTECT, null=True, related_name="+"
    )
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["standard_ref", "kind", "code", "from_on"], name="legacy_code_version"),
            models.UniqueConstraint(
                fields=["standard_ref", "kind", "code"], condition=Q(until_on=None), name="legacy_code_one_open_version"
            ),
            models.CheckConstraint(condition=Q(kind__in=_codes(ClassKind)), name="legacy_code_kind_known"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="legacy_code_period_not_inverted"
            ),
        ]

    def __str__(self) -> str:
        """Return the code and its name."""
        return f"{self.standard_ref} {self.code} {self.zh}"


class StageLimit(models.Model):
    """How long a stage may take: seconds of its own, or a share of the filing condition's limit."""

    stage = models.CharField(max_length=24)
    area_class = models.CharField(max_length=1, default="", blank=True)
    clock = models.CharField(max_length=12, default="", blank=True)
    length_s = models.PositiveIntegerField(null=True)
    share_percent = models.PositiveIntegerField(null=True)
    calendar = models.CharField(max_length=40, default="", blank=True)
    source = models.CharField(max_length=300)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "area_class", "from_on"], name="stage_limit_version"),
            models.UniqueConstraint(
                fields=["stage", "area_class"], condition=Q(until_on=None), name="stage_limit_one_open_version"
            ),
            models.CheckConstraint(condition=Q(area_class__in=_codes(AreaClass)), name="stage_limit_area_class_known"),
            models.CheckConstraint(
                condition=Q(
                    clock__in=_codes(StageClock), length_s__isnull=False, length_s__gt=0, share_percent__isnull=True
                )
                | Q(clock="", length_s__isnull=True, share_percent__isnull=False, share_percent__gt=0),
                name="stage_limit_is_time_or_share",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="stage_limit_period_not_inverted"
            ),
        ]

    def __str__(self) -> str:
        """Return stage and area class."""
        return f"{self.stage}/{self.area_class or '*'}"


class ClassPublication(models.Model):
    """When the public may read about cases of a class, where the city does otherwise than we ship. Rows end."""

    managed_class = models.ForeignKey(ManagedClass, on_delete=models.PROTECT, to_field="key", related_name="+")
    publication = models.CharField(max_length=16)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["managed_class"], condition=Q(until_at=None), name="one_publication_per_class"
            ),
            models.CheckConstraint(condition=Q(publication__in=_codes(Publication)), name="publication_known"),
        ]

    def __str__(self) -> str:
        """Return the class and when it is told."""
        return f"{self.managed_class_id}: {self.publication}"
