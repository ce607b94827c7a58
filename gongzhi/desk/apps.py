"""The room as Django knows it."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The staff's door."""

    name = "gongzhi.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the saved views of members go who have left."""
        from datetime import timedelta

        from gongzhi.desk.operations import sweep_views
        from gongzhi.web.registry import register_errand

        register_errand("sweep-saved-views", every=timedelta(days=1), do=sweep_views)
