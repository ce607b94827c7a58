"""The city and its settings."""

from __future__ import annotations

from django.db import models

from gongzhi.audit.models import Aggregate, RecordedRow
from gongzhi.kernel.ids import new_id


class City(Aggregate):
    """The one city this database belongs to."""

    stream_kind = "city"
    stream_column = "key"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    key = models.CharField(max_length=40, unique=True)
    only = models.BooleanField(default=True, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=60)
    standard_ref = models.CharField(max_length=60)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="one_database_is_one_city")]

    def __str__(self) -> str:
        """Return the city's key."""
        return self.key


class Parameter(RecordedRow):
    """One value of one setting, from a time until a time."""

    stream_kind = "city"
    stream_column = "city_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    city = models.ForeignKey(City, on_delete=models.PROTECT, to_field="key")
    name = models.CharField(max_length=60)
    value = models.BigIntegerField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(until_at=None), name="one_open_value_per_parameter"
            )
        ]

    def __str__(self) -> str:
        """Return name and value."""
        return f"{self.name}={self.value}"
