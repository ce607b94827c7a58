"""The rules by which somebody is told something."""

from __future__ import annotations

from datetime import datetime

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.notices import facts, queries, registry
from gongzhi.notices.models import NoticeRule
from gongzhi.notices.operations.topics import require_topic
from gongzhi.notices.queries import STREAM
from gongzhi.notices.rules import Line
from gongzhi.notices.states import Carrier
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter


class AudienceUnknown(NotFound):
    """Nobody is called so: members, the holders of a post, a unit's desk, and whoever stands behind a matter are."""

    code = "audience-unknown"


class RuleNotInForce(Refusal):
    """There is no such line in the rules at this moment."""

    code = "notice-rule-not-in-force"


@one_change
def seed_rules(*, seen: int, by: Actor, at: datetime) -> int:
    """Write down the lines that each topic starts with, where the city has none for it; return how many were added.

    Raises: NotPermitted, ChangedMeanwhile.
    """
    people.require_administration(by, "notice.put_rule", at=at)
    audit.require_edition(STREAM, seen)
    known = set(NoticeRule.objects.values_list("topic", flat=True))
    fresh = [
        _rule(topic.name, line, at=at) for topic in registry.topics() if topic.name not in known for line in topic.lines
    ]
    NoticeRule.objects.bulk_create(fresh)
    if fresh:
        audit.record_snapshot(STREAM, facts.RULES_SEEDED, by=by, at=at, facts={"added": len(fresh)}, seen=seen)
    return len(fresh)


@one_change
def put_rule(topic: str, line: Line, *, seen: int, by: Actor, at: datetime) -> None:
    """Let an audience of a topic be told by a carrier from now on, at once or gathered. The line before it ends.

    Args:
        topic: what they are told about.
        line: who, by which carrier, at once or gathered.
        seen: the edition of the rules on which this is built.
        by: who changes the rules.
        at: from when on.

    Raises: NotPermitted, TopicUnknown, AudienceUnknown, ChangedMeanwhile.
    """
    people.require(by, "notice.put_rule", Matter(), at=at)
    audit.require_edition(STREAM, seen)
    require_topic(topic)
    _require_audience(line.audience)
    if line in queries.lines_of(topic, at=at):
        return
    _own_lines(topic, at=at)
    open_line = NoticeRule.objects.filter(
        topic=topic, audience=line.audience, carrier=line.carrier.value, until_at=None
    ).first()
    if open_line is not None:
        _end(open_line, at=at)
    _rule(topic, line, at=at).save(force_insert=True)
    told = {"topic": topic, "audience": line.audience, "carrier": line.carrier.value, "timing": line.timing.value}
    audit.record_snapshot(STREAM, facts.RULE_PUT, by=by, at=at, facts=told, seen=seen)


@one_change
def end_rule(topic: str, *, audience: str, carrier: Carrier, seen: int, by: Actor, at: datetime) -> None:
    """Stop telling an audience of a topic by a carrier from now on.

    Raises: NotPermitted, TopicUnknown, RuleNotInForce, ChangedMeanwhile.
    """
    people.require(by, "notice.end_rule", Matter(), at=at)
    audit.require_edition(STREAM, seen)
    require_topic(topic)
    if (audience, carrier) not in {(one.audience, one.carrier) for one in queries.lines_of(topic, at=at)}:
        raise RuleNotInForce(topic=topic, audience=audience, carrier=carrier.value)
    _own_lines(topic, at=at)
    row = NoticeRule.objects.filter(topic=topic, audience=audience, carrier=carrier.value, until_at=None).first()
    if row is None:  # somebody whose clock is ahead of ours has ended it
        raise RuleNotInForce(topic=topic, audience=audience, carrier=carrier.value)
    _end(row, at=at)
    told = {"topic": topic, "audience": audience, "carrier": carrier.value}
    audit.record_snapshot(STREAM, facts.RULE_ENDED, by=by, at=at, facts=told, seen=seen)


def _require_audience(code: str) -> None:
    """Refuse a line that would tell nobody because no audience is called so."""
    kind, _, post = code.partition(":")
    if kind not in registry.audience_kinds() or (kind != "post" and post) or code.endswith(":"):
        raise AudienceUnknown(audience=code)


def _own_lines(topic: str, *, at: datetime) -> None:
    """Write a topic's first lines down as the city's own, so that changing one of them leaves the others in force."""
    if not NoticeRule.objects.filter(topic=topic).exists():
        NoticeRule.objects.bulk_create([_rule(topic, line, at=at) for line in registry.topic(topic).lines])


def _rule(topic: str, line: Line, *, at: datetime) -> NoticeRule:
    return NoticeRule(
        topic=topic, audience=line.audience, carrier=line.carrier.value, timing=line.timing.value, from_at=at
    )


def _end(row: NoticeRule, *, at: datetime) -> None:
    """End a line; one that begins at this very instant, or later, never holds."""
    row.until_at = max(at, row.from_at)
    row.save(update_fields=["until_at"])
