"""For each operation about messages: what has to be there, who asks, and what they send so that it answers 2xx."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from gongzhi.api.tests.administration_examples import SYSTEM, Asked
from gongzhi.kernel.refusals import Outage
from gongzhi.notices import carriers, delivery, failures, queries, rules
from gongzhi.notices import operations as notices
from gongzhi.notices.carriers import Parcel
from gongzhi.notices.rules import Line, Recipient
from gongzhi.notices.states import Carrier
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing.moves import MONDAY_9AM, member

CASE = "case:01970000-0000-7000-8000-0000000000aa"


class Refusing:
    """A carrier that refuses for good."""

    def send(self, parcel: Parcel, *, at: Any) -> str:
        raise Outage("somebody", permanent=True, detail="refused (550)")


def tell_the_administrator() -> UUID:
    """Tell the system administrator of a test something about a case; return the message in the inbox."""
    audience = rules.holders_of(SYSTEM)
    key = f"{CASE}#{len(queries.messages_about(CASE))}"
    told = notices.tell(
        failures.FAILED, audience=audience, about=CASE, facts={"count": 1}, key=key, by=FOUNDER, at=MONDAY_9AM
    )
    return next(one for one in told if queries.message(one).carrier is Carrier.INBOX)


def failed_message() -> UUID:
    """Have a message to the system administrator fail."""
    whose = Recipient("member", member(SYSTEM).id)
    seen = queries.reach_of(whose.text).version
    notices.change_address(whose, Carrier.SMS, "13800001234", seen=seen, by=FOUNDER, at=MONDAY_9AM)
    line = Line(f"post:{SYSTEM}", Carrier.SMS)
    notices.put_rule(failures.FAILED, line, seen=queries.edition(), by=FOUNDER, at=MONDAY_9AM)
    tell_the_administrator()
    with carriers.using({Carrier.SMS: Refusing()}):
        delivery.tick(MONDAY_9AM)
    (failed,) = queries.failed()
    return failed.uid


def _own(**said: Any) -> Asked:
    return Asked("acceptor", path={"owner": "me"}, seen=0, **said)


def _with_address() -> Asked:
    whose = Recipient("unit", "water")
    notices.change_address(whose, Carrier.EMAIL, "water@example.org", seen=0, by=FOUNDER, at=MONDAY_9AM)
    return Asked(SYSTEM, path={"owner": whose.text}, seen=1, body={"carriers": ["email"]})


def _rules(**said: Any) -> Asked:
    return Asked(SYSTEM, seen=queries.edition(), **said)


def _failed(**said: Any) -> Asked:
    uid = failed_message()
    return Asked(SYSTEM, path={"message": str(uid)}, seen=queries.message(uid).version, **said)


def _told(**said: Any) -> Asked:
    return Asked(SYSTEM, path={"message": str(tell_the_administrator())}, **said)


def _about() -> Asked:
    tell_the_administrator()
    return Asked(SYSTEM, query={"about": CASE, "limit": 10})


ASKED: dict[str, Callable[[], Asked]] = {
    "list_inbox": lambda: Asked(SYSTEM, query={"only": "unread", "limit": 10}),
    "count_unread": lambda: Asked("acceptor"),
    "read_message": _told,
    "read_reach": lambda: Asked(SYSTEM, path={"owner": "unit:water"}),
    "put_address": lambda: _own(body={"carrier": "sms", "address": "13800001234"}),
    "erase_addresses": _with_address,
    "change_quiet_hours": lambda: _own(body={"from_time": "20:30", "until_time": "08:00"}),
    "change_language": lambda: _own(body={"language": "en"}),
    "put_wish": lambda: _own(body={"topic": failures.FAILED, "carrier": "sms", "wish": "off"}),
    "list_notice_rules": lambda: Asked("acceptor"),
    "put_notice_rule": lambda: _rules(
        body={"topic": failures.FAILED, "audience": "post:leader", "carrier": "email", "timing": "digest"}
    ),
    "end_notice_rule": lambda: _rules(
        body={"topic": failures.FAILED, "audience": f"post:{SYSTEM}", "carrier": "inbox"}
    ),
    "list_messages_about": _about,
    "list_failed_messages": lambda: Asked(SYSTEM, query={"limit": 10}),
    "read_message_log": _told,
    "retry_message": _failed,
    "clear_message": lambda: _failed(body={"grounds": "已当面告知"}),
}
