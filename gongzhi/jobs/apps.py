"""The room as Django knows it."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Commands and background work."""

    name = "gongzhi.jobs"
    label = "jobs"
