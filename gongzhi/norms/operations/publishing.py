"""When the public may read about cases of a class."""

from __future__ import annotations

from datetime import datetime

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.norms.facts import PUBLICATION_PUT
from gongzhi.norms.models import ClassPublication
from gongzhi.norms.queries import managed_class
from gongzhi.norms.states import PUBLICATION, Publication
from gongzhi.people import queries as people
from gongzhi.people.rules import require_grounds

PUT = "publication.put"


@one_change
def put_publication(
    class_key: str, publication: Publication | None, *, grounds: str, seen: int, by: Actor, at: datetime
) -> None:
    """Let the public read about cases of a class from now on as this says, also about those that are there.

    Args:
        class_key: the class.
        publication: when they are told; None to do as we ship, and where we say nothing as the city does for all.
        grounds: why, for the record; not secret.
        seen: the edition on which this was decided.
        by: the system administrator.
        at: when.

    Raises: NotPermitted, ChangedMeanwhile, ClassUnknown, GroundsNeeded.
    """
    people.require_administration(by, PUT, at=at)
    audit.require_edition(PUBLICATION, seen)
    managed_class(class_key)
    require_grounds(grounds)
    ClassPublication.objects.filter(managed_class__key=class_key, until_at=None).update(until_at=at)
    if publication is not None:
        ClassPublication.objects.create(managed_class_id=class_key, publication=publication.value, from_at=at)
    told = {"class": class_key, "publication": None if publication is None else publication.value, "grounds": grounds}
    audit.record_snapshot(PUBLICATION, PUBLICATION_PUT, by=by, at=at, facts=told, seen=seen)
