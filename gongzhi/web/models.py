"""Counting what comes without signing in."""

from __future__ import annotations

from django.db import models


class AttemptCount(models.Model):
    """How often one network address tried one thing in one hour. The address is kept as a keyed digest only."""

    act = models.CharField(max_length=40)
    sender = models.CharField(max_length=64)
    hour_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "sender", "hour_at"], name="one_count_per_hour")]
        indexes = [models.Index(fields=["hour_at"], name="attempt_age")]

    def __str__(self) -> str:
        """Return act, hour and count."""
        return f"{self.act} {self.hour_at:%Y-%m-%dT%H} {self.count}"
