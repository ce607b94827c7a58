"""A place to measure in: a home folder that nobody else uses and, on PostgreSQL, a database of its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    import psycopg

Result = dict[str, str | int | float | bool]


def run_inside(module: str, *, quick: bool) -> Result:
    """Run a benchmark's inner part in a process of its own, which knows no other store, and return what it found."""
    with own_store() as environment:
        return run_with(environment, module, "--inside", *(["--quick"] if quick else []))


def run_with(environment: Mapping[str, str], module: str, *arguments: str) -> Result:
    """Run a module in a process that works in the store of an environment, and return what it found."""
    command = [sys.executable, "-m", module, *arguments]
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
        if server_url() is None:
            yield environment_of(Path(home))
            return
        with own_database() as database:
            yield environment_of(Path(home), database=database)


def server_url() -> str | None:
    """Return the URL of the PostgreSQL server to measure on; None where the store is SQLite."""
    url = os.environ.get("GONGZHI_DATABASE_URL", "")
    return url if urlsplit(url).scheme in {"postgresql", "postgres"} else None


def environment_of(home: Path, *, database: str = "") -> dict[str, str]:
    """Return what a process must know to work in a home folder and, where one is named, a database of the server."""
    own = {"GONGZHI_HOME": str(home), "GONGZHI_MODE": "demo", "DJANGO_SETTINGS_MODULE": "gongzhi.config.settings"}
    url = server_url()
    if url is None or not database:
        return {**own, "GONGZHI_DATABASE_URL": ""}
    return {**own, "GONGZHI_DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{database}"))}


@contextmanager
def own_database(*, template: str = "") -> Iterator[str]:
    """Make a database on the server, as a copy of another one where that is named, and drop it afterwards."""
    name = f"gongzhi_bench_{os.getpid()}"
    with server() as connected:
        connected.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        try:
            yield name
        finally:
            connected.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def server() -> Iterator[psycopg.Connection[Any]]:
    """Connect to the PostgreSQL server, for making and dropping databases."""
    import psycopg

    with psycopg.connect(server_url() or "", autocommit=True) as connected:
        yield connected


def peak_mib() -> int:
    """Return the most memory that this process held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def tell(line: str) -> None:
    """Say what is being done, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
