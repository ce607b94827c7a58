"""Keep the few programs of others that our pages and tests load: `python scripts/vendor.py check`, or `refresh` by npm.

The lock file beside them says name, version, licence and the SHA-256 of every file. Refreshing asks npm, wherever this
machine's npm fetches from, and takes nothing whose digest the lock does not name; `--lock` writes the lock anew after
somebody changed a version in it. Beside each file that is served lies its gzip, for browsers that take it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "gongzhi" / "web" / "static" / "web" / "vendor.lock.json"
FOLDER = LOCK.parent / "vendor"
TESTS_LOCK = ROOT / "tests" / "browser" / "vendor.lock.json"
TESTS_FOLDER = TESTS_LOCK.parent / "vendor"
_SHELVES = ((FOLDER, LOCK, True), (TESTS_FOLDER, TESTS_LOCK, False))
"""Where they lie, the lock of each place, and whether they are served from there."""
_TIGHTEST = 9


def faults(folder: Path = FOLDER, lock: Path = LOCK, *, is_served: bool = True) -> list[str]:
    """Return what differs between the lock and the files: changed, missing and unknown ones."""
    locked = {path: digest for one in _read(lock) for path, digest in one["files"].items()}
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    found = [f"{path} is not there" for path in locked if path not in there]
    found += [
        f"{path} is in no lock" for path in there if path not in locked and path.removesuffix(".gz") not in locked
    ]
    for path, digest in locked.items():
        if path in there and _sha256(there[path].read_bytes()) != digest:
            found.append(f"{path} is not what the lock names")
        packed = there.get(f"{path}.gz")
        if not is_served:
            continue
        if packed is None:
            found.append(f"{path}.gz is not there")
        elif path in there and gzip.decompress(packed.read_bytes()) != there[path].read_bytes():
            found.append(f"{path}.gz holds something else")
    return found


@click.group()
def main() -> None:
    """Keep the programs of others that our pages and tests load."""


@main.command()
def check() -> None:
    """Compare the files with the lock."""
    _tell()


@main.command()
@click.option("--lock", "locks_anew", is_flag=True, help="Take the digests of what comes instead of comparing them.")
def refresh(*, locks_anew: bool) -> None:
    """Fetch the files anew by npm."""
    for folder, lock, is_served in _SHELVES:
        packages = _read(lock)
        for one in packages:
            files = _fetched(one)
            digests = {path: _sha256(content) for path, content in files.items()}
            if not locks_anew and digests != one["files"]:
                sys.exit(f"{one['name']} {one['version']} is not what the lock names: nothing was written")
            one["files"] = digests
            for path, content in files.items():
                _write(folder / path, content, is_served=is_served)
        lock.write_text(json.dumps({"packages": packages}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    _tell()


def _tell() -> None:
    found = [fault for folder, lock, is_served in _SHELVES for fault in faults(folder, lock, is_served=is_served)]
    print("\n".join(found) or "every file is the one that the lock names")
    sys.exit(1 if found else 0)


def _fetched(one: dict[str, Any]) -> dict[str, bytes]:
    """Return the wanted files of a package by the path under which they are kept."""
    with tempfile.TemporaryDirectory() as folder:
        asked = ["npm", "pack", f"{one['name']}@{one['version']}", "--silent", "--ignore-scripts"]
        subprocess.run(asked, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        [packed] = Path(folder).glob("*.tgz")
        with tarfile.open(packed) as archive:
            return {f"{one['name']}/{Path(path).name}": _content(archive, path) for path in one["takes"]}


def _content(archive: tarfile.TarFile, path: str) -> bytes:
    found = archive.extractfile(f"package/{path}")
    if found is None:
        raise FileNotFoundError(path)
    content = found.read()
    # The notes for debuggers are not shipped, and a browser would ask for them.
    lines = [line for line in content.splitlines(keepends=True) if not line.startswith(b"//# sourceMappingURL=")]
    return b"".join(lines)


def _write(path: Path, content: bytes, *, is_served: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if is_served:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, _TIGHTEST, mtime=0))


def _read(lock: Path) -> list[dict[str, Any]]:
    packages: list[dict[str, Any]] = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return packages


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
