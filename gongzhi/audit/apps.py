"""The room as Django knows it."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only record."""

    name = "gongzhi.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
