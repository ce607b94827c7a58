"""The room as Django knows it."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The citizens' door."""

    name = "gongzhi.portal"
    label = "portal"
