"""Sequences and idempotency keys."""

from __future__ import annotations

from django.db import models


class Sequence(models.Model):
    """A named counter for numbers that people read. Gaps are allowed, repeats are not."""

    name = models.CharField(max_length=80, unique=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        """Return name and last number."""
        return f"{self.name}={self.last}"


class IdempotencyKey(models.Model):
    """A request that was answered: the same key with the same content gets the same answer."""

    source = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    content_digest = models.CharField(max_length=64)
    answer = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        """Return source and key."""
        return f"{self.source}:{self.key}"
