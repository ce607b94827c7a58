"""Keeping a filtered queue under a name, and letting it go. It concerns nobody else and does not enter the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from gongzhi.base.operations import one_change
from gongzhi.desk.models import SavedView
from gongzhi.desk.queries import SavedViewRow, saved_views
from gongzhi.desk.rules import FILTERS, require_view
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import queries as people


@one_change
def keep_view(queue: str, *, name: str, filters: Mapping[str, str], by: Actor, at: datetime) -> SavedViewRow:
    """Keep a queue as its member filtered it.

    Raises: ViewWithoutFilter, ViewNameUnusable, ViewNameTaken, TooManyViews.
    """
    called = name.strip()
    require_view(called, filters=filters, kept={one.name for one in saved_views(by) if one.queue == queue})
    said = {one: filters[one] for one in FILTERS if filters.get(one)}
    SavedView.objects.create(uid=new_id(), member=UUID(by.id), queue=queue, name=called, filters=said, kept_at=at)
    return next(one for one in saved_views(by) if (one.queue, one.name) == (queue, called))


@one_change
def end_view(uid: UUID, *, by: Actor) -> SavedViewRow:
    """Let a view of one's own go. Raises: NotFound, also for the view of somebody else."""
    found = next((one for one in saved_views(by) if one.uid == uid), None)
    if found is None:
        raise NotFound(thing="view", code=str(uid))
    SavedView.objects.filter(uid=uid, member=UUID(by.id)).delete()
    return found


def sweep_views(at: datetime) -> int:
    """Let the views of members go who have left; return how many."""
    owners = set(SavedView.objects.values_list("member", flat=True))
    gone = [one for one in owners if _has_left(one, at=at)]
    return SavedView.objects.filter(member__in=gone).delete()[0]


def _has_left(member: UUID, *, at: datetime) -> bool:
    until_at = people.member(member, at=at).until_at
    return until_at is not None and until_at <= at
