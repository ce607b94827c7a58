"""What a member keeps for their own desk; nobody's word about the city's work."""

from __future__ import annotations

from django.db import models


class SavedView(models.Model):
    """A queue as one member filtered it, under a name of their own; nobody else sees it."""

    uid = models.UUIDField(unique=True)
    member = models.UUIDField()
    queue = models.CharField(max_length=40)
    name = models.CharField(max_length=20)
    filters = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "queue", "name"], name="one_view_per_name")]

    def __str__(self) -> str:
        """Return whose it is and of which queue."""
        return f"{self.queue} of {self.member}"
