"""A program of its own: print one paper as PDF and as .docx, and end.

Called as `python -I print_program.py PDF DOCX` with one JSON object on its standard input: `document` (what the paper
says), `characters` (all of it), `regular` and `bold` (paths of the fonts, `bold` may be empty), `day` (year, month,
day). Typst, its fonts and lxml take a hundred megabytes, which end with this process and do not stay with the server.

Exit codes: 0 printed; 3 the fonts lack characters, which it prints as one JSON string. Anything else: it failed.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

GLYPHS_MISSING = 3
_MEMORY_BYTES, _CPU_S, _OUTPUT_BYTES = 3 << 30, 30, 64 << 20
_DIGITS = frozenset("0123456789—")
_RED = "C00000"

_TYPST = """\
#let d = json(bytes(sys.inputs.at("paper")))
#let red = rgb("#c00000")
#set document(title: d.title, author: d.issuer, date: datetime(year: d.day.at(0), month: d.day.at(1), day: d.day.at(2)))
#set page(
  paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm), footer-descent: 7mm,
  footer: context align(
    if calc.odd(here().page()) { right } else { left }, pad(x: 1em, text(14pt)[— #here().page() —]),
  ),
)
#set text(font: d.font, size: 16pt, lang: "zh", region: "cn", fallback: false)
#set par(leading: 12.9pt, spacing: 12.9pt, justify: true)
#let heavy = if d.bold { "bold" } else { "regular" }
#if d.layout == "letter" [
  #block(below: 4mm, width: 100%, stack(
    spacing: 3mm, align(center, text(26pt, weight: heavy, fill: red, d.issuer)),
    stack(spacing: 1.2pt, line(length: 100%, stroke: 1.8pt + red), line(length: 100%, stroke: 0.6pt + red)),
  ))
  #align(right, d.number)
  #v(6mm)
  #align(center, text(22pt, weight: heavy, d.title))
] else [
  #align(center, text(22pt, weight: heavy, d.issuer))
  #align(center, text(22pt, weight: heavy, d.title))
  #v(2mm)
  #align(right, d.number)
]
#v(5mm)
#if d.addressee != "" [#par(first-line-indent: 0em, d.addressee + "：")]
#set par(first-line-indent: (amount: 2em, all: true))
#for (place, part) in d.parts.enumerate(start: 1) {
  if "rows" in part {
    set par(first-line-indent: 0em, justify: false, leading: 8pt)
    set text(14pt)
    table(
      columns: (7.5em, 1fr), inset: (x: 8pt, y: 7pt), stroke: 0.6pt, align: (center + horizon, left + horizon),
      ..part.rows.map(row => (row.at(0), row.at(1))).flatten(),
    )
  } else { block(sticky: place == d.parts.len(), width: 100%, par(part.text)) }
}
#block(breakable: false, width: 100%, {
  set par(first-line-indent: 0em, justify: false)
  v(14mm)
  align(right, pad(right: 2em, box(align(center, [#d.signature #linebreak() #d.date]))))
})
"""


def main(arguments: list[str]) -> int:
    """Print the paper; return the exit code."""
    limit_resources()
    pdf, docx = (Path(one) for one in arguments)
    told = json.load(sys.stdin)
    document, regular, bold = told["document"], told["regular"], told["bold"]
    family, known = face_of(regular)
    if bold:
        known &= face_of(bold)[1]
    missing = sorted(set(told["characters"]) | _DIGITS, key=ord)
    missing = [one for one in missing if ord(one) not in known]
    if missing:
        sys.stdout.write(json.dumps("".join(missing)))
        return GLYPHS_MISSING
    paper = {**document, "parts": parts_of(document["body"]), "font": family, "bold": bool(bold), "day": told["day"]}
    typeset(paper, pdf, fonts=[one for one in (regular, bold) if one])
    write_docx(paper, docx)
    return 0


def limit_resources() -> None:
    """Let the operating system end this process when a paper asks for too much."""
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CPU, _CPU_S),
        (resource.RLIMIT_FSIZE, _OUTPUT_BYTES),
    ):
        resource.setrlimit(what, (most, most))


def face_of(path: str) -> tuple[str, set[int]]:
    """Return the family name of a font and the characters it draws; of a collection, the face for mainland China."""
    from fontTools.ttLib import TTCollection, TTFont

    with Path(path).open("rb") as opened:
        is_collection = opened.read(4) == b"ttcf"
    faces = TTCollection(path, lazy=True).fonts if is_collection else [TTFont(path, lazy=True)]
    named = [(family_of(one), one) for one in faces]
    family, face = next((one for one in named if one[0].endswith((" SC", " CN"))), named[0])
    return family, set(face.getBestCmap())


def family_of(face: Any) -> str:
    """Return the name by which a face is asked for."""
    return str(face["name"].getDebugName(16) or face["name"].getDebugName(1) or "")


def parts_of(body: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return the body with neighbouring rows joined to one table."""
    parts: list[dict[str, Any]] = []
    for one in body:
        if not one["label"]:
            parts.append({"text": one["text"]})
        elif parts and "rows" in parts[-1]:
            parts[-1]["rows"].append([one["label"], one["text"]])
        else:
            parts.append({"rows": [[one["label"], one["text"]]]})
    return parts


def typeset(paper: dict[str, Any], pdf: Path, *, fonts: list[str]) -> None:
    """Write the PDF (PDF/A-2b, for the archive): the same bytes for the same paper on the same fonts."""
    import typst

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, font in enumerate(fonts):
            (folder / f"{number}{Path(font).suffix}").symlink_to(font)
        source = folder / "paper.typ"
        source.write_text(_TYPST, encoding="utf-8")
        typst.compile(
            source,
            pdf,
            root=folder,
            font_paths=[folder],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["a-2b"],
            sys_inputs={"paper": json.dumps(paper)},
        )


def write_docx(paper: dict[str, Any], path: Path) -> None:
    """Write the same paper as a text that can be edited, in the fonts that offices in China have."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    made = Document()
    year, month, day = paper["day"]
    core = made.core_properties
    core.title, core.author, core.last_modified_by = paper["title"], paper["issuer"], paper["issuer"]
    core.created = core.modified = datetime(year, month, day)  # noqa: DTZ001 - a day on paper
    sheet = made.sections[0]
    sheet.page_width, sheet.page_height = Mm(210), Mm(297)
    sheet.top_margin, sheet.bottom_margin, sheet.left_margin, sheet.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)

    def in_font(element: Any, name: str) -> None:
        fonts = element.get_or_add_rPr().get_or_add_rFonts()
        for which, font in (("eastAsia", name), ("ascii", "Times New Roman"), ("hAnsi", "Times New Roman")):
            fonts.set(qn(f"w:{which}"), font)

    def write(text: str, *, size: float = 16, align: Any = None, font: str = "仿宋", **said: Any) -> Any:
        line = said.get("into") or made.add_paragraph()
        line.alignment = align
        form = line.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(said.get("line_pt", 29))
        if said.get("indent"):
            form.first_line_indent = Pt(2 * size)
        run = line.add_run(text)
        run.font.size, run.font.bold = Pt(size), said.get("bold", False)
        if said.get("red"):
            run.font.color.rgb = RGBColor.from_string(_RED)
        in_font(run._r, font)
        return line

    centre, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    both = WD_ALIGN_PARAGRAPH.JUSTIFY
    is_letter = paper["layout"] == "letter"
    head: dict[str, Any] = {"align": centre, "bold": True, "font": "宋体", "line_pt": 40}
    if is_letter:
        line = write(paper["issuer"], size=26, red=True, **head)
        borders, rule = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
        for name, value in (("val", "thickThinSmallGap"), ("sz", "24"), ("space", "4"), ("color", _RED)):
            rule.set(qn(f"w:{name}"), value)
        borders.append(rule)
        line._p.get_or_add_pPr().append(borders)
        write(paper["number"], align=right)
        write("")
        write(paper["title"], size=22, **head)
    else:
        write(paper["issuer"], size=22, **head)
        write(paper["title"], size=22, **head)
        write(paper["number"], align=right)
    write("")
    if paper["addressee"]:
        write(paper["addressee"] + "：", align=both)
    for part in paper["parts"]:
        if "text" in part:
            write(part["text"], align=both, indent=True)
            continue
        table = made.add_table(rows=0, cols=2, style="Table Grid")
        table.autofit = False
        for label, text in part["rows"]:
            cells = table.add_row().cells
            cells[0].width, cells[1].width = Mm(38), Mm(118)
            write(label, size=14, align=centre, into=cells[0].paragraphs[0], line_pt=24)
            for number, told in enumerate(text.splitlines() or [""]):
                into = cells[1].paragraphs[0] if number == 0 else cells[1].add_paragraph()
                write(told, size=14, into=into, line_pt=24)
    for text in ("", "", paper["signature"], paper["date"]):
        last = write(text, align=right)
        last.paragraph_format.right_indent, last.paragraph_format.keep_with_next = Pt(32), text != paper["date"]
    foot = sheet.footer.paragraphs[0]
    write("— ", size=14, align=centre, into=foot)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = foot.add_run()
        run.font.size = Pt(14)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)
    write(" —", size=14, align=centre, into=foot)
    made.save(str(path))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
