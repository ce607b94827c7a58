"""Tables of the city's divisions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from gongzhi.places.labels import AREA_CLASSES, LEVELS
from gongzhi.places.states import AreaClass, DivisionLevel


class Division(models.Model):
    """A city, district, street or community as it stands in force for a time. It ends; it is never deleted."""

    code = models.CharField(max_length=32, unique=True)
    level = models.CharField(max_length=16, choices=[(level.value, LEVELS[level]) for level in DivisionLevel])
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    parent = models.ForeignKey(
        "self", to_field="code", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )
    path = models.CharField(max_length=255, db_index=True)
    outline = models.TextField(null=True, blank=True)  # noqa: DJ001 - no outline is not an empty one
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    is_schematic = models.BooleanField(default=False)
    area_class = models.CharField(
        max_length=1, default="", blank=True, choices=[(one.value, AREA_CLASSES[one]) for one in AreaClass]
    )
    """As the source states it; empty where the division is managed as the one above it."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="division_code_can_stand_in_a_path",
                condition=~Q(code="") & ~Q(code__contains="/"),
            ),
            models.CheckConstraint(
                name="division_level_known",
                condition=Q(level__in=[level.value for level in DivisionLevel]),
            ),
            models.CheckConstraint(
                name="division_area_class_known",
                condition=Q(area_class__in=[one.value for one in AreaClass]),
            ),
            models.CheckConstraint(name="division_has_a_name", condition=~Q(name_zh="")),
            models.CheckConstraint(
                name="division_ends_after_it_begins",
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("from_on")),
            ),
            models.CheckConstraint(
                name="division_city_alone_has_no_parent",
                condition=Q(parent__isnull=True, level=DivisionLevel.CITY.value, path=F("code"))
                | (
                    Q(parent__isnull=False, path__endswith=Concat(Value("/"), F("code")))
                    & ~Q(level=DivisionLevel.CITY.value)
                    & ~Q(parent=F("code"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class PlacesVersion(models.Model):
    """One row that names the divisions as they stand now, so that a process knows when its map is out of date.

    A digest of the content, not a counter: a change that was rolled back can never leave a wrong map behind.
    """

    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(name="places_version_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.digest
