"""Putting a template of the city's own in the place of the one that holds."""

from __future__ import annotations

from datetime import datetime

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.papers import rules
from gongzhi.papers.facts import TEMPLATE_PUT
from gongzhi.papers.lifecycle import PUT_TEMPLATE
from gongzhi.papers.models import PaperTemplate
from gongzhi.papers.queries import STREAM
from gongzhi.papers.states import PaperKind
from gongzhi.people import queries as people


@one_change
def put_template(kind: PaperKind, text: str, *, seen: int, by: Actor, at: datetime) -> None:
    """Let papers of a kind say something else from now on; issued ones stay as they are.

    Raises: NotPermitted, ChangedMeanwhile, TemplateWrong.
    """
    people.require_administration(by, PUT_TEMPLATE, at=at)
    audit.require_edition(STREAM, seen)
    rules.parse(text, kind=kind)
    PaperTemplate.objects.filter(kind=kind.value, until_at=None).update(until_at=at)
    PaperTemplate.objects.create(kind=kind.value, text=text, from_at=at)
    audit.record_snapshot(STREAM, TEMPLATE_PUT, by=by, at=at, facts={"kind": kind.value}, seen=seen)
