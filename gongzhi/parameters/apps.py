"""The room as Django knows it."""

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    """The city's settings."""

    name = "gongzhi.parameters"
    label = "parameters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say who turns the settings."""
        from gongzhi.people.registry import register_acts
        from gongzhi.people.states import Post

        register_acts([(Post.SYSTEM_ADMINISTRATOR, "parameter.set")])
