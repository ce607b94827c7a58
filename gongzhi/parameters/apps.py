"""The room as Django knows it."""

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    """The city's settings."""

    name = "gongzhi.parameters"
    label = "parameters"
    default_auto_field = "django.db.models.BigAutoField"
