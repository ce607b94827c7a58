"""The room as Django knows it."""

from django.apps import AppConfig


class ScenariosConfig(AppConfig):
    """Demo, imports, replays."""

    name = "gongzhi.scenarios"
    label = "scenarios"
