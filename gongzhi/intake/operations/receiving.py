"""Receiving a report: numbered, acknowledged, never lost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.crypto import keyed_digest
from gongzhi.base.operations import RepeatedKeyOtherContent, earlier_answer, keep_answer, next_number, one_change
from gongzhi.cases import operations as cases
from gongzhi.cases import queries as case_queries
from gongzhi.cases.states import ENDS, CaseSource
from gongzhi.evidence import operations as evidence
from gongzhi.evidence.queries import FileRow
from gongzhi.evidence.states import FileRole
from gongzhi.intake import facts, rules
from gongzhi.intake.lifecycle import REPORT
from gongzhi.intake.models import Report, ReportCase
from gongzhi.intake.operations.steps import new_reply, reply_due
from gongzhi.intake.queries import code_of
from gongzhi.intake.rules import Draft, GivenPlace
from gongzhi.intake.states import Channel, ReportKind
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.geo import Crs, ImpossiblePoint, Point, cell_int, coarse_cell, looks_swapped, to_point
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import Conflict
from gongzhi.kernel.text import says_something
from gongzhi.norms import queries as norms
from gongzhi.parameters.queries import city, parameter
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter
from gongzhi.places import operations as ground
from gongzhi.places import queries as places
from gongzhi.places.rules import position_error_m
from gongzhi.places.rules.borders import MOST_ERROR_M
from gongzhi.places.states import PlaceState, PositionSource

_SOURCE_OF_CHANNEL: dict[Channel, CaseSource] = {
    Channel.PATROL: CaseSource.COLLECTOR,
    Channel.PHONE: CaseSource.HOTLINE,
    Channel.HOTLINE_SHEET: CaseSource.HOTLINE,
    Channel.POLICE_110: CaseSource.TRANSFER,
    Channel.LEADER: CaseSource.LEADER,
    Channel.MEDIA: CaseSource.MEDIA,
    Channel.VIDEO: CaseSource.VIDEO,
    Channel.SENSOR: CaseSource.AI,
    Channel.LETTER: CaseSource.LETTERS,
}


class Hand(Protocol):
    """Checks who may report by a channel, and returns whose hand it is."""

    def __call__(self, channel: Channel, *, by: Actor, matter: Matter, at: datetime) -> Actor:
        """Return the hand. Raises: ChannelNotOpen, NotPermitted."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter gets: the number, the code to follow it with, and the case where one was opened."""

    report: UUID
    number: str
    query_code: str
    case: UUID | None
    place_state: PlaceState
    repeated: bool


@one_change
def receive_report(
    draft: Draft,
    *,
    source: str,
    key: str,
    by: Actor,
    at: datetime,
    received_at: datetime | None = None,
    told: Mapping[str, object] | None = None,
) -> Receipt:
    """Take a report, whatever door it came by. Once this returns, the report is not lost.

    A citizen reports by the channels of citizens. Everybody else needs the power for the channel: for what they find
    on patrol, for what cameras and devices show, or for entering what somebody else said.

    Args:
        draft: what was said.
        source: who names the key: a door, a device, a file.
        key: the source's own name for this report; the same key with the same content gets the same receipt.
        by: who entered it; an unknown citizen is a reporter.
        at: the instant now.
        received_at: when it was first received, for imports; now otherwise.
        told: further facts for the record, without personal values.

    Raises: ChannelNotOpen, NotPermitted, RepeatedKeyOtherContent, NothingSaid, TextTooLong, TextUnreadable,
        ReceivedInFuture, SourceKeyUnusable, ClassUnknown, HalfAPoint, TooManyFiles, and what claiming a file refuses;
        for a report that joins a case also NotFound and MatterIsOver;
        from staff and machines also ImpossiblePoint, CoordinatesSwapped and PositionErrorAbsurd, while from a citizen
        an impossible pair is kept as it came and a person looks, and an absurd error is brought within bounds.
    """
    return take_in(
        draft,
        source=source,
        key=key,
        by=by,
        at=at,
        received_at=received_at,
        told=told,
        hand=_hand,
        any_place=by.kind is ActorKind.REPORTER,
    )


def take_in(
    draft: Draft,
    *,
    source: str,
    key: str,
    by: Actor,
    at: datetime,
    received_at: datetime | None = None,
    told: Mapping[str, object] | None = None,
    hand: Hand,
    any_place: bool,
) -> Receipt:
    """Take a report inside a change; `hand` checks the power for where it lies, and says whose hand it was.

    With `any_place` an impossible pair of coordinates is kept as it came, since the public stands behind the report.

    Raises: what `receive_report` raises, except what its own `hand` would.
    """
    first = received_at or at
    rules.require_key(key, source=source)
    _require_readable(draft, at=at)
    rules.require_past(first, now=at)
    digest = _digest(draft, received_at)
    earlier = earlier_answer(source=source, key=key, content_digest=digest)
    if earlier is not None:
        return _receipt_again(UUID(earlier))
    if draft.class_key is not None:
        norms.managed_class(draft.class_key)
    place, raw = found_place(draft.place, channel=draft.channel, any_place=any_place, at=first)
    by = hand(draft.channel, by=by, matter=Matter(area=place.area, beyond=place.located.across), at=at)
    report_id = new_id()
    earlier = _answered_meanwhile(report_id, source=source, key=key, content_digest=digest, at=at)
    if earlier is not None:
        return _receipt_again(UUID(earlier))
    row = _new_report(draft, place, uid=report_id, source=source, key=key, at=first)
    shown = _claimed_files(draft, row=row, by=by, at=at)
    link = (
        opened_case(draft, place, row=row, by=by, at=first, told=told)
        if draft.joins is None
        else _joined(draft.joins, row=row, at=first)
    )
    reply = new_reply(row, at=first, outer_due_at=draft.outer_due_at) if row.reply_owed else None
    held = {
        "topic": _said(draft.topic),
        "text": _said(draft.text),
        "address": _said(draft.place.address),
        "raw_place": raw,
        "contact_name": _said(draft.contact.name),
        "contact_phone": _said(draft.contact.phone),
    }
    joined = {} if draft.joins is None else {"joined": str(draft.joins)}
    near = {} if place.point is None else {"cell": coarse_cell(place.point), **_error_told(draft.place)}
    files = {"files": [{"id": str(one.uid), "sha256": one.sha256} for one in shown]} if shown else {}
    audit.record(
        row,
        facts.REPORT_RECEIVED,
        by=by,
        at=first,
        facts={**near, **files, **joined, **(told or {})},
        held=held,
        also=[one for one in (link, reply) if one is not None],
    )
    if link is None and place.others:
        ground.share(row.stream, place.located, error_m=place.error_m, by=by, at=first)
    return _receipt(row, case=link.case_id if link else None, repeated=False)


def earlier_receipt(draft: Draft, *, source: str, key: str, at: datetime) -> Receipt | None:
    """Return the receipt that this very report got under this key; None for a new key and for other content alike.

    Raises: NothingSaid, TextTooLong, TextUnreadable, TooManyFiles, HalfAPoint.
    """
    _require_readable(draft, at=at)
    try:
        earlier = earlier_answer(source=source, key=key, content_digest=_digest(draft, None))
    except RepeatedKeyOtherContent:
        return None
    return None if earlier is None else _receipt_again(UUID(earlier))


def place_at(
    lon: float,
    lat: float,
    *,
    crs: Crs,
    at: datetime,
    division: str = "",
    error_m: float | None = None,
    source: PositionSource = PositionSource.PINNED,
) -> cases.Place:
    """Return the place that a pair of degrees means: the point, and the divisions around it on that day.

    Args:
        lon, lat: the degrees.
        crs: the system in which they were measured.
        at: the instant; the ground of its day counts.
        division: code of a division that the source names.
        error_m: how far the position may be wrong, as its source says.
        source: how it came about, which tells how far it may be wrong where nobody says.

    Raises: ImpossiblePoint, CoordinatesSwapped, PositionErrorAbsurd.
    """
    rules.require_position_error(error_m, most_m=MOST_ERROR_M)
    today = local_date(at, city().zone)
    bounds = places.city_bounds(on=today)
    if bounds is not None and looks_swapped(lon, lat, bounds=bounds):
        raise rules.CoordinatesSwapped(lon=repr(lon), lat=repr(lat))
    point = to_point(lon, lat, crs=crs)
    reach_m = position_error_m(error_m, source=source)
    located = places.locate(point, division=division, on=today, error_m=reach_m)
    return cases.Place(
        state=located.state,
        point=point,
        division=located.division or "",
        area=located.path or "",
        area_class=located.area_class.value,
        others=located.others_within,
        error_m=reach_m,
    )


def _hand(channel: Channel, *, by: Actor, matter: Matter, at: datetime) -> Actor:
    """Return who reports by a channel: a member who enters what somebody else said does it on that one's behalf.

    Raises: ChannelNotOpen, NotPermitted.
    """
    if by.kind is ActorKind.REPORTER:
        rules.require_citizens_channel(channel)
        return by
    act = rules.act_of_channel(channel)
    people.require(by, act, matter, at=at)
    enters = act == rules.ENTER and by.kind is ActorKind.MEMBER
    return replace(by, on_behalf_of=by.on_behalf_of or ActorKind.REPORTER.value) if enters else by


def _said(text: str) -> str | None:
    """Return what was said, or None where nobody could see anything."""
    return text if says_something(text) else None


def _require_readable(draft: Draft, *, at: datetime) -> None:
    limit, most_files = parameter("report_text_limit", at=at), parameter("report_files_limit", at=at)
    rules.require_readable(draft, limit=limit, most_files=most_files)


def _digest(draft: Draft, received_at: datetime | None) -> str:
    """Return what is kept of a report's content, to tell the same report from another one under its key."""
    return keyed_digest(_content(draft, received_at), purpose="report-content")


def _content(draft: Draft, received_at: datetime | None) -> dict[str, object]:
    """Return everything that makes a report the same report, spelled without floats.

    A report without files has the content that it had before reports could have any.
    """
    return {
        **({"files": [str(one.id) for one in draft.files]} if draft.files else {}),
        "kind": draft.kind.value,
        "channel": draft.channel.value,
        "text": draft.text,
        "topic": draft.topic,
        "lon": None if draft.place.lon is None else repr(float(draft.place.lon)),
        "lat": None if draft.place.lat is None else repr(float(draft.place.lat)),
        "crs": draft.place.crs.value,
        "address": draft.place.address,
        "division": draft.place.division,
        "contact": [draft.contact.name, draft.contact.phone],
        "class": draft.class_key,
        "reply_wanted": draft.reply_wanted,
        "received_at": received_at,
        **({} if draft.outer_due_at is None else {"outer_due_at": draft.outer_due_at}),
        **({} if draft.joins is None else {"joins": str(draft.joins)}),
        **({} if draft.place.position_error_m is None else {"error_m": repr(float(draft.place.position_error_m))}),
    }


def _error_told(given: GivenPlace) -> dict[str, int]:
    """Return what the entry tells of how far the point may be wrong: whole metres, where its source says so."""
    said_m = given.position_error_m
    return {} if said_m is None else {"error_m": math.ceil(position_error_m(said_m, source=PositionSource.UNSAID))}


def found_place(
    given: GivenPlace, *, channel: Channel, any_place: bool, at: datetime
) -> tuple[cases.Place, str | None]:
    """Return the place on the map as far as there is one, and what was given where it is no point at all."""
    in_words = PlaceState.IN_WORDS if says_something(given.address) else PlaceState.UNKNOWN
    if not given.has_point or given.lon is None or given.lat is None:
        return cases.Place(in_words), None
    source, error_m = rules.position_source(channel), given.position_error_m
    if any_place and error_m is not None:
        error_m = position_error_m(error_m, source=source)
    try:
        place = place_at(
            given.lon, given.lat, crs=given.crs, division=given.division, at=at, error_m=error_m, source=source
        )
    except (ImpossiblePoint, rules.CoordinatesSwapped):
        if not any_place:
            raise
        return cases.Place(PlaceState.IMPOSSIBLE), f"{given.lon!r},{given.lat!r} ({given.crs.value})"
    return place, None


def _answered_meanwhile(report_id: UUID, *, source: str, key: str, content_digest: str, at: datetime) -> str | None:
    """Take the key for a new report; return the answer of another request that took it at the same moment.

    Whoever comes second waits here until the first is done, and then gives the first one's answer.

    Raises: RepeatedKeyOtherContent.
    """
    try:
        keep_answer(source=source, key=key, content_digest=content_digest, answer=str(report_id), at=at)
    except Conflict:
        earlier = earlier_answer(source=source, key=key, content_digest=content_digest)
        if earlier is None:
            raise
        return earlier
    return None


def _new_report(draft: Draft, place: cases.Place, *, uid: UUID, source: str, key: str, at: datetime) -> Report:
    today = local_date(at, city().zone)
    due_at, provisional = reply_due(draft.kind, at=at) if draft.owes_reply else (None, False)
    phone = draft.contact.phone.strip()
    return Report(
        uid=uid,
        number=f"R{today:%Y}-{next_number(f'report:{today:%Y}'):07d}",
        kind=draft.kind.value,
        channel=draft.channel.value,
        source=source,
        source_key=key,
        state=REPORT.initial.value,
        class_key=draft.class_key or "",
        place_state=place.state.value,
        lon_e7=None if place.point is None else place.point.lon_e7,
        lat_e7=None if place.point is None else place.point.lat_e7,
        cell=None if place.point is None else cell_int(place.point),
        division=place.division,
        area=place.area,
        is_anonymous=not draft.contact.is_given,
        phone_index=keyed_digest(phone, purpose="phone") if says_something(phone) else "",
        reply_owed=draft.owes_reply,
        reply_due_at=due_at,
        reply_provisional=provisional,
        received_at=at,
    )


def _claimed_files(draft: Draft, *, row: Report, by: Actor, at: datetime) -> list[FileRow]:
    codes = {one.id: one.code for one in draft.files}
    ids = [one.id for one in draft.files]
    return evidence.claim_files(ids, for_stream=row.stream, role=FileRole.REPORT, codes=codes, by=by, at=at)


def _joined(case_id: UUID, *, row: Report, at: datetime) -> ReportCase:
    """Return the link to an open case of which the reporter says that it is the same matter.

    Raises: NotFound, MatterIsOver.
    """
    case = case_queries.hold(case_id)
    if case.state in ENDS:
        raise rules.MatterIsOver(case=case.number or str(case.uid), state=case.state.value)
    return ReportCase(report_id=row.uid, case_id=case_id, linked_at=at)


def opened_case(
    draft: Draft, place: cases.Place, *, row: Report, by: Actor, at: datetime, told: Mapping[str, object] | None
) -> ReportCase | None:
    """Open the case that a report asks for, and return the link to it; None where it asks for none."""
    if not draft.kind.needs_action:
        return None
    opened = cases.open_case(
        source=_SOURCE_OF_CHANNEL.get(draft.channel, CaseSource.INTERNET),
        place=place,
        class_key=draft.class_key,
        report=row.uid,
        by=by,
        at=at,
        told=told,
    )
    return ReportCase(report_id=row.uid, case_id=opened.uid, linked_at=at)


def open_anew(row: Report, *, by: Actor, at: datetime) -> ReportCase | None:
    """Open a further case for a report that goes on, where it asks for one; return the link, which the caller saves."""
    if not ReportKind(row.kind).needs_action:
        return None
    channel = Channel(row.channel)
    place = cases.Place(PlaceState(row.place_state), division=row.division, area=row.area)
    if row.lon_e7 is not None and row.lat_e7 is not None:
        point, source = Point(row.lon_e7, row.lat_e7), rules.position_source(channel)
        there = place_at(point.lon, point.lat, crs=Crs.CGCS2000, at=at, source=source)
        place = replace(there, state=place.state, division=place.division, area=place.area)
    opened = cases.open_case(
        source=_SOURCE_OF_CHANNEL.get(channel, CaseSource.INTERNET),
        place=place,
        class_key=row.class_key or None,
        report=row.uid,
        by=by,
        at=at,
    )
    return ReportCase(report_id=row.uid, case_id=opened.uid, linked_at=at)


def _receipt_again(report_id: UUID) -> Receipt:
    row = Report.objects.get(uid=report_id)
    return receipt_of(row, repeated=True)


def receipt_of(row: Report, *, repeated: bool) -> Receipt:
    """Return the receipt of a report that is there."""
    case = ReportCase.objects.filter(report__uid=row.uid).order_by("id").values_list("case__uid", flat=True).first()
    return _receipt(row, case=case, repeated=repeated)


def _receipt(row: Report, *, case: UUID | None, repeated: bool) -> Receipt:
    return Receipt(
        report=row.uid,
        number=row.number,
        query_code=code_of(row.uid),
        case=case,
        place_state=PlaceState(row.place_state),
        repeated=repeated,
    )


__all__ = ["Receipt", "RepeatedKeyOtherContent", "earlier_receipt", "place_at", "receive_report", "take_in"]
