"""The room as Django knows it."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """Named calendars and the table of days."""

    name = "gongzhi.calendars"
    label = "calendars"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the rows whose digest stands in the record."""
        from gongzhi.audit.registry import register_snapshot
        from gongzhi.calendars.queries import snapshot_rows
        from gongzhi.calendars.states import STREAM

        register_snapshot(STREAM, snapshot_rows)
