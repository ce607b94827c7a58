"""How members and units can be reached, and what they wish for."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from datetime import datetime, time

from gongzhi.audit import operations as audit
from gongzhi.audit import queries as audit_queries
from gongzhi.audit.operations import NothingToErase
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import Refusal
from gongzhi.notices import facts, queries, rules
from gongzhi.notices.models import Reachability, TopicWish
from gongzhi.notices.operations.topics import require_topic
from gongzhi.notices.queries import ReachRow
from gongzhi.notices.rules import InboxNotDeclined, QuietHoursIncomplete, Recipient
from gongzhi.notices.states import Carrier, Wish

_SECRET_BYTES = 24


class LanguageUnknown(Refusal):
    """The product does not speak this language."""

    code = "language-unknown"


@one_change
def change_address(
    owner: Recipient, carrier: Carrier, address: str, *, seen: int, by: Actor, at: datetime
) -> tuple[ReachRow, str]:
    """Keep where a carrier finds a member or a unit, encrypted; the address before it is erased.

    Members keep their own; the system administrator keeps everybody's. A new webhook gets a secret, with which we sign
    what we send there; it is shown this once.

    Returns: how they can be reached now, and the secret of a webhook, empty for every other carrier.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, AddressUnusable, CarrierNotForThem.
    """
    row = _reach_to_change(owner, seen=seen, by=by, at=at)
    held = {carrier.value: rules.require_address(carrier, address, whose=owner.sort)}
    secret = ""
    if carrier is Carrier.WEBHOOK:
        secret = "whsec_" + base64.b64encode(os.urandom(_SECRET_BYTES)).decode()
        held[queries.WEBHOOK_SECRET] = secret
    outdated = audit_queries.erasable(row.stream, names=held)
    row.carriers = sorted({*row.carriers, carrier.value})
    audit.record(row, facts.ADDRESSES_CHANGED, by=by, at=at, facts={"carrier": carrier.value}, held=held)
    if outdated:
        audit.erase(row, outdated, rule="replaced", by=by, at=at)
    return queries.reach_of(owner.text), secret


@one_change
def erase_addresses(
    owner: Recipient, *, rule: str, seen: int, by: Actor, at: datetime, only: Iterable[Carrier] = tuple(Carrier)
) -> ReachRow:
    """Erase where carriers find a member or a unit, all of them or some.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, NothingToErase.
    """
    row = _reach_to_change(owner, seen=seen, by=by, at=at)
    gone = {one.value for one in only}
    names = gone | ({queries.WEBHOOK_SECRET} if Carrier.WEBHOOK.value in gone else set())
    targets = audit_queries.erasable(row.stream, names=names)
    if not targets:
        raise NothingToErase(stream=row.stream, seq=row.version, name="address")
    row.carriers = sorted(set(row.carriers) - gone)
    audit.erase(row, targets, rule=rule, by=by, at=at)
    return queries.reach_of(owner.text)


@one_change
def change_quiet_hours(
    owner: Recipient, *, from_: time | None, until: time | None, seen: int, by: Actor, at: datetime
) -> ReachRow:
    """Give a member quiet hours of their own; without any the city's hold. From and until alike means none at all.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, QuietHoursIncomplete.
    """
    if (from_ is None) != (until is None):
        raise QuietHoursIncomplete
    row = _reach_to_change(owner, seen=seen, by=by, at=at)
    row.quiet_from_min = None if from_ is None else rules.minute_of(from_)
    row.quiet_until_min = None if until is None else rules.minute_of(until)
    audit.record(row, facts.HOURS_CHANGED, by=by, at=at)
    return queries.reach_of(owner.text)


@one_change
def change_language(owner: Recipient, language: str, *, seen: int, by: Actor, at: datetime) -> ReachRow:
    """Let messages to a member or a unit be written in a language.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, LanguageUnknown.
    """
    if language not in rules.LANGUAGES:
        raise LanguageUnknown(language=language)
    row = _reach_to_change(owner, seen=seen, by=by, at=at)
    row.language = language
    audit.record(row, facts.LANGUAGE_CHANGED, by=by, at=at)
    return queries.reach_of(owner.text)


@one_change
def put_wish(
    owner: Recipient, *, topic: str, carrier: Carrier, wish: Wish, seen: int, by: Actor, at: datetime
) -> ReachRow:
    """Keep what somebody wants of a topic by a carrier: at once, gathered, not at all, or as the rules say.

    Raises: NotFound, ChangedMeanwhile, NotPermitted, TopicUnknown, InboxNotDeclined.
    """
    require_topic(topic)
    if carrier is Carrier.INBOX:
        raise InboxNotDeclined(topic=topic)
    row = _reach_to_change(owner, seen=seen, by=by, at=at)
    kept = None if row._state.adding else TopicWish.locked(reach_id=row.uid, topic=topic, carrier=carrier.value)
    kept = kept or TopicWish(reach_id=row.uid, topic=topic, carrier=carrier.value)
    kept.wish = wish.value
    told = {"topic": topic, "carrier": carrier.value, "wish": wish.value}
    audit.record(row, facts.WISH_PUT, by=by, at=at, facts=told, also=[kept])
    return queries.reach_of(owner.text)


def _reach_to_change(owner: Recipient, *, seen: int, by: Actor, at: datetime) -> Reachability:
    """Return the row of somebody's addresses and wishes, new where there is none, to one who may change it."""
    queries.require_to_reach(owner, by=by, at=at)
    row = Reachability.locked(owner=owner.text) or Reachability(owner=owner.text)
    audit.require_version(row, seen)
    return row
