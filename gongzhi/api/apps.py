"""The room as Django knows it."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The door for machines."""

    name = "gongzhi.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
