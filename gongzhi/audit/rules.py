"""How an entry is spelled and hashed, how damage to a chain is named, how a seal is computed. Pure functions.

An entry's body is canonical JSON. Its hash covers the body, and the body holds the hash of the entry before it in the
same stream, so a changed byte, a removed or a moved entry breaks the chain at a place that can be named.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gongzhi.audit.states import Damage
from gongzhi.kernel.canonical import canonical_bytes

ENTRY_FORMAT = 1
SALT_BYTES = 16
FIRST = ""  # what the first entry of a stream names as its predecessor
HASH_NAMES = frozenset({"sha256", "sm3"})
NO_HASH = "0" * 64  # stands in the tree for what is no hash any more, and gives another root
_LEAVES_AT_ONCE = 1 << 14
_NAMED_ONE_BY_ONE = 10_000
_COUNTS = frozenset({"number", "first", "last", "count"})
_LARGEST = 2**63 - 1


def digest(body: bytes, *, alg: str) -> str:
    """Return the hexadecimal hash of an entry's body, or an empty text when the record knows no such hash.

    Example:
        >>> digest(b"", alg="sha256")[:12]
        'e3b0c44298fc'
        >>> digest(b"", alg="crc32")
        ''
    """
    if alg not in HASH_NAMES or alg not in hashlib.algorithms_available:
        return ""
    return hashlib.new(alg, body).hexdigest()


def commitment(value: object, *, salt: bytes) -> str:
    """Return what enters an entry in place of a personal value: an HMAC under a random salt of its own.

    Without the salt a phone number cannot be found by trying them all; with value and salt anybody can check it.
    """
    return hmac.digest(salt, canonical_bytes(value), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Link:
    """One stored entry as its chain sees it: the place it lies in, and what its own bytes say.

    `sound` tells whether the bytes give the stored hash and agree with the columns beside them.
    """

    seq: int
    hash: str
    sound: bool
    said_seq: int
    said_stream: str
    prev: str


@dataclass(frozen=True, slots=True)
class Broken:
    """One place in a chain where the record was damaged. `seq` is where the entry lies, or where it is missing."""

    damage: Damage
    seq: int


@dataclass(frozen=True, slots=True)
class Chain:
    """A stream's entries put back into the order of their own words, and every damage found on the way.

    `links` holds at most one link for each number that the entries say. `unsure` are the numbers of which nobody can
    tell any more what was written there.
    """

    links: Mapping[int, Link]
    broken: Sequence[Broken]
    unsure: frozenset[int]


def examine(stream: str, links: Sequence[Link], *, witnessed: Mapping[int, str] | None = None) -> Chain:
    """Name every damaged place of one stream's chain.

    Args:
        stream: the stream's name.
        links: its entries as stored, ascending by `seq`.
        witnessed: the hash of each entry as positions and outbox noted it; None when nobody did.

    Altered: the bytes do not give the hash beside them, or the hash that the next entry or a witness names.
    Inserted: an intact entry that its neighbours or the witnesses do not know. Removed: a number that is missing.
    Reordered: an intact entry that lies elsewhere than it says, among others that lie where they say.
    """
    kept, inserted = _one_for_each_number(stream, links, witnessed)
    altered = {link.seq for link in links if not link.sound}
    for link in links:
        if not link.sound:
            kept.setdefault(link.seq, link)
    rewritten = _rewritten(kept, witnessed)
    numbers = {*kept, *(witnessed or ())}
    removed = _missing(numbers) | (numbers - kept.keys())
    broken = [
        *(Broken(Damage.ALTERED, seq) for seq in altered | {kept[number].seq for number in rewritten}),
        *(Broken(Damage.INSERTED, seq) for seq in inserted),
        *(Broken(Damage.REMOVED, seq) for seq in removed),
        *(Broken(Damage.REORDERED, seq) for seq in _out_of_place(kept.values())),
    ]
    unsure = removed | rewritten | {number for number, link in kept.items() if not link.sound}
    return Chain(
        links=dict(sorted(kept.items())),
        broken=sorted(broken, key=lambda one: (one.seq, one.damage)),
        unsure=frozenset(unsure),
    )


def _missing(numbers: Iterable[int]) -> set[int]:
    """Return the numbers that are missing below the largest; of a gap too wide to be believed only its two ends."""
    missing: set[int] = set()
    before = 0
    for number in sorted(one for one in numbers if one > 0):
        missing.update(named_of(range(before + 1, number)))
        before = number
    return missing


def named_of(gap: range) -> Iterable[int]:
    """Return the numbers of a gap that are named one by one: of one too wide to be believed only its two ends.

    Somebody may have written any number into a table, and nobody lives to read a million million findings.
    """
    return gap if len(gap) <= _NAMED_ONE_BY_ONE else (gap[0], gap[-1])


def _one_for_each_number(
    stream: str, links: Sequence[Link], witnessed: Mapping[int, str] | None
) -> tuple[dict[int, Link], set[int]]:
    """Choose, among the intact entries, the one that belongs to each number; return the places of the others too."""
    named = {link.prev for link in links}
    claims: dict[int, list[Link]] = {}
    inserted = set()
    for link in links:
        if link.sound and link.said_stream == stream and link.said_seq > 0:
            claims.setdefault(link.said_seq, []).append(link)
        elif link.sound:
            inserted.add(link.seq)
    last_witnessed = max(witnessed or (), default=0)
    kept = {}
    for number, claimants in claims.items():
        known = (witnessed or {}).get(number)
        best, *others = sorted(
            claimants,
            key=lambda link: (link.hash != known, link.hash not in named, abs(link.seq - link.said_seq), -link.seq),
        )
        inserted.update(link.seq for link in others)
        if witnessed is not None and number > last_witnessed:
            inserted.add(best.seq)
        else:
            kept[number] = best
    return kept, inserted


def _rewritten(kept: Mapping[int, Link], witnessed: Mapping[int, str] | None) -> set[int]:
    """Return the numbers whose entry was written anew together with its own hash."""
    sound = {number: link for number, link in kept.items() if link.sound}
    found = {number for number in sound if witnessed is not None and _disowned(number, sound, witnessed)}
    for number, link in sorted(sound.items()):
        if number == 1 and link.prev != FIRST and number not in found:
            found.add(number)
        follower = sound.get(number + 1)
        if follower is None or follower.prev == link.hash or found & {number, number + 1}:
            continue
        after = sound.get(number + 2)
        found.add(number + 1 if after is not None and after.prev != follower.hash else number)
    return found


def _disowned(number: int, sound: Mapping[int, Link], witnessed: Mapping[int, str]) -> bool:
    """Whether the witness noted another hash, and no next entry that it noted speaks for this one."""
    link, follower = sound[number], sound.get(number + 1)
    if witnessed.get(number) in (None, link.hash):
        return False
    return follower is None or follower.prev != link.hash or witnessed.get(number + 1) != follower.hash


def _out_of_place(kept: Iterable[Link]) -> set[int]:
    """Return the places of intact entries that lie elsewhere than their own words and their neighbours put them."""
    as_stored = sorted((link for link in kept if link.sound), key=lambda link: link.seq)
    as_said = sorted(as_stored, key=lambda link: link.said_seq)
    return {
        here.seq
        for here, there in zip(as_stored, as_said, strict=True)
        if here is not there and here.said_seq != here.seq
    }


class MerkleTree:
    """A Merkle tree over entry hashes in the order of their positions, of which only a few thousand are held at once.

    Leaves and nodes are hashed under different prefixes; an odd node goes up unpaired.

    Source: RFC 6962, section 2.1.
    """

    def __init__(self) -> None:
        """Start with no leaf."""
        self._leaves: list[bytes] = []
        self._peaks: list[tuple[int, bytes]] = []  # (height, node) of whole subtrees, the highest first

    def add(self, hashed: str) -> None:
        """Add the next hash, hexadecimal."""
        self._leaves += _leaves([hashed])
        if len(self._leaves) == _LEAVES_AT_ONCE:
            self._keep_top_only()

    def extend(self, hashes: Iterable[str]) -> None:
        """Add many hashes."""
        remaining = iter(hashes)
        while some := _leaves(islice(remaining, _LEAVES_AT_ONCE - len(self._leaves))):
            self._leaves += some
            if len(self._leaves) == _LEAVES_AT_ONCE:
                self._keep_top_only()

    def _keep_top_only(self) -> None:
        height, node = _LEAVES_AT_ONCE.bit_length(), _top(self._leaves)
        while self._peaks and self._peaks[-1][0] == height:
            node = _parent(self._peaks.pop()[1], node)
            height += 1
        self._peaks.append((height, node))
        self._leaves = []

    def root(self) -> str:
        """Return the root over all hashes so far, hexadecimal."""
        nodes = [node for _, node in self._peaks]
        if self._leaves:
            nodes.append(_top(self._leaves))
        if not nodes:
            return hashlib.sha256(b"").hexdigest()
        root = nodes.pop()
        while nodes:
            root = _parent(nodes.pop(), root)
        return root.hex()


def merkle_root(hashes: Iterable[str]) -> str:
    """Return the Merkle root (hex) over entry hashes in the order of their positions.

    Example:
        >>> merkle_root([]) == hashlib.sha256(b"").hexdigest()
        True
    """
    tree = MerkleTree()
    tree.extend(hashes)
    return tree.root()


def _leaves(hashes: Iterable[str]) -> list[bytes]:
    sha256, from_hex, some = hashlib.sha256, bytes.fromhex, list(hashes)
    try:
        return [sha256(b"\0" + from_hex(one)).digest() for one in some]
    except (ValueError, TypeError):  # one of them is no hash any more
        return [sha256(b"\0" + from_hex(one if is_hexadecimal(one) else NO_HASH)).digest() for one in some]


def is_hexadecimal(value: object) -> bool:
    """Whether a value is a text of hexadecimal digits."""
    try:
        return isinstance(value, str) and bool(bytes.fromhex(value))
    except ValueError:
        return False


def _parent(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _top(level: list[bytes]) -> bytes:
    sha256 = hashlib.sha256
    while len(level) > 1:
        paired = [sha256(b"\1" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]


@dataclass(frozen=True, slots=True)
class SealText:
    """What a seal says: from which position to which, how many entries in all, their root, and the root before it."""

    number: int
    first: int
    last: int
    count: int
    root: str
    previous_root: str
    at: str

    def signed_bytes(self) -> bytes:
        """Return the bytes that are signed."""
        return canonical_bytes(asdict(self))


@dataclass(frozen=True, slots=True)
class SignedSeal(SealText):
    """A seal with the key that signed it (Ed25519) and the signature, both hexadecimal."""

    public_key: str
    signature: str

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> SignedSeal:
        """Read a seal as an anchor or an export spells it.

        Raises: ValueError when it is none.
        """
        if said.keys() != set(cls.__slots__) | set(SealText.__slots__):
            raise ValueError("not the fields of a seal")
        if not all(type(said[name]) is int and abs(said[name]) <= _LARGEST for name in _COUNTS):
            raise ValueError("a seal counts in whole numbers")
        if not all(isinstance(said[name], str) for name in said.keys() - _COUNTS):
            raise ValueError("roots, instant, key and signature of a seal are texts")
        return cls(**said)

    def signed_bytes(self) -> bytes:
        """Return the bytes that are signed: everything but key and signature."""
        told = asdict(self)
        return canonical_bytes({name: told[name] for name in SealText.__slots__})

    def is_signed(self) -> bool:
        """Whether the signature fits the seal's own text and key."""
        return is_signed(self.signed_bytes(), public_key=self.public_key, signature=self.signature)

    def follows(self, before: SignedSeal | None) -> bool:
        """Whether the seal takes up where the one before it ended, and covers something."""
        if not self.first <= self.last == self.count:
            return False
        if before is None:
            return (self.number, self.first, self.previous_root) == (1, 1, "")
        return (self.number, self.first, self.previous_root) == (before.number + 1, before.last + 1, before.root)


def is_signed(text: bytes, *, public_key: str, signature: str) -> bool:
    """Whether an Ed25519 signature fits a text and a key, both hexadecimal."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


def chain_of_seals(seals: Iterable[SignedSeal], *, public_key: str = "") -> Iterator[tuple[SignedSeal, str]]:
    """Yield each seal with what is wrong with it by itself, empty when nothing is.

    Args:
        seals: the seals, in order.
        public_key: the key with which all are to be signed; any key by default.
    """
    before: SignedSeal | None = None
    for one in seals:
        if not one.is_signed():
            yield one, "its signature does not fit"
        elif public_key and one.public_key != public_key:
            yield one, "it is signed with another key"
        elif not one.follows(before):
            yield one, "it does not follow the seal before it"
        else:
            yield one, ""
        before = one
