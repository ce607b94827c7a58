"""Seeded cities, made once and kept: a home folder and, on PostgreSQL, a database beside it that serves as a template.

    with seeded_city(cases=100_000) as city:
        subprocess.run(..., env={**os.environ, **city.environment})

They lie in the folder that GONGZHI_BENCH_CACHE names, by default in the user's cache folder. A city is made under
another name and gets its own when it is whole and verified: what was broken off is never taken for one. Its name holds
a digest of all that shapes it: after a change of that a city is made anew, and older ones may be removed at any time.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks._stores import Result, environment_of, own_database, run_with, server, server_url

_TOLD = "seeded.json"
_HERE = Path(__file__).resolve().parent
_SEEN_ONLY = frozenset({"tests", "testing", "locale", "static", "templates", "__pycache__"})
_DOORS = frozenset({"api", "command", "config", "desk", "handset", "jobs", "portal"})
"""The rooms that stand above what makes a city: they cannot shape it, but for their tables."""
_BROKEN_OFF = ".making-"


@dataclass(frozen=True, slots=True)
class SeededCity:
    """A seeded city: the environment of the processes that work in it, and what was told when it was made."""

    environment: Mapping[str, str]
    told: Result
    from_cache: bool


@contextmanager
def seeded_city(*, cases: int, shared: bool = False) -> Iterator[SeededCity]:
    """Give a city of so many cases, from the cache or made now.

    Args:
        cases: how many.
        shared: the kept city itself, for whoever only reads; otherwise a copy that is gone afterwards.
    """
    kept, from_cache = _kept_or_made(cases)
    if shared:
        yield SeededCity(environment_of(kept.home, database=kept.database), kept.told(), from_cache)
        return
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
        home = Path(folder) / "home"
        _copy_folder(kept.home, home)
        if not kept.database:
            yield SeededCity(environment_of(home), kept.told(), from_cache)
            return
        with own_database(template=kept.database) as database:
            yield SeededCity(environment_of(home, database=database), kept.told(), from_cache)


def cache_folder() -> Path:
    """Return where seeded cities are kept."""
    if named := os.environ.get("GONGZHI_BENCH_CACHE"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gongzhi-bench"


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where a seeded city lies, or will lie."""

    home: Path
    database: str

    def told(self) -> Result:
        told: Result = json.loads((self.home / _TOLD).read_text(encoding="utf-8"))
        return told

    def is_whole(self) -> bool:
        """Whether it is there; on PostgreSQL also whether the database is the one that belongs to the home folder."""
        if not (self.home / _TOLD).is_file():
            return False
        return not self.database or _mark_of(self.database) == self.told()["mark"]


def _kept_or_made(cases: int) -> tuple[_Kept, bool]:
    kept = _place_of(cases)
    with _alone(kept):
        if kept.is_whole():
            return kept, True
        _make(kept, cases=cases)
        return kept, False


@contextmanager
def _alone(kept: _Kept) -> Iterator[None]:
    """Let one process at a time look for a city and make it."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    with (cache_folder() / f".{kept.home.name}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _place_of(cases: int) -> _Kept:
    key = f"{cases}-{_digest()}"
    url = server_url()
    if url is None:
        return _Kept(cache_folder() / f"sqlite-{key}", "")
    place = urlsplit(url)
    of_server = hashlib.sha256(f"{place.hostname}:{place.port}{place.query}".encode()).hexdigest()[:8]
    return _Kept(cache_folder() / f"postgresql-{of_server}-{key}", f"gongzhi_seed_{key.replace('-', '_')}")


def _digest() -> str:
    """Return a digest of everything that decides what a city looks like.

    That is the program's code and data, packs and norms among them, the code that makes the city, and the installed
    packages, one of which knows the working days.
    """
    import gongzhi

    product = Path(gongzhi.__file__).resolve().parent
    shaping = [one for one in product.rglob("*") if one.is_file() and _shapes(one.relative_to(product))]
    total = hashlib.sha256()
    for path in sorted([*_HERE.glob("_*.py"), *shaping]):
        total.update(f"{path.relative_to(product.parent)}".encode() + b"\0" + _hash_of(path))
    for name, version in sorted({(one.name, one.version) for one in metadata.distributions()}):
        total.update(f"{name} {version}\n".encode())
    return total.hexdigest()[:16]


def _shapes(path: Path) -> bool:
    """Whether a file of the program may decide what a city looks like."""
    if _SEEN_ONLY.intersection(path.parts):
        return False
    return path.parts[0] not in _DOORS or "migrations" in path.parts


def _hash_of(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def _make(kept: _Kept, *, cases: int) -> None:
    """Make a city beside, and give it its name at the end."""
    home = Path(tempfile.mkdtemp(prefix=_BROKEN_OFF, dir=cache_folder()))
    mark = secrets.token_hex(8)
    try:
        if kept.database:
            with _database_beside(kept.database, mark=mark) as database:
                told = run_with(environment_of(home, database=database), "benchmarks._city", "--cases", str(cases))
        else:
            told = run_with(environment_of(home), "benchmarks._city", "--cases", str(cases))
        (home / _TOLD).write_text(json.dumps({**told, "mark": mark}), encoding="utf-8")
        shutil.rmtree(kept.home, ignore_errors=True)
        home.rename(kept.home)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise


@contextmanager
def _database_beside(name: str, *, mark: str) -> Iterator[str]:
    """Make a database that gets its name, and the mark of its home folder, when what is done in it went well."""
    beside = f"{name}_{mark}"
    with server() as connected:
        connected.execute(f"CREATE DATABASE {beside}")
    try:
        yield beside
    except BaseException:
        with server() as connected:
            connected.execute(f"DROP DATABASE {beside} WITH (FORCE)")
        raise
    with server() as connected:
        connected.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connected.execute(f"COMMENT ON DATABASE {beside} IS '{mark}'")
        connected.execute(f"ALTER DATABASE {beside} RENAME TO {name}")


def _mark_of(database: str) -> str:
    """Return the mark of a database, empty where there is none."""
    with server() as connected:
        row = connected.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database]
        ).fetchone()
    return "" if row is None else str(row[0] or "")


def _copy_folder(source: Path, target: Path) -> None:
    """Copy a folder, without copying its bytes where the file system can do that."""
    done = subprocess.run(["cp", "-a", "--reflink=auto", source, target], check=False, capture_output=True)
    if done.returncode:  # a system whose cp knows no such thing
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
