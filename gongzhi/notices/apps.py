"""The room as Django knows it."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Messages to members, units and citizens."""

    name = "gongzhi.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the rules under the record's watch, and say who sets them and who looks after failed messages."""
        from gongzhi.audit.registry import register_snapshot
        from gongzhi.notices import failures, queries
        from gongzhi.notices.lifecycle import MESSAGE
        from gongzhi.notices.models import NoticeRule
        from gongzhi.notices.rules import POWERS
        from gongzhi.people.registry import register_acts

        register_snapshot(queries.STREAM, queries.snapshot_rows, tables=[NoticeRule])
        register_acts([pair for pair in MESSAGE.seeds() if pair[0] != "timer"])
        register_acts(POWERS)
        failures.register()
