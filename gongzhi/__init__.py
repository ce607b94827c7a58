"""Gongzhi 共治: the system a city's management and enforcement bureau runs on."""

__version__ = "0.1.0"
