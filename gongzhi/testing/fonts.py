"""A font that has every common character as the same box, made on the spot: no machine is asked for one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

LACKS = "䶮"
"""A character of names that the font does not have, as many real fonts do not."""
_DRAWN = (range(0x20, 0x7F), range(0xA0, 0x180), range(0x2010, 0x2040), range(0x3000, 0x3100), range(0x3400, 0xA000))


@cache
def folder_with_a_font() -> Path:
    """Return a folder that holds the font and nothing else."""
    folder = Path(mkdtemp(prefix="gongzhi-font-"))
    pen = TTGlyphPen(None)
    for number, corner in enumerate(((50, 0), (50, 700), (650, 700), (650, 0))):
        (pen.moveTo if number == 0 else pen.lineTo)(corner)
    pen.closePath()
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder([".notdef", "box"])
    drawn = {code: "box" for span in (*_DRAWN, range(0xFF00, 0xFF60)) for code in span if code != ord(LACKS)}
    made.setupCharacterMap(drawn)
    made.setupGlyf({".notdef": pen.glyph(), "box": pen.glyph()})
    made.setupHorizontalMetrics({".notdef": (700, 50), "box": (700, 50)})
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    made.setupOS2(sTypoAscender=800, usWinAscent=900, usWinDescent=200)
    made.setupPost()
    made.save(folder / "Boxes-Regular.ttf")
    return folder
