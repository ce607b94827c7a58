"""A place is found by how its name begins, and by what it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.places.layers.gazetteer import Entry, Gazetteer, Match, spelling


def entry(name: str, kind: str = "poi", key: str = "", within: str = "") -> Entry:
    return Entry(name=name, kind=kind, key=key or name, within=within)


CITY = Gazetteer(
    [
        entry("中山路"),
        entry("中山公园", "park", within="3502/350203"),
        entry("中山公园南门", within="3502/350203"),
        entry("海沧中山公园", "park", within="3502/350205"),
        entry("中华街道", "street", within="3502/350203"),
        entry("SM城市广场（一期）", within="3502/350206"),
        entry("软件园二期望海路"),
        entry("厦门大学"),
    ],
    kinds=["street", "park"],
)


def names(query: str, **more) -> list[str]:
    return [hit.entry.name for hit in CITY.search(query, **more)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("中山公园", ["中山公园", "中山公园南门", "海沧中山公园"]),
        ("中", ["中华街道", "中山公园", "中山路", "中山公园南门"]),
        ("ｓｍ　城市", ["SM城市广场（一期）"]),
        ("sm城市广场一期", ["SM城市广场（一期）"]),
        ("望海路", ["软件园二期望海路"]),
        ("厦门大学附近", ["厦门大学"]),
        ("不存在", []),
        ("", []),
        ("，。", []),
    ],
)
def test_the_whole_name_comes_before_those_that_begin_with_it_hold_it_or_are_like_it(query, found):
    assert names(query)[: len(found)] == found
    assert bool(names(query)) == bool(found)


def test_a_hit_tells_how_it_answers():
    assert [hit.match for hit in CITY.search("中山公园")][:3] == [Match.WHOLE, Match.BEGINS, Match.CONTAINS]
    (similar,) = CITY.search("厦门大学附近")
    assert similar.match is Match.SIMILAR
    assert similar.share == pytest.approx(0.6)


def test_a_search_can_be_kept_within_a_division():
    assert names("中山公园", within="3502/350205") == ["海沧中山公园"]
    assert names("中山公园", within="3502/35020") == []


def test_only_as_many_as_were_asked_for_are_given():
    assert len(CITY.search("中山", most=2)) == 2
    assert CITY.search("中山", most=0) == ()


def test_the_same_name_twice_is_two_hits_in_the_order_of_their_keys():
    twice = Gazetteer([entry("莲花公园", key="b"), entry("莲花公园", key="a")])
    assert [hit.entry.key for hit in twice.search("莲花")] == ["a", "b"]


@given(names=st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=12), cut=st.integers(1, 8))
def test_every_name_is_found_by_its_beginning(names, cut):
    gazetteer = Gazetteer([entry(name, key=str(place)) for place, name in enumerate(names)])
    for place, name in enumerate(names):
        begin = spelling(name)[:cut]
        if begin:
            assert str(place) in [hit.entry.key for hit in gazetteer.search(begin, most=len(names))]
