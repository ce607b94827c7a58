"""The room as Django knows it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Shared parts of all pages."""

    name = "gongzhi.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Seed the policy table with who may listen to what changes, name every act in refusals, let forms go."""
        from datetime import timedelta

        from gongzhi.base.words import call_by_name
        from gongzhi.people.registry import register_acts
        from gongzhi.web.acts import ACTS
        from gongzhi.web.live import LISTENERS
        from gongzhi.web.operations import sweep_forms
        from gongzhi.web.registry import register_errand

        register_acts(LISTENERS)
        call_by_name(("act", "earlier"), ACTS)
        register_errand("sweep-kept-forms", every=timedelta(hours=1), do=sweep_forms)
