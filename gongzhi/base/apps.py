"""The room as Django knows it."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """Encrypted values, sequences, idempotency."""

    name = "gongzhi.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"
