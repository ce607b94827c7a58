"""Reports while they are being written."""

from __future__ import annotations

from django.db import models


class ReportDraft(models.Model):
    """What a citizen has told so far, encrypted. Nobody finds it without the secret that the device holds."""

    token = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    changed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Return when somebody last wrote on it: it has no name that anybody should read."""
        return f"draft of {self.changed_at:%Y-%m-%dT%H:%M}"
