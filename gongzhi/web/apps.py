"""The room as Django knows it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Shared parts of all pages."""

    name = "gongzhi.web"
    label = "web"

    def ready(self) -> None:
        """Seed the policy table with who may listen to what changes."""
        from gongzhi.people.registry import register_acts
        from gongzhi.web.live import LISTENERS

        register_acts(LISTENERS)
