"""A refusal in words: the label of its code, in the reader's language, with its facts put in."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from django.apps import apps

from gongzhi.kernel.refusals import Refusal


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
    """Return a refusal as a sentence in the language that is active."""
    label = _labels().get(refusal.code)
    if label is None:
        return str(refusal)
    shown = {name: "—" if fact is None else fact for name, fact in refusal.facts.items()}
    return str(label).format_map(_Shown(shown))


class _Shown(dict[str, object]):
    """Facts for a label; one that this refusal does not carry shows as a dash."""

    def __missing__(self, name: str) -> str:
        return "—"
