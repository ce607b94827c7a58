"""Reports while they are being written."""

from __future__ import annotations

from django.db import models


class ReportDraft(models.Model):
    """What a citizen has told so far, encrypted. Nobody finds it without the secret that the device holds.

    It lies for a day from its beginning, so that it never outlives the photographs that were uploaded for it; once it
    was sent, its receipt lies for a day from then.
    """

    token = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    from_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Return when somebody began it: it has no name that anybody should read."""
        return f"draft of {self.from_at:%Y-%m-%dT%H:%M}"


class MonthCount(models.Model):
    """The figures of a month as they were last counted: by district and class, in the order of their names.

    No part of the record: it follows from the cases and ratings, and is counted anew every hour.
    """

    month = models.DateField(unique=True)
    counted_at = models.DateTimeField()
    figures = models.JSONField()

    def __str__(self) -> str:
        """Return the month."""
        return f"{self.month:%Y-%m}"
