"""Which filtered queues a member may keep under a name of their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something

FILTERS: Final = ("area", "class", "unit", "urgent")
"""What a queue of cases is narrowed by, as its address names it."""
MOST_VIEWS: Final = 6
"""So many views of one queue stand below it in the list."""
LONGEST_VIEW_NAME: Final = 20
_LONGEST_FILTER: Final = 120


class ViewWithoutFilter(Refusal):
    """The queue as it is needs no name of its own: nothing in it was filtered."""

    code = "view-without-filter"


class ViewNameUnusable(Refusal):
    """The name says nothing, is too long, or holds characters that nobody sees."""

    code = "view-name-unusable"


class ViewNameTaken(Refusal):
    """The member keeps another view of this queue under this name."""

    code = "view-name-taken"


class TooManyViews(Refusal):
    """The member keeps as many views of this queue as the list can show; one has to end first."""

    code = "too-many-views"


def require_view(name: str, *, filters: Mapping[str, str], kept: Collection[str]) -> None:
    """Refuse a view that a member may not keep beside those they have of the queue, named in `kept`.

    Raises: ViewWithoutFilter, ViewNameUnusable, ViewNameTaken, TooManyViews.
    """
    known = {one: said for one, said in filters.items() if one in FILTERS and says_something(said)}
    if not known or any(len(said) > _LONGEST_FILTER for said in filters.values()):
        raise ViewWithoutFilter
    if not says_something(name) or len(name) > LONGEST_VIEW_NAME or not name.isprintable():
        raise ViewNameUnusable(limit=LONGEST_VIEW_NAME)
    if name in kept:
        raise ViewNameTaken(name=name)
    if len(kept) >= MOST_VIEWS:
        raise TooManyViews(limit=MOST_VIEWS)
