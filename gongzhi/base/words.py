"""A refusal in words: the label of its code, in the reader's language, with its facts put in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
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
    shown = {name: _named(name, fact) or _for_people(fact) for name, fact in refusal.facts.items()}
    return str(label).format_map(_Shown(shown))


def tell_times_in(zone: Callable[[], tzinfo]) -> None:
    """Name the zone in which people read times; the room that knows the city says so while it starts."""
    _zones[:] = [zone]


def call_by_name(facts: Iterable[str], names: Mapping[str, object]) -> None:
    """Let people read facts by name where their values are codes; the room that knows the names says so at its start.

    Args:
        facts: the facts that hold such codes.
        names: code → name; a code that has none is shown as it is.
    """
    _names.update(dict.fromkeys(facts, names))


_names: dict[str, Mapping[str, object]] = {}
_zones: list[Callable[[], tzinfo]] = [lambda: UTC]


def _named(fact: str, code: Fact) -> str:
    """Return the name behind the code that a fact holds, empty where there is none."""
    return str(_names.get(fact, {}).get(str(code), ""))


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
