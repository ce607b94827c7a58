"""Tables of rules, of messages and their way out, and of where members and units can be reached."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gongzhi.audit.models import Aggregate, RecordedRow
from gongzhi.kernel.ids import new_id
from gongzhi.notices.states import Carrier, MessageState, Timing, Wish

MINUTES_OF_A_DAY = 24 * 60


class NoticeRule(models.Model):
    """One line of who is told what: a topic's audience is told by a carrier, from a time until a time."""

    topic = models.CharField(max_length=60)
    audience = models.CharField(max_length=60)
    carrier = models.CharField(max_length=12)
    timing = models.CharField(max_length=12)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "audience", "carrier"], condition=Q(until_at=None), name="one_open_notice_rule"
            ),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=F("from_at")),
                name="rule_never_ends_before_it_begins",
            ),
            models.CheckConstraint(condition=Q(carrier__in=[one.value for one in Carrier]), name="rule_carrier_known"),
            models.CheckConstraint(condition=Q(timing__in=[one.value for one in Timing]), name="rule_timing_known"),
        ]

    def __str__(self) -> str:
        """Return the line."""
        return f"{self.topic}: {self.audience} by {self.carrier}, {self.timing}"


class Message(Aggregate):
    """One piece of news on its way to one recipient by one carrier. Its own stream is `notice:<uid>`.

    The recipient is named by an id, never by an address. Private facts do not stand here: they are held values.
    """

    stream_kind = "notice"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    topic = models.CharField(max_length=60)
    recipient = models.CharField(max_length=120)
    carrier = models.CharField(max_length=12)
    about = models.CharField(max_length=120)
    key = models.CharField(max_length=160)
    facts = models.JSONField(default=dict)
    urgent = models.BooleanField(default=False)
    timing = models.CharField(max_length=12)
    state = models.CharField(max_length=12, default=MessageState.WAITING.value)
    told_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_fault = models.CharField(max_length=120, default="", blank=True)
    reference = models.CharField(max_length=120, default="", blank=True)
    failed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "recipient", "carrier"], name="told_once"),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in MessageState]), name="message_state_known"
            ),
            models.CheckConstraint(condition=Q(carrier__in=[one.value for one in Carrier]), name="carrier_known"),
            models.CheckConstraint(
                condition=Q(state__in=[MessageState.WAITING.value, MessageState.FAILED.value], ended_at__isnull=True)
                | Q(
                    state__in=[MessageState.SENT.value, MessageState.CLEARED.value, MessageState.DROPPED.value],
                    ended_at__isnull=False,
                ),
                name="message_ended_when_it_rests",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "carrier", "-id"], name="messages_of_recipient"),
            models.Index(fields=["about", "id"], name="messages_about"),
            models.Index(fields=["failed_at"], condition=Q(state=MessageState.FAILED.value), name="messages_failed"),
            models.Index(
                fields=["recipient"],
                condition=Q(carrier=Carrier.INBOX.value, read_at=None),
                name="messages_unread",
            ),
        ]

    def __str__(self) -> str:
        """Return the stream."""
        return self.stream


class Sending(models.Model):
    """A message that has not arrived yet, under a lease while somebody carries it. A note of the workers, no history.

    Every attempt stands in the message's stream; this row goes when the message ends.
    """

    message = models.OneToOneField(Message, on_delete=models.PROTECT, to_field="uid", related_name="sending")
    next_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_at", "id"], name="sendings_due")]

    def __str__(self) -> str:
        """Return which message it is."""
        return f"sending {self.message_id}"


class CarrierTrial(Aggregate):
    """One harmless message that somebody sent to see whether a carrier works. Its own stream is `carrier:<uid>`."""

    stream_kind = "carrier"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    carrier = models.CharField(max_length=12)
    outcome = models.CharField(max_length=120)
    tried_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(carrier__in=[one.value for one in Carrier]), name="tried_carrier_known")
        ]

    def __str__(self) -> str:
        """Return carrier and outcome."""
        return f"{self.carrier}: {self.outcome}"


class Reachability(Aggregate):
    """How a member or a unit can be reached, and when they do not want to be. Its own stream is `reach:<uid>`.

    The addresses themselves are held values, encrypted and erasable; `carriers` says which of them there are.
    """

    stream_kind = "reach"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    owner = models.CharField(max_length=120, unique=True)
    carriers = models.JSONField(default=list)
    language = models.CharField(max_length=12, default="", blank=True)
    quiet_from_min = models.PositiveSmallIntegerField(null=True)
    quiet_until_min = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from_min__isnull=True, quiet_until_min__isnull=True)
                | Q(quiet_from_min__lt=MINUTES_OF_A_DAY, quiet_until_min__lt=MINUTES_OF_A_DAY),
                name="quiet_hours_have_both_ends",
            )
        ]

    def __str__(self) -> str:
        """Return whose it is."""
        return self.owner


class TopicWish(RecordedRow):
    """What a member wants of one topic by one carrier."""

    stream_kind = "reach"
    stream_column = "reach_id"

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    reach = models.ForeignKey(Reachability, on_delete=models.PROTECT, to_field="uid", related_name="wishes")
    topic = models.CharField(max_length=60)
    carrier = models.CharField(max_length=12)
    wish = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reach", "topic", "carrier"], name="one_wish_per_topic_and_carrier"),
            models.CheckConstraint(condition=Q(wish__in=[one.value for one in Wish]), name="wish_known"),
        ]

    def __str__(self) -> str:
        """Return the wish."""
        return f"{self.topic} by {self.carrier}: {self.wish}"
