"""Trying a carrier out."""

from __future__ import annotations

from datetime import datetime

from gongzhi.audit import operations as audit
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import Outage, Refusal
from gongzhi.notices import carriers, facts, queries, rules
from gongzhi.notices.carriers import News, Parcel
from gongzhi.notices.models import CarrierTrial
from gongzhi.notices.states import Carrier, RecipientKind
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter

CARRIER_TRIED = "notices.carrier-tried"
_LONGEST_OUTCOME = 120


class CarrierNotSetUp(Refusal):
    """This installation has not set the carrier up."""

    code = "carrier-not-set-up"


def try_carrier(carrier: Carrier, address: str, *, by: Actor, at: datetime) -> str:
    """Send a harmless message to an address and keep in the record that this was done; return the carrier's reference.

    Call it outside any transaction: a carrier may take its time.

    Raises: NotPermitted, CarrierNotForThem, AddressUnusable, CarrierNotSetUp, Outage.
    """
    people.require(by, "notice.test_carrier", Matter(), at=at)
    whose = RecipientKind.UNIT if carrier is Carrier.WEBHOOK else RecipientKind.MEMBER
    to = rules.require_address(carrier, address, whose=whose)
    if carrier not in carriers.set_up():
        raise CarrierNotSetUp(carrier=carrier.value)
    try:
        reference = carriers.carriage(carrier).send(_trial(carrier, to, at=at), at=at)
    except Outage as fault:
        _record_trial(carrier, str(fault), by=by, at=at)
        raise
    _record_trial(carrier, "sent", by=by, at=at)
    return reference


@one_change
def _record_trial(carrier: Carrier, outcome: str, *, by: Actor, at: datetime) -> None:
    """Keep a trial in a stream of its own, so that it comes in nobody's way."""
    row = CarrierTrial(carrier=carrier.value, outcome=outcome[:_LONGEST_OUTCOME], tried_at=at)
    audit.record(row, facts.CARRIER_TRIED, by=by, at=at)


def _trial(carrier: Carrier, to: str, *, at: datetime) -> Parcel:
    about = f"carrier:{carrier.value}"
    told = rules.spelled({"at": at}, zone=queries.zone())
    words = queries.words_of(CARRIER_TRIED, told, private=None, language=queries.DEFAULT_LANGUAGE)
    news = News(CARRIER_TRIED, about=about, facts=told, told_at=at, title=words.title, text=words.text)
    return Parcel(id=str(new_id()), to=to, title=words.title, text=words.text, news=(news,))
