"""The card of a closed case for a group chat: before and afterwards in one picture, with what the public may know."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.utils import dateformat, timezone
from PIL import Image, ImageDraw, ImageFont, ImageOps

from gongzhi.base.labels import INSTANT
from gongzhi.cases.labels import STATES
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import CLOSINGS
from gongzhi.desk import labels
from gongzhi.desk.queries import Names, ref_of
from gongzhi.desk.rules import CardFontMissing, CardNotPublic, CardPhotosMissing, CardTooEarly
from gongzhi.evidence import queries as evidence
from gongzhi.evidence.queries import FileRow
from gongzhi.evidence.states import CopyKind, DisplayState, FileRole
from gongzhi.intake import queries as intake
from gongzhi.norms import queries as norms
from gongzhi.norms.states import Publication
from gongzhi.papers.printing import fonts_in_use
from gongzhi.papers.rules import PaperFontMissing
from gongzhi.parameters.queries import city

_AFTERWARDS = frozenset({FileRole.AFTER, FileRole.CHECK})
_STREET_DEPTH = 3
"""City, district and street: nothing finer is told of where a case was."""
_WIDTH, _EDGE, _PICTURE = 1080, 48, (984, 738)
_INK, _QUIET, _PAPER, _ACCENT = "#1c2321", "#55605c", "#fcfbf7", "#0d5c5f"
_TITLE, _BODY = 52, 36
_LINE = 1.5
_CHINA = (" SC", " CN")


@dataclass(frozen=True, slots=True)
class Shown:
    """A photograph on the card, and what stands above it."""

    uid: UUID
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says, from top to bottom."""

    title: str
    lines: tuple[str, ...]
    before: Shown
    after: Shown


def card_of(row: CaseRow, names: Names, *, at: datetime) -> Card:
    """Return what the card of a case says: as much as the public may read of it, and no more.

    Raises: CardTooEarly, CardNotPublic, CardPhotosMissing.
    """
    if row.state not in CLOSINGS:
        raise CardTooEarly(case=ref_of(row))
    if norms.publication_of(row.class_key, at=at) is Publication.NEVER:
        raise CardNotPublic(case=ref_of(row))
    before, after = _released(row)
    street = "/".join(row.area.split("/")[:_STREET_DEPTH])
    closed_on = _told(row.moved_at, day_alone=True)
    return Card(
        title=str(names.what(row.class_key)),
        lines=(str(names.where(street)), f"{STATES[row.state]} {closed_on}", ref_of(row)),
        before=Shown(before.uid, f"{labels.CARD_BEFORE} {_when(before)}"),
        after=Shown(after.uid, f"{labels.CARD_AFTER} {_when(after)}"),
    )


def can_be_made(row: CaseRow, *, at: datetime) -> bool:
    """Whether there is anything that a card of this case could show."""
    if row.state not in CLOSINGS or norms.publication_of(row.class_key, at=at) is Publication.NEVER:
        return False
    try:
        _released(row)
    except CardPhotosMissing:
        return False
    return True


def drawn(card: Card) -> bytes:
    """Return a card as PNG.

    Raises: CardFontMissing, NotPublic for a photograph that was withheld meanwhile, Outage.
    """
    body = _font(_BODY)
    title_px, body_px = round(_TITLE * _LINE), round(_BODY * _LINE)
    picture_px = body_px + _PICTURE[1] + _EDGE // 2
    height = _EDGE * 2 + title_px + body_px * len(card.lines) + _EDGE // 2 + picture_px * 2
    sheet = Image.new("RGB", (_WIDTH, height), _PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, _WIDTH, 12), fill=_ACCENT)
    top = _EDGE
    pen.text((_EDGE, top), card.title, font=_fitting(card.title, _font(_TITLE, is_bold=True)), fill=_INK)
    top += title_px
    for line in card.lines:
        pen.text((_EDGE, top), line, font=_fitting(line, body), fill=_QUIET)
        top += body_px
    top += _EDGE // 2
    for shown in (card.before, card.after):
        pen.text((_EDGE, top), shown.words, font=body, fill=_INK)
        sheet.paste(_picture(shown.uid), (_EDGE, top + body_px))
        top += picture_px
    made = io.BytesIO()
    sheet.save(made, "PNG", optimize=True)
    return made.getvalue()


def _released(row: CaseRow) -> tuple[FileRow, FileRow]:
    """Return the first released photograph of how it was, and the last of how it is. Raises: CardPhotosMissing."""
    streams = [*(one.stream for one in intake.reports_of(row.uid)), row.stream]
    shown = [
        one
        for stream in streams
        for one in evidence.released_of(stream)
        if one.display is DisplayState.MADE and one.role is not FileRole.MASKED
    ]
    before = [one for one in shown if one.role not in _AFTERWARDS]
    after = [one for one in shown if one.role in _AFTERWARDS]
    if not before or not after:
        raise CardPhotosMissing(case=ref_of(row))
    return before[0], after[-1]


def _when(one: FileRow) -> str:
    """Return when a photograph was taken: of a reporter's the day alone, so that nobody finds out who stood there."""
    at = one.taken_at or one.claimed_at or one.stored_at
    return _told(at, day_alone=one.role is FileRole.REPORT)


def _told(at: datetime, *, day_alone: bool) -> str:
    return dateformat.format(timezone.localtime(at, city().zone), str(labels.CARD_DAY if day_alone else INSTANT))


def _picture(uid: UUID) -> Image.Image:
    with evidence.open_public_copy(uid, kind=CopyKind.DISPLAY) as opened, Image.open(opened) as found:
        return ImageOps.pad(found.convert("RGB"), _PICTURE, color="#e4e2dc")


def _font(size: int, *, is_bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return the font of papers in a size; of a collection, the face for mainland China. Raises: CardFontMissing."""
    try:
        fonts = fonts_in_use()
    except PaperFontMissing as missing:
        raise CardFontMissing(folders=missing.facts["folders"]) from missing
    path = fonts.bold if is_bold and fonts.bold is not None else fonts.regular
    faces = _faces(path, size)
    return next((one for one in faces if str(one.getname()[0]).endswith(_CHINA)), faces[0])


def _fitting(words: str, font: ImageFont.FreeTypeFont) -> ImageFont.FreeTypeFont:
    """Return a font in which the words fit on their line: the same where they do, else as much smaller as it needs."""
    length = font.getlength(words)
    room = _PICTURE[0]
    return font if length <= room else font.font_variant(size=int(font.size * room / length))


def _faces(path: Path, size: int) -> list[ImageFont.FreeTypeFont]:
    faces = [ImageFont.truetype(str(path), size)]
    while path.suffix.lower() == ".ttc":
        try:
            faces.append(ImageFont.truetype(str(path), size, index=len(faces)))
        except OSError:  # there is no further face in the collection
            break
    return faces
