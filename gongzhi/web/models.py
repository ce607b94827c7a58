"""Counting what comes without signing in, and what somebody had typed when another one took their seat."""

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


class KeptForm(models.Model):
    """What somebody had typed when they let another one at the computer: one form, encrypted for their account.

    It waits for them, wherever they sign in next, for a day at most.
    """

    account = models.UUIDField(unique=True)
    sealed = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kept_at"], name="kept_form_age")]

    def __str__(self) -> str:
        """Return whose it is, never what."""
        return f"form of {self.account}"
