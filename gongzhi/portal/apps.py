"""The room as Django knows it."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The citizens' door."""

    name = "gongzhi.portal"
    label = "portal"

    def ready(self) -> None:
        """Have what nobody sent forgotten after its day, and the months counted."""
        from datetime import timedelta

        from gongzhi.portal.operations import count_months, sweep_drafts
        from gongzhi.web.registry import register_errand

        register_errand("sweep-drafts", every=timedelta(hours=1), do=sweep_drafts)
        register_errand("count-months", every=timedelta(hours=1), do=count_months)
