"""The room as Django knows it."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The staff's door."""

    name = "gongzhi.desk"
    label = "desk"
