"""The held values: whether each fits the commitment in its entry, and is gone just where it was erased."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db import models

from gongzhi.audit import rules
from gongzhi.audit.models import Entry, HeldValue
from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage
from gongzhi.audit.verify.fold import Folded
from gongzhi.audit.verify.positions import Lost
from gongzhi.audit.verify.stored import fetched, name_of, number_of
from gongzhi.base import crypto
from gongzhi.base.queries import as_stored
from gongzhi.kernel.canonical import canonical_bytes

_HELD = "SELECT {columns} FROM audit_heldvalue WHERE stream IN ({streams})"


class KeptValue(NamedTuple):
    """What is kept of a committed value: salt and value, or the salt alone where a row holds the value.

    `opened` is None after an erasure, and empty when it does not open.
    """

    opened: bytes | None
    in_row: bool = False

    @property
    def salt(self) -> bytes:
        """The salt, empty when there is none any more."""
        return (self.opened or b"")[: rules.SALT_BYTES]


Kept = Mapping[tuple[str, int, str], KeptValue]
NOTHING_KEPT = KeptValue(None)


class HeldValues:
    """The table of held values, compared group by group. `committed` and `erased` count and list what was met."""

    def __init__(self) -> None:
        """Begin."""
        self.committed = 0
        self.erased: list[str] = []
        self._met = 0

    def of(self, group: Sequence[Folded]) -> Kept:
        """Return what is kept for a group of streams."""
        streams = [one.stream for one in group]
        columns = ("stream", "seq", "name", "sealed", "in_row")
        query = _HELD.format(columns=", ".join(map(as_stored, columns)), streams=", ".join(["%s"] * len(streams)))
        kept = {
            (stream, seq, name): KeptValue(None if sealed is None else _opened(stream, seq, name, sealed), in_row)
            for stream, seq, name, sealed, in_row in fetched(query, streams)
        }
        self._met += len(kept)
        return kept

    def compare(self, group: Sequence[Folded], kept: Kept) -> Iterator[Finding]:
        """Find the values of a group that do not fit, are missing, or that no entry commits to."""
        for folded in group:
            yield from self._compare_stream(folded, kept)
        yield from _strangers(group, kept)

    def _compare_stream(self, folded: Folded, kept: Kept) -> Iterator[Finding]:
        stream = folded.stream
        self.committed += len(folded.commitments)
        for (seq, name), commitment in folded.commitments.items():
            value = kept.get((stream, seq, name), NOTHING_KEPT)
            if (seq, name) in folded.erased:
                self.erased.append(f"{stream}#{seq}/{name}")
                if value.opened is not None:
                    yield Finding(Damage.HELD_ALTERED, stream, seq, f"{name}: erased, yet there")
            elif value.opened is None:
                if not any(number > seq for number in folded.unsure):  # a lost entry may have erased it
                    yield Finding(Damage.HELD_MISSING, stream, seq, name)
            elif value.in_row != (folded.in_row.get(name) == seq) and not folded.unsure:
                yield Finding(Damage.HELD_ALTERED, stream, seq, f"{name}: it lies in another place than recorded")
            elif value.in_row:
                if len(value.opened) != rules.SALT_BYTES:
                    yield Finding(Damage.HELD_ALTERED, stream, seq, name)
            elif not _keeps(commitment, value.salt, value.opened[rules.SALT_BYTES :]):
                yield Finding(Damage.HELD_ALTERED, stream, seq, name)

    def stranded(self, *, lost: Lost) -> Iterator[Finding]:
        """Find, after all groups, values whose whole stream does not exist; those of `lost` streams are known."""
        if HeldValue.objects.count() == self._met:
            return
        stranded = HeldValue.objects.exclude(models.Exists(Entry.objects.filter(stream=models.OuterRef("stream"))))
        for stream, seq, name in stranded.values_list("stream", "seq", "name").iterator():
            if stream not in lost:
                detail = f"{name_of(name)}: no entry commits to it"
                yield Finding(Damage.HELD_ALTERED, name_of(stream), number_of(seq), detail)


def _strangers(group: Sequence[Folded], kept: Kept) -> Iterator[Finding]:
    """Find held values to which no entry commits, unless the entry itself is gone."""
    folded = {one.stream: one for one in group}
    for stream, seq, name in kept:
        one = folded[stream]
        if (seq, name) not in one.commitments and seq not in one.unsure:
            detail = f"{name_of(name)}: no entry commits to it"
            yield Finding(Damage.HELD_ALTERED, stream, number_of(seq), detail)


def _opened(stream: str, seq: int, name: str, sealed: object) -> bytes:
    if not isinstance(sealed, bytes | memoryview):
        return b""
    try:
        return crypto.decrypt(bytes(sealed), bound_to=f"{stream}#{seq}/{name}")
    except (crypto.ValueUnreadable, ValueError):  # ValueError: too short to hold even the nonce
        return b""


def holds(commitment: str, salt: bytes, value: object) -> bool:
    """Whether a column holds the value that was committed to."""
    try:
        return _keeps(commitment, salt, canonical_bytes(value))
    except (TypeError, ValueError):  # no value that the record could have spelled
        return False


def _keeps(commitment: str, salt: bytes, value: bytes) -> bool:
    return hmac.digest(salt, value, "sha256").hex() == commitment
