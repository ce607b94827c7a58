"""The room as Django knows it."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Finding the responsible unit."""

    name = "gongzhi.dispatch"
    label = "dispatch"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the rules under the record's watch."""
        from gongzhi.audit import registry
        from gongzhi.dispatch import queries

        registry.register_snapshot(queries.STREAM, queries.snapshot_rows)
