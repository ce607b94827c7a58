"""The template of a paper: a short text that a city edits, checked before it holds. Pure functions.

Each line is `name：value`. After `正文：` every line is a paragraph, or a row of a table where it holds `｜`. What is
in braces is filled in: from the record, or by whoever writes the paper. A row of which nothing is known is left out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from string import Formatter

from gongzhi.kernel.canonical import canonical_bytes
from gongzhi.kernel.refusals import Refusal
from gongzhi.papers.rules.papers import FIELDS
from gongzhi.papers.states import Layout, PaperKind

_HEADS = {"版式": "layout", "机关": "issuer", "代字": "mark", "标题": "title", "主送": "addressee", "落款": "signature"}
_LAYOUTS = {"函": Layout.LETTER, "单": Layout.SLIP}
_BODY, _LAST = "正文", "落款"
_COLON = re.compile(r"[：:]")
_BAR = re.compile(r"[｜|]")
_LONGEST = 6000
_COMMON = frozenset({"city", "date"})
_OF_CASE = frozenset({"case", "what", "where", "reported", "filed", "condition", "unit", "due", "supervised_due"})
_OF_REPORT = frozenset({"report", "kind", "what", "where", "received", "reply_due"})
PLACEHOLDERS: Mapping[PaperKind, frozenset[str]] = {
    PaperKind.ASSIGNMENT: _COMMON | _OF_CASE | frozenset(FIELDS[PaperKind.ASSIGNMENT]),
    PaperKind.SUPERVISION: _COMMON | _OF_CASE | frozenset(FIELDS[PaperKind.SUPERVISION]),
    PaperKind.RECEIPT: _COMMON | _OF_REPORT | frozenset(FIELDS[PaperKind.RECEIPT]),
    PaperKind.REPLY: _COMMON | _OF_REPORT | {"answer"} | frozenset(FIELDS[PaperKind.REPLY]),
}
"""What may stand in braces in a template of each kind."""

_NEEDED: Mapping[PaperKind, frozenset[str]] = {
    PaperKind.ASSIGNMENT: frozenset({"case", "unit", "demands"}),
    PaperKind.SUPERVISION: frozenset({"case", "unit", "words", "demands"}),
    PaperKind.RECEIPT: frozenset({"report", "addressee"}),
    PaperKind.REPLY: frozenset({"report", "addressee", "answer"}),
}
"""What no template of a kind may leave out."""


class TemplateWrong(Refusal):
    """The template cannot be used: `line` is where (0: the whole), `why` is what is wrong with it, `what` names it."""

    code = "paper-template-wrong"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a row of a table with its heading in `label`."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read and checked."""

    layout: Layout
    issuer: str
    mark: str
    title: str
    addressee: str
    body: tuple[Block, ...]
    signature: str


@dataclass(frozen=True, slots=True)
class Document:
    """What a paper says, whole: `number` and `date` stay empty until it is issued."""

    layout: Layout
    issuer: str
    number: str
    title: str
    addressee: str
    body: tuple[Block, ...]
    signature: str
    date: str

    @property
    def characters(self) -> frozenset[str]:
        """Every character that is printed."""
        told = [self.issuer, self.number, self.title, self.addressee, self.signature, self.date]
        told += [one.label + one.text for one in self.body]
        return frozenset("".join(told)) - frozenset("\n\r\t \u3000")

    def plain(self) -> dict[str, object]:
        """Return it as plain data, as it is frozen and as it is printed."""
        return {**asdict(self), "layout": self.layout.value, "body": [asdict(one) for one in self.body]}

    @classmethod
    def of(cls, told: Mapping[str, object]) -> Document:
        """Return what was frozen."""
        body = told["body"] if isinstance(told["body"], list) else []
        heads = ("issuer", "number", "title", "addressee", "signature", "date")
        return cls(
            layout=Layout(str(told["layout"])),
            body=tuple(Block(str(one["text"]), str(one["label"])) for one in body),
            **{name: str(told[name]) for name in heads},
        )


def parse(text: str, *, kind: PaperKind) -> Template:
    r"""Read a template and check it.

    Raises: TemplateWrong.

    Example:
        >>> said = "版式：单\n机关：甲局\n代字：甲\n标题：回执\n主送：{addressee}\n正文：\n编号｜{report}\n落款：甲"
        >>> parse(said, kind=PaperKind.RECEIPT).body
        (Block(text='{report}', label='编号'),)
    """
    if len(text) > _LONGEST:
        raise TemplateWrong(line=0, why="too-long", what=str(_LONGEST))
    heads: dict[str, str] = {}
    body: list[Block] | None = None
    used: set[str] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        used |= _placeholders(line, kind=kind, number=number)
        name, value = _named(line)
        if name == _BODY and body is None:
            body = []
        elif name in _HEADS and _HEADS[name] not in heads and (body is None or name == _LAST):
            heads[_HEADS[name]] = value
        elif body is not None and _HEADS[_LAST] not in heads:
            body.append(_block(line.strip()))
        else:
            raise TemplateWrong(line=number, why="unknown-line", what=line.strip()[:40])
    for name, key in _HEADS.items():
        if not heads.get(key) and key != "addressee":
            raise TemplateWrong(line=0, why="missing-line", what=name)
    if heads["layout"] not in _LAYOUTS:
        raise TemplateWrong(line=0, why="unknown-layout", what=heads["layout"][:40])
    if left_out := sorted(_NEEDED[kind] - used):
        raise TemplateWrong(line=0, why="missing-placeholder", what="{" + left_out[0] + "}")
    return Template(
        layout=_LAYOUTS[heads["layout"]],
        issuer=heads["issuer"],
        mark=heads["mark"],
        title=heads["title"],
        addressee=heads.get("addressee", ""),
        body=tuple(body or ()),
        signature=heads["signature"],
    )


def fill(template: Template, values: Mapping[str, str], *, number: str = "") -> Document:
    """Return what a paper says. A text of several lines becomes several paragraphs; an unknown row is left out."""
    body = []
    for one in template.body:
        names = _names_in(one.text)
        if names and not any(values.get(name, "") for name in names):
            continue
        told = _filled(one.text, values)
        body += [Block(told, one.label)] if one.label else [Block(said) for said in told.splitlines() if said.strip()]
    return Document(
        layout=template.layout,
        issuer=_filled(template.issuer, values),
        number=number,
        title=_filled(template.title, values),
        addressee=_filled(template.addressee, values),
        body=tuple(body),
        signature=_filled(template.signature, values),
        date=values.get("date", ""),
    )


def digest_of(document: Document) -> str:
    """Return by what one recognises what a paper says, apart from the number and the day it will get.

    Example:
        >>> one = Document(Layout.SLIP, "甲局", "", "回执", "", (Block("收到"),), "甲局", "")
        >>> digest_of(one) == digest_of(Document(Layout.SLIP, "甲局", "甲1号", "回执", "", one.body, "甲局", "今日"))
        True
    """
    told = {name: value for name, value in document.plain().items() if name not in ("number", "date")}
    return hashlib.sha256(canonical_bytes(told)).hexdigest()


def _placeholders(line: str, *, kind: PaperKind, number: int) -> set[str]:
    """Return what stands in braces in a line. Raises: TemplateWrong."""
    try:
        found = _names_in(line)
    except ValueError as fault:
        raise TemplateWrong(line=number, why="braces", what=line.strip()[:40]) from fault
    if unknown := sorted(found - PLACEHOLDERS[kind]):
        raise TemplateWrong(line=number, why="unknown-placeholder", what="{" + unknown[0] + "}")
    return found


def _names_in(text: str) -> set[str]:
    """Return the names in braces. Raises: ValueError for braces that do not pair or hold more than a name."""
    found = set()
    for _, name, form, conversion in Formatter().parse(text):
        if form or conversion:
            raise ValueError("more than a name in braces")
        if name is not None:
            found.add(name)
    return found


def _filled(text: str, values: Mapping[str, str]) -> str:
    return "".join(
        told + ("" if name is None else values.get(name, "")) for told, name, _, _ in Formatter().parse(text)
    )


def _named(line: str) -> tuple[str, str]:
    """Return a line as its name and value; one without a colon has no name."""
    found = _COLON.split(line, maxsplit=1)
    return ("", line) if len(found) == 1 else (found[0].strip(), found[1].strip())


def _block(line: str) -> Block:
    found = _BAR.split(line, maxsplit=1)
    return Block(found[0]) if len(found) == 1 else Block(found[1].strip(), label=found[0].strip())
