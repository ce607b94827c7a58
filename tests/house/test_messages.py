"""The catalogue holds every word the program speaks, translated, and the compiled file says the same."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from scripts.compile_messages import LOCALE, compiled, stale_catalogues
from scripts.messages import Message, in_python, in_template, messages_of
from tests.house import house

ENGLISH = LOCALE / "en" / "LC_MESSAGES" / "django.po"


@pytest.fixture(scope="module")
def english() -> polib.POFile:
    return polib.pofile(str(ENGLISH), encoding="utf-8", check_for_duplicates=True)


def test_every_catalogue_is_compiled_as_it_stands():
    assert stale_catalogues(LOCALE) == []


def test_a_catalogue_changed_after_compiling_is_named(tmp_path: Path):
    source = tmp_path / "django.po"
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "立案"\nmsgstr "file"\n')
    source.with_suffix(".mo").write_bytes(compiled(source))
    assert stale_catalogues(tmp_path) == []
    source.write_text(source.read_text().replace('"file"', '"register"'))
    assert stale_catalogues(tmp_path) == [source]


def test_every_message_is_translated(english):
    assert [entry.msgid for entry in english if not entry.translated()] == []


def test_no_translation_is_a_guess_or_out_of_use(english):
    assert [entry.msgid for entry in english if entry.fuzzy or entry.obsolete] == []


def test_the_catalogue_holds_what_the_program_says_and_nothing_else(english):
    held = {Message(entry.msgctxt, entry.msgid) for entry in english}
    said = messages_of(house.PACKAGE)
    assert said, "no message was found: the walk is broken"
    assert {"missing": said - held, "unused": held - said} == {"missing": set(), "unused": set()}


def test_messages_are_found_in_modules_and_templates():
    assert set(in_python('x = gettext("甲")\ny = translation.pgettext_lazy("状", "乙")\nz = gettext(word)')) == {
        Message(None, "甲"),
        Message("状", "乙"),
    }
    page = '{% load i18n %}{% translate "甲 (一)" %}{% blocktranslate context "状" trimmed %}乙{% endblocktranslate %}'
    assert set(in_template(page)) == {Message(None, "甲 (一)"), Message("状", "乙")}
