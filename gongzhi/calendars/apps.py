"""The room as Django knows it."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """Named calendars and the table of days."""

    name = "gongzhi.calendars"
    label = "calendars"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the rows whose digest stands in the record, and say who keeps the calendars."""
        from gongzhi.audit.registry import register_check, register_snapshot
        from gongzhi.calendars import queries
        from gongzhi.calendars.models import Calendar, CalendarDay, CalendarEdition, CalendarPeriod
        from gongzhi.calendars.states import STREAM
        from gongzhi.people.registry import register_acts
        from gongzhi.people.states import Post

        tables = (CalendarEdition, Calendar, CalendarPeriod, CalendarDay)
        register_snapshot(STREAM, queries.snapshot_rows, tables=tables)
        register_check("calendar-editions", queries.check_editions)
        acts = ("calendars.define", "calendars.enter_days", "calendars.set_day", "calendars.confirm")
        register_acts((Post.SYSTEM_ADMINISTRATOR, act) for act in acts)
