"""The room as Django knows it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Shared parts of all pages."""

    name = "gongzhi.web"
    label = "web"
