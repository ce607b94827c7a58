"""Every test run has a home folder of its own and test mode, and Django starts only after both are certain."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from execnet.xspec import XSpec
from hypothesis import settings as hypothesis_settings

pytest_plugins = ["gongzhi.testing.fixtures"]

IN_WORKER = "PYTEST_XDIST_WORKER" in os.environ
if IN_WORKER:
    HOME = Path(os.environ["GONGZHI_HOME"])
elif "gongzhi.config.settings" in sys.modules:
    pytest.exit("Settings were read before the tests had a home folder: unset DJANGO_SETTINGS_MODULE.", returncode=4)
else:
    HOME = Path(tempfile.mkdtemp(prefix="gongzhi-test-"))
    os.environ["GONGZHI_HOME"] = str(HOME)
    os.environ["GONGZHI_MODE"] = "test"
    os.environ["DJANGO_SETTINGS_MODULE"] = "gongzhi.config.settings"
    atexit.register(shutil.rmtree, HOME, ignore_errors=True)

# `ci` finds the same examples on every machine; `soak` searches long and elsewhere each time (`make soak`).
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True, max_examples=60)
hypothesis_settings.register_profile("soak", deadline=None, max_examples=3000, print_blob=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure() -> None:
    """Fit the settings to tests: a real database file, so that locks are real, and quick password hashes."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if "sqlite" in str(database["ENGINE"]):
        database.setdefault("TEST", {})["NAME"] = str(HOME / "test.sqlite3")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


LONGEST_FIRST = (
    "gongzhi/scenarios/tests/test_demo.py",
    "gongzhi/api/tests/test_fuzz.py",
    "tests/served/",
    "gongzhi/scenarios/tests/",
    "gongzhi/intake/tests/test_any_value.py",
    "gongzhi/cases/tests/test_any_sequence.py",
)
"""Files that take long begin first: a parallel run hands files out in order, and the last one would run alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files in front, each whole; every worker of a run puts them so."""
    last = len(LONGEST_FIRST)
    items.sort(key=lambda one: next((at for at, path in enumerate(LONGEST_FIRST) if one.nodeid.startswith(path)), last))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(specs: list[XSpec]) -> None:
    """Give each worker of a parallel run a home of its own, so that no two share a database file."""
    for number, spec in enumerate(specs):
        home = HOME / f"worker-{number}"
        home.mkdir()
        spec.env["GONGZHI_HOME"] = str(home)
