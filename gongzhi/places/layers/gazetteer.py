"""Finding a place by its name: the city's own list of names, by how they begin and by pairs of characters."""

from __future__ import annotations

import bisect
import itertools
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from gongzhi.kernel.geo import Point

MOST_HITS: Final = 20
_LONGEST_QUERY: Final = 64
_FEWEST_PAIRS_SHARED: Final = 0.5


class Match(IntEnum):
    """How a name answers a query, the best first."""

    WHOLE = 0
    BEGINS = 1
    CONTAINS = 2
    SIMILAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A name on the map.

    Attributes:
        kind: what it names: a division, a street, a building, a point of interest; in the words of the list.
        key: what the caller knows it by, such as a code.
        point: where it lies, where the list says so.
        within: path of the division it lies in; empty where the list does not say.
    """

    name: str
    kind: str
    key: str
    point: Point | None = None
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An entry that answers a query.

    Attributes:
        share: of the query's pairs of characters that the name has, from 0 to 1.
    """

    entry: Entry
    match: Match
    share: float


class Gazetteer:
    """The names of a city, prepared for searching while somebody types."""

    def __init__(self, entries: Iterable[Entry], *, kinds: Sequence[str] = ()) -> None:
        """Prepare the names.

        Args:
            entries: names may repeat; each entry is a hit of its own.
            kinds: which kinds come first among equals; the others follow.
        """
        self._entries = tuple(entries)
        self._spelt = [spelling(entry.name) for entry in self._entries]
        self._rank: Mapping[str, int] = {kind: place for place, kind in enumerate(kinds)}
        self._begins = sorted((spelt, place) for place, spelt in enumerate(self._spelt))
        self._with_pair: dict[str, list[int]] = {}
        for place, spelt in enumerate(self._spelt):
            for pair in set(_pairs(spelt)):
                self._with_pair.setdefault(pair, []).append(place)

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self._entries)

    def search(self, query: str, *, within: str = "", most: int = MOST_HITS) -> tuple[Hit, ...]:
        """Return the entries that answer a query: names that are it, begin with it, hold it, or are like it.

        Among equals the kinds come in their order, then short names, then the order of the characters.

        Args:
            query: what was typed; width, case, blanks and punctuation do not matter. One character finds names that
                begin with it.
            within: path of a division; entries elsewhere, or of which it is not known, are left out.
            most: how many.
        """
        asked = spelling(query)[:_LONGEST_QUERY]
        if not asked or most < 1:
            return ()
        pairs = set(_pairs(asked))
        shared = Counter(place for pair in pairs for place in self._with_pair.get(pair, ()))
        shared.update(dict.fromkeys(self._beginning_with(asked), 0))
        found = [self._hit(place, asked, share=count / len(pairs) if pairs else 1.0) for place, count in shared.items()]
        kept = [hit for hit in found if hit is not None and _lies_within(hit.entry, within)]
        return tuple(sorted(kept, key=self._order)[:most])

    def _beginning_with(self, asked: str) -> list[int]:
        first = bisect.bisect_left(self._begins, (asked, -1))
        after = itertools.takewhile(lambda one: one[0].startswith(asked), itertools.islice(self._begins, first, None))
        return [place for _, place in after]

    def _hit(self, place: int, asked: str, *, share: float) -> Hit | None:
        spelt = self._spelt[place]
        if spelt == asked:
            match = Match.WHOLE
        elif spelt.startswith(asked):
            match = Match.BEGINS
        elif asked in spelt:
            match = Match.CONTAINS
        elif share >= _FEWEST_PAIRS_SHARED:
            match = Match.SIMILAR
        else:
            return None
        return Hit(entry=self._entries[place], match=match, share=1.0 if match < Match.SIMILAR else share)

    def _order(self, hit: Hit) -> tuple[int, float, int, int, str, str]:
        entry = hit.entry
        return (
            hit.match,
            -hit.share,
            self._rank.get(entry.kind, len(self._rank)),
            len(entry.name),
            entry.name,
            entry.key,
        )


def spelling(text: str) -> str:
    """Return a name as it is compared: one width, small letters, without blanks and punctuation.

    Example:
        >>> spelling("ＳＭ 城市广场（二期）")
        'sm城市广场二期'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(character for character in folded if unicodedata.category(character)[0] in "LNM")
    return unicodedata.normalize("NFKC", kept).casefold()


def _pairs(spelt: str) -> list[str]:
    return [spelt[place : place + 2] for place in range(len(spelt) - 1)]


def _lies_within(entry: Entry, path: str) -> bool:
    return not path or entry.within == path or entry.within.startswith(f"{path}/")
