"""Damage to one chain, named at its place, on chains without a database."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.audit import rules
from gongzhi.audit.rules import Link, MerkleTree, SignedSeal, examine, merkle_root
from gongzhi.kernel.canonical import canonical_bytes

STREAM = "case:1"


def link(seq: int, prev: str, *, told: str = "", stream: str = STREAM) -> Link:
    """An intact entry: its hash covers what it says."""
    hashed = hashlib.sha256(canonical_bytes([stream, seq, prev, told])).hexdigest()
    return Link(seq=seq, hash=hashed, sound=True, said_seq=seq, said_stream=stream, prev=prev)


def chain(length: int) -> list[Link]:
    links: list[Link] = []
    for seq in range(1, length + 1):
        links.append(link(seq, links[-1].hash if links else rules.FIRST))
    return links


def witness(links: list[Link]) -> dict[int, str]:
    return {one.seq: one.hash for one in links}


def placed(links: list[Link]) -> list[Link]:
    """The same links, lying at 1, 2, 3 … in the order given."""
    return [replace(one, seq=seq) for seq, one in enumerate(links, start=1)]


def named(links: list[Link], witnessed: dict[int, str] | None = None) -> list[tuple[str, int]]:
    by_place = sorted(links, key=lambda one: one.seq)
    return [(one.damage.value, one.seq) for one in examine(STREAM, by_place, witnessed=witnessed).broken]


FIVE = chain(5)
CHANGED = {
    "nothing": (FIVE, []),
    "a byte of 3": ([*FIVE[:2], replace(FIVE[2], sound=False), *FIVE[3:]], [("altered", 3)]),
    "a byte of the first": ([replace(FIVE[0], sound=False), *FIVE[1:]], [("altered", 1)]),
    "the stored hash of 3": ([*FIVE[:2], replace(FIVE[2], sound=False, hash="0" * 64), *FIVE[3:]], [("altered", 3)]),
    "3, with its own hash": ([*FIVE[:2], link(3, FIVE[1].hash, told="other"), *FIVE[3:]], [("altered", 3)]),
    "the predecessor that 3 names": ([*FIVE[:2], link(3, "0" * 64), *FIVE[3:]], [("altered", 3)]),
    "the predecessor that the first names": ([link(1, "0" * 64), *FIVE[1:]], [("altered", 1)]),
    "3 removed": ([*FIVE[:2], *FIVE[3:]], [("removed", 3)]),
    "3 removed, later ones renumbered": (placed([*FIVE[:2], *FIVE[3:]]), [("removed", 3)]),
    "the first removed": (FIVE[1:], [("removed", 1)]),
    "the first removed, later ones renumbered": (placed(FIVE[1:]), [("removed", 1)]),
    "2, 3 and 4 removed": ([FIVE[0], FIVE[4]], [("removed", 2), ("removed", 3), ("removed", 4)]),
    "a stranger inserted at 3": (
        placed([*FIVE[:2], link(3, FIVE[1].hash, told="stranger"), *FIVE[2:]]),
        [("inserted", 3)],
    ),
    "a copy of 2 inserted at 5": (placed([*FIVE[:4], FIVE[1], FIVE[4]]), [("inserted", 5)]),
    "a copy of 2 added at the end": ([*FIVE, replace(FIVE[1], seq=6)], [("inserted", 6)]),
    "an entry of another stream at the end": ([*FIVE, link(6, FIVE[4].hash, stream="case:2")], [("inserted", 6)]),
    "2 and 4 exchanged": (
        [FIVE[0], replace(FIVE[3], seq=2), FIVE[2], replace(FIVE[1], seq=4), FIVE[4]],
        [("reordered", 2), ("reordered", 4)],
    ),
    "2 moved behind the end": ([FIVE[0], *FIVE[2:], replace(FIVE[1], seq=9)], [("reordered", 9)]),
    "2 removed and 4 altered": (
        [FIVE[0], FIVE[2], replace(FIVE[3], sound=False), FIVE[4]],
        [("removed", 2), ("altered", 4)],
    ),
}


@pytest.mark.parametrize("witnessed", [None, witness(FIVE)], ids=["alone", "with witnesses"])
@pytest.mark.parametrize(("links", "damage"), CHANGED.values(), ids=CHANGED.keys())
def test_each_kind_of_damage_is_named_at_its_place(links, damage, witnessed):
    assert named(links, witnessed) == damage


@pytest.mark.parametrize(
    ("links", "damage"),
    [
        (FIVE[:4], [("removed", 5)]),
        ([], [("removed", seq) for seq in range(1, 6)]),
        ([*FIVE, link(6, FIVE[4].hash)], [("inserted", 6)]),
        ([*FIVE[:4], link(5, FIVE[3].hash, told="other")], [("altered", 5)]),
    ],
    ids=["the last removed", "all removed", "one added at the end", "the last rewritten with its hash"],
)
def test_damage_at_the_end_shows_only_to_a_witness(links, damage):
    assert named(links) == []
    assert named(links, witness(FIVE)) == damage


@given(st.integers(0, 30))
def test_an_intact_chain_gives_nothing(length):
    links = chain(length)
    assert named(links) == []
    assert named(links, witness(links)) == []


def altered_bytes(links: list[Link], at: int, _: int) -> tuple[list[Link], list[tuple[str, int]]]:
    return [*links[: at - 1], replace(links[at - 1], sound=False), *links[at:]], [("altered", at)]


def rewritten(links: list[Link], at: int, _: int) -> tuple[list[Link], list[tuple[str, int]]]:
    return [*links[: at - 1], link(at, links[at - 1].prev, told="other"), *links[at:]], [("altered", at)]


def removed(links: list[Link], at: int, _: int) -> tuple[list[Link], list[tuple[str, int]]]:
    return [*links[: at - 1], *links[at:]], [("removed", at)]


def removed_and_renumbered(links: list[Link], at: int, _: int) -> tuple[list[Link], list[tuple[str, int]]]:
    return placed(removed(links, at, 0)[0]), [("removed", at)]


def inserted(links: list[Link], at: int, _: int) -> tuple[list[Link], list[tuple[str, int]]]:
    stranger = link(at, links[at - 1].prev, told="stranger")
    return placed([*links[: at - 1], stranger, *links[at - 1 :]]), [("inserted", at)]


def exchanged(links: list[Link], at: int, other: int) -> tuple[list[Link], list[tuple[str, int]]]:
    changed = list(links)
    changed[at - 1], changed[other - 1] = changed[other - 1], changed[at - 1]
    return placed(changed), [] if at == other else [("reordered", min(at, other)), ("reordered", max(at, other))]


MUTATIONS = [altered_bytes, rewritten, removed, removed_and_renumbered, inserted, exchanged]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.__name__)
@given(data=st.data())
def test_any_single_change_is_named_at_its_place_by_the_chain_and_its_witnesses(mutation, data):
    links = chain(data.draw(st.integers(1, 12)))
    at, other = data.draw(st.integers(1, len(links))), data.draw(st.integers(1, len(links)))
    changed, damage = mutation(links, at, other)
    assert named(changed, witness(links)) == damage


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.__name__)
@given(data=st.data())
def test_any_single_change_before_the_end_is_named_at_its_place_by_the_chain_alone(mutation, data):
    links = chain(data.draw(st.integers(2, 12)))
    at, other = data.draw(st.integers(1, len(links) - 1)), data.draw(st.integers(1, len(links)))
    changed, damage = mutation(links, at, other)
    assert named(changed) == damage


@given(st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=4), st.data())
def test_however_much_is_damaged_something_is_found_and_nothing_breaks(mutations, data):
    links = chain(10)
    changed = links
    for mutation in mutations:
        at = data.draw(st.integers(1, max(1, len(changed))))
        if len(changed) >= 2 and at <= len(changed):
            changed, _ = mutation(placed(changed), at, at % len(changed) + 1)
    same = [(one.seq, one.hash, one.sound) for one in changed] == [(one.seq, one.hash, one.sound) for one in links]
    assert bool(named(changed, witness(links))) is not same


# --- commitments, roots and seals ------------------------------------------------------------------------------------


def test_a_commitment_cannot_be_compared_with_that_of_another_salt():
    one, other = rules.commitment("13800000000", salt=b"a" * 16), rules.commitment("13800000000", salt=b"b" * 16)
    assert one != other
    assert one == rules.commitment("13800000000", salt=b"a" * 16)


def reference_root(hashes: list[str]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if len(hashes) == 1:
        return hashlib.sha256(b"\0" + bytes.fromhex(hashes[0])).digest()
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(b"\1" + reference_root(hashes[:half]) + reference_root(hashes[half:])).digest()


@given(st.integers(1, 70), st.sampled_from([1, 2, 4, 16]))
def test_a_root_is_that_of_the_standard_however_few_hashes_are_held_at_once(count, held_at_once):
    hashes = [hashlib.sha256(bytes([number])).hexdigest() for number in range(count)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "_LEAVES_AT_ONCE", held_at_once)
        assert merkle_root(hashes) == reference_root(hashes).hex()
        tree = MerkleTree()
        for one in hashes:
            tree.add(one)
        assert tree.root() == reference_root(hashes).hex()


def test_an_unknown_hash_gives_no_digest_and_sm3_gives_that_of_its_standard():
    assert rules.digest(b"abc", alg="md5") == ""
    # GB/T 32905-2016, appendix A.1
    assert rules.digest(b"abc", alg="sm3") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@pytest.mark.parametrize("said", [{}, {"number": 1}, {"number": "1"}, dict.fromkeys(("number", "first", "x"), "1")])
def test_what_lacks_the_fields_of_a_seal_is_none(said):
    with pytest.raises(ValueError, match="seal"):
        rules.SignedSeal.read(said)


# --- seals -----------------------------------------------------------------------------------------------------------


def seal_over(first: int, last: int, *, count: int, number: int = 2) -> SignedSeal:
    said = {"number": number, "first": first, "last": last, "count": count, "previous_root": "b" if number > 1 else ""}
    return SignedSeal.read(said | {"root": "b", "at": "", "public_key": "", "signature": ""})


@pytest.mark.parametrize(
    ("first", "last", "count", "follows"),
    [
        (11, 20, 20, True),
        (11, 11, 11, True),
        (11, 10, 10, False),
        (11, 5, 5, False),
        (11, 20, 10, False),
        (12, 20, 20, False),
    ],
)
def test_a_seal_follows_when_it_takes_up_where_the_one_before_ended_and_covers_something(first, last, count, follows):
    before = seal_over(1, 10, count=10, number=1)
    assert before.follows(None)
    assert seal_over(first, last, count=count).follows(before) is follows
