"""A place to measure in: a home folder that nobody else uses and, on PostgreSQL, a database of its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

Result = dict[str, str | int | float | bool]


def run_inside(module: str, *, quick: bool) -> Result:
    """Run a benchmark's inner part in a process of its own, which knows no other store, and return what it found."""
    with own_store() as environment:
        command = [sys.executable, "-m", module, "--inside", *(["--quick"] if quick else [])]
        folder = Path(__file__).resolve().parent.parent
        done = subprocess.run(
            command, env={**os.environ, **environment}, cwd=folder, check=True, stdout=subprocess.PIPE, text=True
        )
    *lines, last = done.stdout.splitlines()
    for line in lines:
        tell(line)
    result: Result = json.loads(last)
    return result


@contextmanager
def own_store() -> Iterator[dict[str, str]]:
    """Give a home folder that nobody else uses and, where a PostgreSQL server is named, a database on it."""
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as home:
        own = {"GONGZHI_HOME": home, "GONGZHI_MODE": "demo", "DJANGO_SETTINGS_MODULE": "gongzhi.config.settings"}
        url = os.environ.get("GONGZHI_DATABASE_URL", "")
        if urlsplit(url).scheme not in {"postgresql", "postgres"}:
            yield {**own, "GONGZHI_DATABASE_URL": ""}
            return
        import psycopg

        name = f"gongzhi_bench_{os.getpid()}"
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
            try:
                yield {**own, "GONGZHI_DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{name}"))}
            finally:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def peak_mib() -> int:
    """Return the most memory that this process held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def tell(line: str) -> None:
    """Say what is being done, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
