"""Tables of calendars and days. Every change appends the digest of all of them to the stream `config:calendars`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongzhi.calendars.states import DayKind, DaySource


class CalendarEdition(models.Model):
    """The one row that names the present edition of all calendars; whoever changes one locks it first."""

    ONLY = 1

    number = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    edition = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(number=1), name="one_edition_of_the_calendars")]

    def __str__(self) -> str:
        """Return the edition's id."""
        return str(self.edition)


class PastEdition(models.Model):
    """All calendars and days as they stood under one entry of the record, kept when the next change replaces them.

    A deadline that was computed under it is explained under it. `content` is what `calendars.rules.pack` makes of the
    rows; their digest stands in the entry `number`. Added and never changed.
    """

    number = models.PositiveIntegerField(primary_key=True)
    content = models.TextField()

    def __str__(self) -> str:
        """Return the number of the entry."""
        return str(self.number)


class Calendar(models.Model):
    """A named calendar, such as the office's. An empty `day_table` means that every day is worked."""

    key = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    day_table = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        """Return the calendar's key."""
        return self.key


class CalendarPeriod(models.Model):
    """A working period in a season of a calendar; seasons are tried in the order of `season`."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="periods")
    season = models.PositiveSmallIntegerField()
    from_month_day = models.CharField(max_length=5)
    until_month_day = models.CharField(max_length=5)
    starts_at = models.TimeField()
    ends_at = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "season", "starts_at"], name="one_period_begins_at_a_time")
        ]

    def __str__(self) -> str:
        """Return the period's hours."""
        return f"{self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


class CalendarDay(models.Model):
    """What a day is, by whose word, and whether a member has confirmed it against the published notice."""

    day_table = models.CharField(max_length=40)
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in DayKind])
    name_zh = models.CharField(max_length=80, blank=True)
    name_en = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=20, choices=[(source.value, source.value) for source in DaySource])
    notice = models.CharField(max_length=200, blank=True)
    confirmed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day_table", "day"], name="one_kind_per_day"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in DayKind]), name="day_kind_known"),
            models.CheckConstraint(
                condition=Q(source__in=[source.value for source in DaySource]), name="day_source_known"
            ),
            models.CheckConstraint(condition=~Q(day_table=""), name="day_in_a_named_table"),
            models.CheckConstraint(condition=Q(confirmed=False) | ~Q(notice=""), name="confirmed_by_a_notice"),
        ]

    def __str__(self) -> str:
        """Return day and kind."""
        return f"{self.day.isoformat()} {self.kind}"
