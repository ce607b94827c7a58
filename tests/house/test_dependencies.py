"""Every dependency has a reason, and the locks hold what was asked for and nothing about where it came from."""

from __future__ import annotations

import re

import pytest

from tests.house import house


def plain_name(requirement: str) -> str:
    """The name of a requirement as registries compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~!; ]", requirement, maxsplit=1)[0]).lower()


def asked_for() -> dict[str, set[str]]:
    project = house.pyproject()["project"]
    extras = project["optional-dependencies"]
    return {
        "At run time": {plain_name(one) for one in project["dependencies"]},
        "For building and development": {plain_name(one) for extra in extras.values() for one in extra},
    }


def explained() -> dict[str, dict[str, str]]:
    """The reasons in docs/dependencies.md, by section and name."""
    reasons: dict[str, dict[str, str]] = {}
    section = ""
    for line in (house.ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ").strip()
        elif row := re.match(r"\| `([^`]+)` \| (.*\S) \|$", line):
            reasons.setdefault(section, {})[plain_name(row[1])] = row[2]
    return reasons


def locked(name: str) -> dict[str, str]:
    """Each locked requirement with its whole block of text."""
    blocks = re.split(r"\n(?=\S)", (house.ROOT / name).read_text(encoding="utf-8").strip())
    return {plain_name(block): block for block in blocks}


@pytest.mark.parametrize("section", ["At run time", "For building and development"])
def test_every_direct_dependency_has_a_reason_and_every_reason_a_dependency(section):
    assert set(explained()[section]) == asked_for()[section]


@pytest.mark.parametrize("section", ["At run time", "For building and development"])
def test_a_reason_is_more_than_a_name(section):
    short = [name for name, reason in explained()[section].items() if len(reason) < 20]
    assert short == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_requirement_is_pinned_with_hashes(name):
    loose = [one for one, block in locked(name).items() if "==" not in block or "--hash=sha256:" not in block]
    assert loose == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_says_nothing_about_where_packages_come_from(name):
    assert re.findall(r"https?://\S+|--(?:extra-)?index-url|--find-links", (house.ROOT / name).read_text()) == []


def test_the_locks_hold_every_direct_dependency():
    runtime, development = locked("requirements.lock"), locked("requirements-dev.lock")
    asked = asked_for()
    assert asked["At run time"] - set(runtime) == set()
    assert (asked["At run time"] | asked["For building and development"]) - set(development) == set()


def test_both_locks_agree_on_what_the_product_runs_with():
    runtime, development = locked("requirements.lock"), locked("requirements-dev.lock")
    versions = {name: block.split()[0] for name, block in runtime.items()}
    assert {name: development[name].split()[0] for name in runtime} == versions
