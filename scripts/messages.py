"""Find every word the program speaks: the calls to gettext in its modules and templates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from django.utils.translation.template import templatize

# name of the function -> (position of the context or None, position of the message)
CALLS: dict[str, tuple[int | None, int]] = {
    "_": (None, 0),
    "gettext": (None, 0),
    "gettext_lazy": (None, 0),
    "gettext_noop": (None, 0),
    "ngettext": (None, 0),
    "ngettext_lazy": (None, 0),
    "pgettext": (0, 1),
    "pgettext_lazy": (0, 1),
    "npgettext": (0, 1),
    "npgettext_lazy": (0, 1),
}
_TEXT = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_CALL_IN_TEMPLATE = re.compile(rf"\b(n?p?gettext|_)\(((?:{_TEXT}(?:,\s*)?)+)")


class Message(NamedTuple):
    """A message as a catalogue knows it."""

    context: str | None
    text: str


def messages_of(package: Path) -> set[Message]:
    """Return every message of a package, its tests left out."""
    found: set[Message] = set()
    for path in sorted(package.rglob("*.py")):
        if not {"tests", "testing"}.intersection(path.parts):
            found.update(in_python(path.read_text(encoding="utf-8")))
    for path in sorted(package.rglob("templates/**/*")):
        if path.suffix in {".html", ".txt"}:
            found.update(in_template(path.read_text(encoding="utf-8")))
    return found


def in_python(source: str) -> Iterator[Message]:
    """Yield the messages of a module.

    Example:
        >>> list(in_python('pgettext_lazy("case state", "立案")'))
        [Message(context='case state', text='立案')]
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts = [one.value if isinstance(one, ast.Constant) else None for one in node.args]
        if message := _message(name, texts):
            yield message


def in_template(source: str) -> Iterator[Message]:
    """Yield the messages of a template.

    Example:
        >>> list(in_template('{% load i18n %}{% translate "立案" context "case state" %}'))
        [Message(context='case state', text='立案')]
    """
    for name, arguments in _CALL_IN_TEMPLATE.findall(templatize(source)):
        if message := _message(name, list(ast.literal_eval(f"({arguments},)".replace(",,", ",")))):
            yield message


def _message(name: str, texts: Sequence[object]) -> Message | None:
    context_at, text_at = CALLS.get(name, (None, -1))
    if not 0 <= text_at < len(texts) or not isinstance(text := texts[text_at], str):
        return None
    context = texts[context_at] if context_at is not None else None
    return Message(context=context if isinstance(context, str) else None, text=text)
