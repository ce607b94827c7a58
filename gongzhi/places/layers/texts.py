"""Telling in which encoding a text was written."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import Final

from gongzhi.kernel.refusals import Refusal

TRIED: Final = ("utf-8-sig", "gb18030")
_CODE_PAGES: Final = {"65001": "utf-8", "936": "gb18030", "gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030"}


class TextUnreadable(Refusal):
    """A text is written in none of the encodings that are tried."""

    code = "layer-text-unreadable"


class NotText(Refusal):
    """What should be text holds bytes that no text has."""

    code = "layer-not-text"


def decoded(content: bytes, *, file: str) -> tuple[str, str]:
    """Return a text and its encoding: by its own mark, else strict UTF-8, else GB18030, which holds GBK and GB2312.

    Raises: NotText, TextUnreadable.

    Example:
        >>> decoded("社区".encode("gbk"), file="a.csv"), decoded("社区".encode(), file="b.csv")
        (('社区', 'gb18030'), ('社区', 'utf-8-sig'))
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _in_encoding(content, ["utf-16"], file=file)
    if b"\x00" in content:
        raise NotText(file=file)
    return _in_encoding(content, TRIED, file=file)


def encodings_to_try(stated: str) -> Iterator[str]:
    """Return the encodings to try in their order: strict UTF-8, what the file states, GB18030.

    What a file states comes second because it is often wrong: text in another encoding is hardly ever valid UTF-8,
    while UTF-8 read as GBK often passes and is nonsense.

    Example:
        >>> list(encodings_to_try("936")), list(encodings_to_try("BIG5"))
        (['utf-8-sig', 'gb18030'], ['utf-8-sig', 'big5', 'gb18030'])
    """
    word = stated.strip().lower().removeprefix("ansi").removeprefix("cp").strip()
    name = _CODE_PAGES.get(word, word)
    tried = []
    for encoding in (TRIED[0], name, *TRIED[1:]):
        try:
            known = codecs.lookup(encoding).name
        except LookupError:
            continue
        if known not in tried:
            tried.append(known)
            yield encoding


def _in_encoding(content: bytes, encodings: Iterable[str], *, file: str) -> tuple[str, str]:
    for encoding in encodings:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise TextUnreadable(file=file, tried=", ".join(encodings))
