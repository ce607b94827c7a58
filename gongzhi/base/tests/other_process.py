"""A second process on the database of the tests: locks, leases and races are real only between two of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[3]
PRELUDE = "import django; django.setup()\n"


def start(code: str) -> subprocess.Popen[str]:
    """Start a process that runs the code with Django on the database of this test; talk to it through its pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + code],
        env={**os.environ, "GONGZHI_HOME": str(settings.GONGZHI_HOME), "GONGZHI_DATABASE_URL": store_url()},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_for(process: subprocess.Popen[str], word: str) -> None:
    """Wait until the process says a word on a line of its own."""
    assert process.stdout is not None
    said = process.stdout.readline().strip()
    assert said == word, f"the other process said {said!r} instead of {word!r}"


def tell(process: subprocess.Popen[str], word: str) -> None:
    """Say a word to the process."""
    assert process.stdin is not None
    process.stdin.write(f"{word}\n")
    process.stdin.flush()


def store_url() -> str:
    """Return the URL of the database that the tests run on."""
    store = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{store['NAME']}"
    login = quote(str(store["USER"])) + (f":{quote(str(store['PASSWORD']))}" if store["PASSWORD"] else "")
    port = f"&port={store['PORT']}" if store["PORT"] else ""
    return f"postgresql://{login}@/{store['NAME']}?host={quote(str(store['HOST']), safe='')}{port}"
