"""What must not stand in any file of the project."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house import house

LEFT_OUT = {".git", ".venv", "var", "build", "dist", "htmlcov"}
# Written with a bracket, so that this page does not name what it forbids.
FORBIDDEN = {
    "the address of a package registry": r"pypi[.]org|python[h]osted|registry[.]npmjs|mirrors[.][a-z]+[.]",
    "a path of somebody's machine": r"(?<![\w.~-])[/](?:work|root|home|Users|tmp[/]brief)[/]\w",
    "work left for later": r"\b(?:TO[D]O|FIX[M]E|XX[X])\b",
    "a test that is switched off": r"mark[.]ski[p]|pytest[.]ski[p]\(|mark[.]xfai[l]|importorski[p]",
}


def texts() -> list[Path]:
    """Every text file of the project."""
    return [
        path
        for path in sorted(house.ROOT.rglob("*"))
        if path.is_file()
        and not any(part in LEFT_OUT or part.endswith("_cache") for part in path.relative_to(house.ROOT).parts)
        and not {".hypothesis", "__pycache__"}.intersection(path.parts)
        and b"\0" not in path.read_bytes()[:8192]
    ]


def found_in(text: str, pattern: str) -> list[str]:
    return [line.strip()[:120] for line in text.splitlines() if re.search(pattern, line)]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what):
    pages = texts()
    assert house.ROOT / "pyproject.toml" in pages, "the walk is broken"
    found = {
        page.relative_to(house.ROOT).as_posix(): lines
        for page in pages
        if (lines := found_in(page.read_text(encoding="utf-8", errors="replace"), FORBIDDEN[what]))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("the address of a package registry", "--index-url https://pypi" + ".org/simple"),
        ("a path of somebody's machine", "open('/ho" + "me/li/data.csv')"),
        ("work left for later", "# TO" + "DO: finish"),
        ("a test that is switched off", "@pytest.mark.ski" + "p"),
    ],
)
def test_a_forbidden_line_is_found(what, line):
    assert found_in(line, FORBIDDEN[what]) == [line]
