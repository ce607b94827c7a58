"""Compile every .po file to the .mo file beside it; with --check, compare only and say what is stale."""

from __future__ import annotations

import sys
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "gongzhi" / "locale"


def stale_catalogues(folder: Path) -> list[Path]:
    """Return the .po files whose .mo is missing or says something else."""
    return [
        source
        for source in sorted(folder.rglob("*.po"))
        if not source.with_suffix(".mo").exists() or source.with_suffix(".mo").read_bytes() != compiled(source)
    ]


def compiled(source: Path) -> bytes:
    """Return what the .mo file of a .po file holds, byte for byte the same on every machine."""
    return bytes(polib.pofile(str(source), encoding="utf-8").to_binary())


def main(arguments: list[str]) -> int:
    """Compile, or check; return the exit code."""
    stale = stale_catalogues(LOCALE)
    if "--check" in arguments:
        for source in stale:
            print(f"{source.relative_to(LOCALE.parent.parent)} is not compiled: run `make messages`", file=sys.stderr)
        return 1 if stale else 0
    for source in stale:
        source.with_suffix(".mo").write_bytes(compiled(source))
        print(f"compiled {source.relative_to(LOCALE.parent.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
