"""What the documentation repeats, it repeats faithfully."""

from __future__ import annotations

import re

import pytest

from gongzhi.config.environment import VARIABLES
from scripts import write_docs
from tests.house import house

DOCS = house.ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda one: one.name)
def test_every_setting_is_documented_with_its_meaning(variable):
    assert re.search(rf"^\| `{variable.name}` \| .*{re.escape(variable.meaning)}", page("operations.md"), re.MULTILINE)


def test_every_variable_that_any_page_names_exists():
    known = {variable.name for variable in VARIABLES}
    tools = {
        *("GONGZHI_TEST_POSTGRES_URL", "GONGZHI_SHARED_DATA", "GONGZHI_PYTHON", "GONGZHI_BENCH_CACHE"),
        "GONGZHI_BROWSER",
    }
    pages = [*DOCS.rglob("*.md"), *house.ROOT.glob("*.md")]
    named = {name for one in pages for name in re.findall(r"\bGONGZHI_[A-Z_]+\b", one.read_text(encoding="utf-8"))}
    assert named - known - tools == set()


def test_the_variables_of_the_tools_are_documented_for_contributors():
    text = (house.ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    used = {
        name
        for path in [
            house.ROOT / "Makefile",
            *(house.ROOT / "scripts").iterdir(),
            *(house.ROOT / "tests_real").glob("*.py"),
        ]
        if path.is_file()
        for name in re.findall(
            r"\bGONGZHI_(?:TEST_POSTGRES_URL|SHARED_DATA|PYTHON|BROWSER)\b", path.read_text(encoding="utf-8")
        )
    }
    assert [name for name in used if name not in text] == []


@pytest.mark.parametrize("path", [path for path, _ in write_docs.walk(write_docs.command_line(), "gongzhi")])
def test_every_command_is_documented(path):
    assert f"## `{path}`\n" in page("commands.md")


def test_every_lifecycle_is_drawn_as_it_is_declared():
    drawn = re.findall(r"## (\S+)\n\n```mermaid\n(.*?)```", page("lifecycle.md"), re.DOTALL)
    assert dict(drawn) == {name: table.mermaid() for name, (_, table) in house.lifecycles().items()}


def test_no_page_says_something_else_than_the_code():
    assert write_docs.stale_pages(DOCS) == []


def test_a_page_that_lags_behind_the_code_is_filled_anew():
    old = "before\n<!-- begin: settings -->\nlast year's words\n<!-- end: settings -->\nafter\n"
    new = write_docs.filled(old)
    assert new.startswith("before\n<!-- begin: settings -->\n\n| variable")
    assert "last year" not in new
    assert new.endswith("<!-- end: settings -->\nafter\n")


@pytest.mark.parametrize("path", sorted([*DOCS.rglob("*.md"), *house.ROOT.glob("*.md")]), ids=lambda one: one.name)
def test_no_page_points_to_a_file_that_is_not_there(path):
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in sorted((DOCS / "decisions").glob("[0-9]*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers
