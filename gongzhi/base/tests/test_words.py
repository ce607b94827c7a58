"""A refusal in words: every code, in both languages, with the facts it is raised with."""

import ast
import string
from datetime import UTC
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.translation import override

import gongzhi
from gongzhi.base import words
from gongzhi.base.words import words_of
from gongzhi.kernel.refusals import Refusal

PACKAGE = Path(gongzhi.__file__).parent


def labels():
    """All refusal labels by code."""
    found = {}
    for config in apps.get_app_configs():
        if config.name.startswith("gongzhi.") and (Path(config.path) / "labels.py").exists():
            found |= getattr(import_module(f"{config.name}.labels"), "REFUSALS", {})
    return found


def sources():
    """The product's own source, file by file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if not {"tests", "migrations", "testing"}.intersection(path.relative_to(PACKAGE).parts):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def room_of(path):
    return path.relative_to(PACKAGE).parts[0]


def codes():
    """The code of every refusal by room and name of its class."""
    found = {}
    for path, tree in sources():
        for one in ast.walk(tree):
            if isinstance(one, ast.ClassDef):
                for line in one.body:
                    if (
                        isinstance(line, ast.Assign)
                        and isinstance(line.targets[0], ast.Name)
                        and line.targets[0].id == "code"
                        and isinstance(line.value, ast.Constant)
                    ):
                        found[room_of(path), one.name] = line.value.value
    return found


def rooms_imported_from(tree):
    """From which room a file has each name."""
    return {
        (name.asname or name.name): one.module.split(".")[1]
        for one in ast.walk(tree)
        if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("gongzhi.")
        for name in one.names
    }


def raised():
    """Every place where a refusal is raised: where, its code, and the names of its facts."""
    code_of = codes()
    for path, tree in sources():
        imported_from = rooms_imported_from(tree)
        for one in ast.walk(tree):
            if not isinstance(one, ast.Raise):
                continue
            made = one.exc
            called = made.func if isinstance(made, ast.Call) else made
            if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                place = imported_from.get(called.value.id, room_of(path)), called.attr
            elif isinstance(called, ast.Name):
                place = imported_from.get(called.id, room_of(path)), called.id
            else:
                continue
            if place in code_of:
                facts = {word.arg for word in made.keywords} if isinstance(made, ast.Call) else set()
                yield f"{path.relative_to(PACKAGE)}:{one.lineno}", code_of[place], facts


def facts_named(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_refusal_is_raised_with_the_facts_that_its_words_name():
    words = {code: str(label) for code, label in labels().items()}
    sites = list(raised())
    assert len(sites) > 100, "the walk is broken"
    lacking = {
        where: sorted(facts_named(words.get(code, "")) - facts)
        for where, code, facts in sites
        if None not in facts and facts_named(words.get(code, "")) - facts
    }
    assert lacking == {}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_refusal_is_told_in_the_readers_language(language):
    with override(language):
        for code, label in labels().items():
            refusal = type("Told", (Refusal,), {"code": code})(**dict.fromkeys(facts_named(str(label)), 7))
            told = words_of(refusal)
            assert told
            assert "{" not in told
            assert code not in told


class Known(Refusal):
    """A refusal with a label."""

    code = "text-too-long"


class Unlabelled(Refusal):
    """A refusal that no room has words for."""

    code = "no-words-for-this"


def test_facts_stand_in_the_sentence():
    with override("zh-hans"):
        assert words_of(Known(limit=4000, found=5000)) == "内容过长：最多 4000 字，您提交了 5000 字。"


def test_a_fact_that_is_missing_or_unknown_shows_as_a_dash():
    with override("zh-hans"):
        assert words_of(Known(limit=None)) == "内容过长：最多 — 字，您提交了 — 字。"


def test_a_refusal_without_words_shows_its_code_and_facts():
    assert words_of(Unlabelled(case="2026-000001")) == "no-words-for-this(case=2026-000001)"


class Timed(Refusal):
    """A refusal whose words name an instant."""

    code = "received-in-future"


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "told"), [("zh-hans", "2026年11月25日 17:30"), ("en", "25 November 2026, 17:30")])
@pytest.mark.parametrize("at", ["2026-11-25T09:30:00.000000Z", "2026-11-25T09:30:00+00:00", "2026-11-25T10:30+01:00"])
def test_people_read_an_instant_as_the_citys_clocks_show_it(city, language, told, at):
    refusal = Timed(received_at=at)
    with override(language):
        assert told in words_of(refusal)
    assert refusal.facts == {"received_at": at}, "machines read it as it is"


@pytest.mark.parametrize("given", ["2026-06-31T09:30:00Z", "2026-11-25", "09:30", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_instant_is_shown_as_it_is(given, monkeypatch):
    monkeypatch.setattr(words, "_zones", [lambda: UTC])
    with override("zh-hans"):
        assert given in words_of(Timed(received_at=given))
