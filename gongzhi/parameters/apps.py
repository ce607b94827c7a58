"""The room as Django knows it."""

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    """The city's settings."""

    name = "gongzhi.parameters"
    label = "parameters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say who turns the settings, and in which zone people read times."""
        from gongzhi.base.words import tell_times_in
        from gongzhi.parameters import queries
        from gongzhi.people.registry import register_acts, register_settings
        from gongzhi.people.states import Post

        register_acts([(Post.SYSTEM_ADMINISTRATOR, "parameter.set")])
        register_settings(lambda name, at: queries.parameter(name, at=at))
        tell_times_in(queries.zone_of_people)
