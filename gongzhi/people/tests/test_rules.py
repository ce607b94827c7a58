"""Reach of a power, and separate hands."""

import pytest

from gongzhi.people.rules import (
    AdministratorsApart,
    Grant,
    Matter,
    Reach,
    SamePerson,
    Separation,
    reaches,
    require_administrators_apart,
    require_separate_hands,
)
from gongzhi.people.states import Post, Scope


@pytest.mark.parametrize(
    ("scope", "matter", "holds"),
    [
        (Scope.CITY, Matter(), True),
        (Scope.AREA, Matter(area="3502/350203/350203001"), True),
        (Scope.AREA, Matter(area="3502/350203"), True),
        (Scope.AREA, Matter(area="3502/350206"), False),
        (Scope.AREA, Matter(area="3502/3502031"), False),
        (Scope.AREA, Matter(), False),  # a place that nobody knows lies in no area
        (Scope.UNIT, Matter(unit="siming"), True),
        (Scope.UNIT, Matter(unit="squadron"), True),  # below it
        (Scope.UNIT, Matter(unit="huli"), False),
        (Scope.UNIT, Matter(), False),
    ],
)
def test_a_power_reaches_as_far_as_its_scope(scope, matter, holds):
    reach = Reach(unit="siming", units_below=frozenset({"squadron"}), areas=("3502/350203",))
    assert reaches(Grant("post", "act", scope), matter=matter, reach=reach) == holds


def test_what_one_person_did_another_must_follow():
    separation = Separation("close", not_after=frozenset({"check", "accept"}))
    matter = Matter(hands={"check": ("li", "wang"), "file": ("chen",)})
    for free in ("chen", "zhao"):
        require_separate_hands("close", persons=[free], matter=matter, separations=[separation])
    require_separate_hands("file", persons=["li"], matter=matter, separations=[separation])
    with pytest.raises(SamePerson) as refused:
        require_separate_hands("close", persons=["wang"], matter=matter, separations=[separation])
    assert refused.value.facts == {"act": "close", "earlier": "check"}


def test_three_administrators_are_three_persons():
    require_administrators_apart(Post.SYSTEM_ADMINISTRATOR, held=[Post.SYSTEM_ADMINISTRATOR, Post.ACCEPTOR])
    require_administrators_apart(Post.ACCEPTOR, held=[Post.AUDIT_ADMINISTRATOR])
    with pytest.raises(AdministratorsApart):
        require_administrators_apart(Post.SYSTEM_ADMINISTRATOR, held=[Post.AUDIT_ADMINISTRATOR])
