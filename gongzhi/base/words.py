"""A refusal in words: the label of its code, in the reader's language, with its facts put in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils import dateformat

from gongzhi.base.labels import INSTANT
from gongzhi.kernel.refusals import Fact, Refusal

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})")


@cache
def _labels() -> dict[str, object]:
    """Collect the refusal labels of every room."""
    found: dict[str, object] = {}
    for config in apps.get_app_configs():
        if not config.name.startswith("gongzhi."):
            continue
        try:
            labels = import_module(f"{config.name}.labels")
        except ModuleNotFoundError as missing:
            if missing.name != f"{config.name}.labels":
                raise
            continue
        found |= getattr(labels, "REFUSALS", {})
    return found


def words_of(refusal: Refusal) -> str:
    """Return a refusal as a sentence in the language that is active, its times as the city's clocks show them.

    The facts themselves stay as they are: machines read them in UTC.
    """
    label = _labels().get(refusal.code)
    if label is None:
        return str(refusal)
    shown = {name: _for_people(fact) for name, fact in refusal.facts.items()}
    return str(label).format_map(_Shown(shown))


def tell_times_in(zone: Callable[[], tzinfo]) -> None:
    """Name the zone in which people read times; the room that knows the city says so while it starts."""
    _zones[:] = [zone]


_zones: list[Callable[[], tzinfo]] = [lambda: UTC]


def _for_people(fact: Fact) -> str | int:
    if fact is None:
        return "—"
    if not isinstance(fact, str) or _INSTANT.fullmatch(fact) is None:
        return fact
    try:
        shown = datetime.fromisoformat(fact).astimezone(_zones[0]())
    except (ValueError, OverflowError):  # spelled like an instant, and none: the 31st of June, or before all time
        return fact
    return dateformat.format(shown, str(INSTANT))


class _Shown(dict[str, object]):
    """Facts for a label; one that this refusal does not carry shows as a dash."""

    def __missing__(self, name: str) -> str:
        return "—"
