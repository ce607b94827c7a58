"""Having one paper printed by a process that ends with it, in a font that has every character of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from gongzhi.papers import print_program
from gongzhi.papers.rules import Document, PaperFontMissing, PaperGlyphsMissing, PaperNotPrinted

PATIENCE_S = 45
_SYSTEM_FOLDERS = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
    *("/System/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts"),
)
_KNOWN = (
    *(("NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc"), ("NotoSerifCJKsc-Regular.otf", "NotoSerifCJKsc-Bold.otf")),
    *(("NotoSerifSC-Regular.otf", "NotoSerifSC-Bold.otf"), ("SourceHanSerif-Regular.ttc", "SourceHanSerif-Bold.ttc")),
    *(("SourceHanSerifSC-Regular.otf", "SourceHanSerifSC-Bold.otf"), ("simfang.ttf", "simhei.ttf")),
    *(("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"), ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf")),
    *(("SourceHanSans-Regular.ttc", "SourceHanSans-Bold.ttc"), ("wqy-microhei.ttc", "")),
)
"""Fonts that papers are printed in, the best first: serif before sans, those with rare characters before others."""
_ENDINGS = (".ttf", ".otf", ".ttc")


@dataclass(frozen=True, slots=True)
class Fonts:
    """The files of the font in use; `bold` is None where the titles stand in the same weight as the text."""

    regular: Path
    bold: Path | None


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper as it came out of the press."""

    pdf: Path
    docx: Path


@contextmanager
def printed(document: Document, *, on: date) -> Iterator[Printed]:
    """Print a paper and give both files to the block; they are gone after it.

    Args:
        document: what the paper says.
        on: the day that stands in the files.

    Raises: PaperFontMissing, PaperGlyphsMissing, PaperNotPrinted.
    """
    fonts = fonts_in_use()
    with TemporaryDirectory(prefix="gongzhi-paper-") as folder:
        made = Printed(Path(folder) / "paper.pdf", Path(folder) / "paper.docx")
        told: dict[str, object] = {
            "document": document.plain(),
            "characters": "".join(sorted(document.characters)),
            "regular": str(fonts.regular),
            "bold": "" if fonts.bold is None else str(fonts.bold),
            "day": [on.year, on.month, on.day],
        }
        _run(told, made, font=fonts.regular.name)
        yield made


def fonts_in_use() -> Fonts:
    """Return the font for papers: from the folder that the installation names, else from those of the system.

    Raises: PaperFontMissing.
    """
    named = str(settings.GONGZHI_PAPER_FONTS)
    folders = [Path(named)] if named else [Path(one).expanduser() for one in _SYSTEM_FOLDERS]
    found = _font_files(folders)
    for regular, bold in _KNOWN:
        if regular in found:
            return Fonts(found[regular], found.get(bold))
    if named and found:  # the installation knows why it put just these here
        heavy = [path for name, path in found.items() if "bold" in name.lower()]
        light = [path for path in found.values() if path not in heavy]
        return Fonts((light or heavy)[0], heavy[0] if light and heavy else None)
    raise PaperFontMissing(folders=", ".join(str(one) for one in folders))


def _font_files(folders: list[Path]) -> dict[str, Path]:
    """Return the font files below some folders by name, in a fixed order; the first folder wins."""
    found: dict[str, Path] = {}
    for folder in folders:
        inside = (Path(where) / name for where, _, names in os.walk(folder) for name in names)
        for path in sorted(one for one in inside if one.suffix.lower() in _ENDINGS):
            found.setdefault(path.name, path)
    return found


def _run(told: dict[str, object], made: Printed, *, font: str) -> None:
    program = [sys.executable, "-I", str(Path(print_program.__file__)), str(made.pdf), str(made.docx)]
    try:
        done = subprocess.run(
            program, input=json.dumps(told).encode(), capture_output=True, timeout=PATIENCE_S, env={}, check=False
        )
    except subprocess.TimeoutExpired as fault:
        raise PaperNotPrinted(detail="it took too long") from fault
    if done.returncode == print_program.GLYPHS_MISSING:
        raise PaperGlyphsMissing(characters=" ".join(json.loads(done.stdout)), font=font)
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"ended with {done.returncode}"]
        raise PaperNotPrinted(detail=last[0][:200])
