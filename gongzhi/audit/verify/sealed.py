"""Seals and anchors: whether the seals fit the positions, and both fit what was kept outside the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from gongzhi.audit import anchors, rules, seals
from gongzhi.audit.anchors import Anchor, Cover
from gongzhi.audit.models import Seal
from gongzhi.audit.registry import Finding
from gongzhi.audit.rules import SignedSeal
from gongzhi.audit.states import Damage
from gongzhi.audit.verify.stored import fetched

_HASHES = "SELECT hash FROM audit_position WHERE position >= %s AND position <= %s ORDER BY position"


@dataclass
class SealsVerified:
    """Up to which position the seals fit, how far each anchor vouches, and what is wrong."""

    until: int = 0
    covers: list[Cover] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def verify_seals(given: Sequence[Anchor], *, entries: int) -> SealsVerified:
    """Check each seal against the positions it covers, and positions and seals against each anchor.

    Args:
        given: the anchors.
        entries: how many entries the record has, with and without a position.
    """
    result = SealsVerified()
    root_of = cache(_root_of)
    stored, unreadable = _readable()
    result.findings.extend(unreadable)
    for one, fault in rules.chain_of_seals(stored, public_key=seals.own_public_key()):
        wrong = fault
        if not fault and root_of(one.first, one.last) != one.root:
            wrong = f"positions {one.first}-{one.last} do not give its root"
        if wrong:
            result.findings.append(Finding(Damage.SEAL_BROKEN, "seals", one.number, wrong))
        elif not result.findings:
            result.until = one.last
    end = seals.last_whole_position()
    for anchor in given:
        compared = anchors.compare(anchor, stored, entries=entries, end=end, root_of=root_of)
        result.covers.append(compared.cover)
        result.findings.extend(compared.findings)
        result.findings.extend(_missing_at_home(anchor, stored))
    return result


def _root_of(first: int, last: int) -> str:
    return rules.merkle_root(hashed for (hashed,) in fetched(_HASHES, [first, last]))


def _missing_at_home(anchor: Anchor, stored: Sequence[SignedSeal]) -> Iterator[Finding]:
    """Find that the home folder's own anchor is gone or empty although seals were made.

    It is looked for once more: the very first seal is stored a moment before it is appended.
    """
    is_empty = anchor.name == anchors.HOME and not anchor.seals and not anchor.unreadable
    if is_empty and stored and not seals.home_anchor().seals:
        detail = f"{len(stored)} seals were made, and the home folder's anchor holds none of them"
        yield Finding(Damage.ANCHOR_MISSING, anchor.stream, None, detail)


def _readable() -> tuple[list[SignedSeal], list[Finding]]:
    """Return all stored seals, and a finding for each row that is none any more."""
    readable, findings = [], []
    for row in Seal.objects.order_by("number").values(*seals.FIELDS):
        try:
            readable.append(SignedSeal.read(row))
        except ValueError as fault:
            number = row["number"] if type(row["number"]) is int else None
            findings.append(Finding(Damage.SEAL_BROKEN, "seals", number, str(fault)))
    return readable, findings
