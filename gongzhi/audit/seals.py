"""Making positions and seals, and appending each seal to the anchor in the home folder.

One sealer at a time gives entries their commit-ordered position. A seal signs a Merkle root over the positions since
the seal before it. A copy of the anchor belongs on a machine the server cannot rewrite.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction

from gongzhi.audit import rules
from gongzhi.audit.anchors import Anchor, read_home_anchor, seal_in, seal_line
from gongzhi.audit.models import Delivery, OutboxItem, Position, Seal
from gongzhi.audit.queries import last_position
from gongzhi.audit.registry import subscribers
from gongzhi.audit.rules import SignedSeal
from gongzhi.audit.states import DeliveryState, Origin
from gongzhi.base.queries import first_row
from gongzhi.kernel.clock import utc_text

FIELDS = (*rules.SealText.__slots__, *SignedSeal.__slots__)
_SEALER_LOCK = 0x676F6E67  # any fixed number: the advisory lock that makes the sealer one

_READ_AT_ONCE = 500
_BODIES = """
SELECT o.id, e.body FROM audit_outboxitem o JOIN audit_entry e ON e.stream = o.stream AND e.seq = o.seq
WHERE o.id IN ({places})
"""


def place_entries(*, at: datetime, limit: int = 2000) -> int:
    """Give waiting entries their positions and put each before its subscribers; return how many were placed.

    Only one transaction at a time does this: an advisory lock on PostgreSQL, the writer's lock on SQLite. Entries of
    one stream wait in the order of their numbers, since a stream is written under its own lock.
    """
    if not OutboxItem.objects.exists():
        return 0
    with transaction.atomic():
        if not _is_the_sealer():
            return 0
        waiting = list(OutboxItem.objects.order_by("id")[:limit])
        places = list(enumerate(waiting, start=last_position() + 1))
        origins = _origins(waiting)
        Position.objects.bulk_create(
            Position(position=position, stream=item.stream, seq=item.seq, hash=item.hash) for position, item in places
        )
        Delivery.objects.bulk_create(
            Delivery(
                subscriber=subscriber.key,
                stream=item.stream,
                seq=item.seq,
                position=position,
                state=DeliveryState.WAITING.value,
                next_at=at,
            )
            for position, item in places
            for subscriber in subscribers().values()
            if subscriber.hears(item.type, origin=origins[item.pk])
        )
        OutboxItem.objects.filter(id__in=[item.pk for item in waiting]).delete()
        return len(waiting)


def _origins(waiting: Sequence[OutboxItem]) -> dict[int, Origin]:
    """Return how each waiting entry came into the record.

    Only those are read of which a subscriber hears some origins and not others: a replay of a large city writes no
    deliveries that would be dropped one by one.
    """
    choosy = {one for each in subscribers().values() if len(each.origins) < len(Origin) for one in each.wants}
    asked = [item.pk for item in waiting if item.type in choosy]
    told = {item.pk: Origin.LIVE for item in waiting}
    with connection.cursor() as cursor:
        for start in range(0, len(asked), _READ_AT_ONCE):
            some = asked[start : start + _READ_AT_ONCE]
            cursor.execute(_BODIES.format(places=", ".join(["%s"] * len(some))), some)
            told |= {pk: _origin_of(bytes(body)) for pk, body in cursor.fetchall()}
    return told


def _origin_of(body: bytes) -> Origin:
    """Return the origin of an entry. One that was damaged is handed over: it fails there, where a person sees it."""
    try:
        return Origin(orjson.loads(body)["origin"])
    except (ValueError, KeyError, TypeError):
        return Origin.LIVE


def seal(*, at: datetime, anchor: Path | None = None) -> SignedSeal | None:
    """Seal all positions since the last seal; None when there is nothing new or another process is sealing.

    Args:
        at: the instant of sealing.
        anchor: the file that gets every seal it does not hold yet; by default `anchors/seals.jsonl` in the home folder.
    """
    made = _seal_new_positions(at=at)
    _append_to_anchor(anchor or _home_anchor_path())
    return made


def seals_after(number: int) -> list[SignedSeal]:
    """Return the seals after a number, in order."""
    rows = Seal.objects.filter(number__gt=number).order_by("number").values(*FIELDS)
    return [SignedSeal.read(row) for row in rows]


def home_anchor() -> Anchor:
    """Read the home folder's own anchor; without a seal when there is none yet, or no more."""
    return read_home_anchor(_home_anchor_path())


def _home_anchor_path() -> Path:
    path: Path = settings.GONGZHI_HOME / "anchors" / "seals.jsonl"
    return path


def last_whole_position() -> int:
    """Return the highest position that is a number at all, 0 when there is none."""
    found = first_row("SELECT coalesce(max(position), 0) FROM audit_position WHERE position <= 9223372036854775807")
    return 0 if found is None else int(found[0])


def own_public_key() -> str:
    """Return the public key of this installation, hexadecimal: every seal of its record is signed with it."""
    return _public_key_of(_signing_key())


def sign(text: bytes) -> tuple[str, str]:
    """Sign with the installation's key; return public key and signature, both hexadecimal."""
    key = _signing_key()
    return _public_key_of(key), key.sign(text).hex()


def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.GONGZHI_SECRETS.seal_key))


def _public_key_of(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()


def hashes_between(first: int, last: int) -> Iterator[str]:
    """Yield the hashes that stand at the positions from `first` to `last`, both included."""
    span = Position.objects.filter(position__gte=first, position__lte=last).order_by("position")
    return span.values_list("hash", flat=True).iterator(chunk_size=4000)


def _seal_new_positions(*, at: datetime) -> SignedSeal | None:
    """Make and store the next seal. Hashing comes before the transaction, which makes sure that nobody was first."""
    before = _last_seal()
    first, last = (1 if before is None else before.last + 1), last_position()
    if last < first:
        return None
    text = rules.SealText(
        number=1 if before is None else before.number + 1,
        first=first,
        last=last,
        count=last,
        root=_root_of(first, last),
        previous_root="" if before is None else before.root,
        at=utc_text(at),
    )
    public_key, signature = sign(text.signed_bytes())
    made = SignedSeal(**asdict(text), public_key=public_key, signature=signature)
    with transaction.atomic():
        if not _is_the_sealer() or _last_seal() != before:
            return None
        Seal.objects.create(**asdict(made))
    return made


def _last_seal() -> SignedSeal | None:
    last = Seal.objects.order_by("-number").values_list("number", flat=True).first()
    return None if last is None else seals_after(last - 1)[0]


def _root_of(first: int, last: int) -> str:
    return rules.merkle_root(hashes_between(first, last))


def _append_to_anchor(path: Path) -> None:
    """Append every seal that the anchor does not hold yet: also those of a process that died after sealing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as anchor:
        fcntl.flock(anchor, fcntl.LOCK_EX)
        anchor.seek(0)
        kept = anchor.read()
        whole = kept.rfind(b"\n") + 1
        anchor.truncate(whole)  # a line cut short by a full disk was never a seal
        lines = kept[:whole].splitlines()
        missing = seals_after(_last_number(lines))
        anchor.write(b"".join(seal_line(one) for one in missing))
        anchor.flush()
        os.fsync(anchor.fileno())


def _last_number(lines: Sequence[bytes]) -> int:
    """Return the number of the last seal among an anchor's lines; verification names a line that is none."""
    for line in reversed(lines):
        one = seal_in(line)
        if one is not None:
            return one.number
    return 0


def _is_the_sealer() -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])
