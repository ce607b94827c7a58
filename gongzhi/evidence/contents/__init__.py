"""What a file is, told from its bytes alone.

Nothing is decoded here: that happens in a process that ends with it (`picture_program`).

| module | what it answers |
|---|---|
| `names` | which kind do the first bytes show, and what is it that we refuse? |
| `pictures` | how wide and high is a picture, by its own header? |
| `office` | is a packed document a harmless DOCX or XLSX, or does it swell up? |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from gongzhi.evidence.contents import office, pictures
from gongzhi.evidence.contents.names import HEAD_BYTES, PACKED, content_type_of, name_of_refused
from gongzhi.evidence.contents.office import Swelling
from gongzhi.evidence.rules import FileKindUnknown, PictureTooLarge, PictureUnreadable, is_photograph


@dataclass(frozen=True, slots=True)
class Content:
    """What a file is. A picture also has a size, as it lies in the file, before it is turned upright."""

    content_type: str
    width: int | None = None
    height: int | None = None


def look_at(content: BinaryIO, *, declared: str, most_pixels: int, swelling: Swelling = office.USUAL) -> Content:
    """Return what a file is.

    Args:
        content: the whole file; it may be read at any place.
        declared: what its sender says it is; told in the refusal.
        most_pixels: the largest picture that is taken. A small file may unpack to a picture that fills the memory.
        swelling: how far a packed document may unpack.

    Raises: FileKindUnknown, PictureUnreadable, PictureTooLarge, DocumentDamaged, DocumentLocked, DocumentSwells.
    """
    content.seek(0)
    head = content.read(HEAD_BYTES)
    found = content_type_of(head)
    if found == PACKED:
        found = office.content_type_of(content, declared=declared, allowed=swelling)
    if found is None:
        raise FileKindUnknown(declared=declared, found=name_of_refused(head))
    if not is_photograph(found):
        return Content(found)
    size = pictures.size_of(content, content_type=found)
    if size is None:
        raise PictureUnreadable(found=found)
    width, height = size
    if width * height > most_pixels:
        raise PictureTooLarge(width=width, height=height, most_megapixels=most_pixels // 1_000_000)
    return Content(found, width, height)


__all__ = ["HEAD_BYTES", "Content", "Swelling", "content_type_of", "look_at", "name_of_refused"]
