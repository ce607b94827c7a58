"""The room as Django knows it."""

import csv

from django.apps import AppConfig

from gongzhi.kernel.text import LONGEST_CELL


class BaseConfig(AppConfig):
    """Encrypted values, sequences, idempotency."""

    name = "gongzhi.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say once how long a cell of a table may be, for every room that reads tables."""
        csv.field_size_limit(LONGEST_CELL)
