"""An invented upper room with three topics, carriers that do as they are told, and people who can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import Outage
from gongzhi.notices import operations, queries, registry, rules
from gongzhi.notices.carriers import Parcel
from gongzhi.notices.registry import Found
from gongzhi.notices.rules import Line, Recipient
from gongzhi.notices.states import Carrier, Timing
from gongzhi.people.states import Post
from gongzhi.testing.moves import MONDAY_9AM, member

DISPATCHED, OVERDUE, ANSWERED = "scene.dispatched", "scene.overdue", "scene.answered"
CASE = "case:01970000-0000-7000-8000-0000000000aa"
REPORT = "01970000-0000-7000-8000-0000000000bb"
FACTS: Mapping[str, Mapping[str, object]] = {
    DISPATCHED: {"case": "思明-1", "due": "17:00"},
    OVERDUE: {"case": "思明-1"},
    ANSWERED: {"number": "R1"},
}
WORDS = "隔壁李某摆摊"


@dataclass
class Pocket:
    """A carrier that keeps what it gets, or fails as `faults` say, one after the other, the last one for ever."""

    carrier: Carrier
    got: list[Parcel] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    faults: list[Outage | Exception | None] = field(default_factory=list)

    def send(self, parcel: Parcel, *, at: datetime) -> str:
        self.tried.append(parcel.id)
        fault = self.faults[min(len(self.tried), len(self.faults)) - 1] if self.faults else None
        if fault is not None:
            raise fault
        self.got.append(parcel)
        return f"{self.carrier.value}-{len(self.got)}"


PASSING = Outage("somebody", permanent=False, detail="no answer in time")
FOR_GOOD = Outage("somebody", permanent=True, detail="recipient refused (550)")


def register() -> None:
    """Register the topics, and citizens who gave a number."""
    registry.register_topic(
        DISPATCHED,
        title="案件 {case} 已派遣",
        text="案件 {case} 已派遣给贵单位，限 {due} 前办结。反映内容：{words}",
        lines=[
            Line("desk", Carrier.INBOX),
            Line("desk", Carrier.WECOM),
            Line("desk", Carrier.WEBHOOK),
            Line("member", Carrier.INBOX),
            Line("member", Carrier.EMAIL, Timing.DIGEST),
            Line("member", Carrier.SMS),
            Line("post", Carrier.INBOX),
            Line(f"post:{Post.SHIFT_LEADER}", Carrier.SMS),
        ],
    )
    registry.register_topic(
        OVERDUE,
        title="案件 {case} 已超时",
        text="案件 {case} 已超时。",
        lines=[Line("member", Carrier.INBOX), Line("member", Carrier.SMS), Line("member", Carrier.EMAIL)],
        may_wait=False,
    )
    registry.register_topic(
        ANSWERED, title="您的反映已答复", text="您的反映 {number} 已答复。", lines=[Line("reporter", Carrier.SMS)]
    )
    registry.register_addressee("reporter", lambda who, at: Found(phone="13900000000", language="zh-hans"))


def tell(
    topic: str = DISPATCHED,
    *,
    audience: rules.Audience,
    key: str = "case#1",
    about: str = CASE,
    at: datetime = MONDAY_9AM,
    urgent: bool = False,
    **facts: object,
) -> list[UUID]:
    """Tell a topic to an audience, on Monday at nine unless said otherwise."""
    return operations.tell(
        topic,
        audience=audience,
        about=about,
        facts={**FACTS[topic], **facts},
        private={"words": WORDS} if topic == DISPATCHED else None,
        key=key,
        urgent=urgent,
        by=member(Post.SYSTEM_ADMINISTRATOR),
        at=at,
    )


def reachable(who: Actor | str, by: Actor, **addresses: str) -> Recipient:
    """Keep addresses of a member or a unit, and return whom they belong to."""
    owner = Recipient("unit", who) if isinstance(who, str) else Recipient("member", who.id)
    for carrier, address in addresses.items():
        seen = queries.reach_of(owner.text).version
        operations.change_address(owner, Carrier(carrier), address, seen=seen, by=by, at=MONDAY_9AM)
    return owner


def to(who: Actor) -> rules.Audience:
    """One member as an audience."""
    return rules.a_member(UUID(who.id))
