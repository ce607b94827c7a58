"""Who is told what is dated data: seeded, changed by the system administrator, and kept in the record."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.notices import operations, queries, registry, rules
from gongzhi.notices.models import NoticeRule
from gongzhi.notices.rules import Line
from gongzhi.notices.states import Carrier, Timing
from gongzhi.notices.tests.scene import DISPATCHED, OVERDUE
from gongzhi.people.rules import NotPermitted
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city", "topics")]

LATER = MONDAY_9AM + timedelta(hours=1)
A_MEMBER = rules.a_member(UUID(int=1))


def carriers_at(at, topic=OVERDUE) -> dict[str, str]:
    return {one.carrier.value: one.timing.value for one in queries.lines_for(topic, A_MEMBER, at=at)}


def put(line, *, by, at=MONDAY_9AM, topic=OVERDUE, seen=None):
    operations.put_rule(topic, line, seen=queries.edition() if seen is None else seen, by=by, at=at)


def seed(*, by, seen=None):
    return operations.seed_rules(seen=queries.edition() if seen is None else seen, by=by, at=LATER)


def end(carrier, *, by, at=LATER, topic=OVERDUE, audience="member"):
    operations.end_rule(topic, audience=audience, carrier=carrier, seen=queries.edition(), by=by, at=at)


def test_a_city_starts_with_what_each_topic_says():
    assert NoticeRule.objects.exists(), "founding wrote the lines of the product's own topics"
    assert carriers_at(MONDAY_9AM) == {"inbox": "immediate", "sms": "immediate", "email": "immediate"}
    assert {row.is_default for row in queries.rules_in_force(at=MONDAY_9AM) if row.topic == OVERDUE} == {True}


def test_seeding_writes_the_lines_of_new_topics_and_touches_no_other(admin):
    put(Line("member", Carrier.SMS, Timing.DIGEST), by=admin)
    added = seed(by=admin)
    assert added == sum(len(one.lines) for one in registry.topics() if one.name in {DISPATCHED, "scene.answered"})
    assert seed(by=admin) == 0
    assert carriers_at(LATER)["sms"] == "digest"
    assert verify().findings == []


def test_a_changed_line_holds_from_its_instant_and_the_others_stay(admin):
    put(Line("member", Carrier.SMS, Timing.DIGEST), by=admin, at=LATER)
    assert carriers_at(LATER) == {"inbox": "immediate", "sms": "digest", "email": "immediate"}
    put(Line("member", Carrier.SMS), by=admin, at=LATER + timedelta(hours=1))
    assert carriers_at(LATER)["sms"] == "digest"
    assert carriers_at(LATER + timedelta(hours=1))["sms"] == "immediate"


def test_a_line_that_holds_already_is_not_put_again(admin):
    put(Line("member", Carrier.SMS, Timing.DIGEST), by=admin)
    edition = queries.edition()
    put(Line("member", Carrier.SMS, Timing.DIGEST), by=admin, at=LATER)
    assert queries.edition() == edition


def test_a_line_with_which_a_topic_starts_holds_already_and_is_not_written_down(admin):
    edition, written = queries.edition(), NoticeRule.objects.count()
    put(Line("member", Carrier.SMS), by=admin)
    assert (queries.edition(), NoticeRule.objects.count()) == (edition, written)
    assert verify().findings == []


def test_a_line_that_nobody_has_cannot_end_and_nothing_is_written_down(admin):
    written = NoticeRule.objects.count()
    with pytest.raises(operations.RuleNotInForce), transaction.atomic():
        end(Carrier.WECOM, by=admin)
    assert NoticeRule.objects.count() == written


@pytest.mark.parametrize("audience", ["post:", "posts", "member:shift_leader", "", "reporters"])
def test_a_line_for_nobody_is_refused(admin, audience):
    with pytest.raises(operations.AudienceUnknown):
        put(Line(audience, Carrier.SMS), by=admin)
    put(Line("reporter", Carrier.SMS), by=admin)


def test_an_ended_line_tells_nobody_any_more_even_when_it_was_the_last(admin):
    for carrier in (Carrier.INBOX, Carrier.SMS, Carrier.EMAIL):
        end(carrier, by=admin)
    assert carriers_at(LATER) == {}
    with pytest.raises(operations.RuleNotInForce):
        end(Carrier.SMS, by=admin, at=LATER + timedelta(hours=1))


def test_every_change_of_the_rules_is_in_the_record(admin):
    put(Line("member", Carrier.SMS, Timing.DIGEST), by=admin)
    end(Carrier.EMAIL, by=admin)
    last, before = entries_of(queries.STREAM)[:-3:-1]
    assert (before.type, before.facts["timing"]) == ("notices.rule-put", "digest")
    assert (last.type, last.facts["carrier"]) == ("notices.rule-ended", "email")
    assert verify().findings == []


def test_a_rule_altered_behind_our_back_is_found(admin):
    put(Line("member", Carrier.SMS, Timing.DIGEST), by=admin)
    NoticeRule.objects.filter(carrier="sms").update(timing="immediate")
    assert [one.stream for one in verify().findings] == [queries.STREAM]


def test_only_the_system_administrator_changes_the_rules(acceptor, admin):
    with pytest.raises(NotPermitted):
        put(Line("member", Carrier.SMS), by=acceptor)
    with pytest.raises(NotPermitted):
        end(Carrier.SMS, by=acceptor)
    with pytest.raises(operations.TopicUnknown):
        put(Line("member", Carrier.SMS), by=admin, topic="no.such-topic")
    with pytest.raises(operations.ChangedMeanwhile):
        put(Line("member", Carrier.SMS), by=admin, seen=queries.edition() - 1)
    with pytest.raises(operations.ChangedMeanwhile):
        seed(by=admin, seen=queries.edition() - 1)
    with pytest.raises(NotPermitted):
        seed(by=acceptor)
