"""How a case stands, in words that need no explanation: who must do what by when, and what happened so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.utils.functional import Promise

from gongzhi.cases import worklists
from gongzhi.cases.queries import CaseRow
from gongzhi.cases.states import UNIT_WORKS, CaseState, ClosingType
from gongzhi.portal import labels
from gongzhi.portal.names import Named
from gongzhi.portal.page import filled, reads_english, told, told_day
from gongzhi.web.labels import left_text


class Event(TypedDict):
    """One thing that happened, as the timeline shows it."""

    at: datetime
    what: str
    when: dict[str, str] | None


def stands(case: CaseRow, *, units: Mapping[str, Named], names_unit: bool = True) -> str:
    """Return in one sentence how a case stands; "closed" and "fixed" are told apart."""
    return filled(_closing(case) or labels.STANDS[case.state], unit=_unit(case, units, names_unit=names_unit))


def deadline(case: CaseRow, *, units: Mapping[str, Named], at: datetime) -> dict[str, object] | None:
    """Return by when the unit must have handled the case, and whether that has passed; None where no clock runs."""
    unit = _unit(case, units, names_unit=True)
    until = told(case.hold_until_at)
    if case.state is CaseState.SUSPENDED and until is not None:
        return {"words": filled(labels.HELD_UNTIL, due=until["said"]), "iso": until["iso"], "late": False}
    due = told(case.due_at)
    if case.state not in UNIT_WORKS or due is None:
        return None
    late, left = case.is_overdue(at=at), worklists.standing(case.uid, at=at).disposal
    if left is None:
        return {"words": filled(labels.OVERDUE if late else labels.DUE, unit=unit, due=due["said"]), "late": late}
    words = filled(labels.OVERDUE_BY if late else labels.DUE_IN, unit=unit, due=due["said"], left=left_text(left))
    return {"words": words, "late": late}


def events_of_case(case: CaseRow, *, units: Mapping[str, Named], in_full: bool = True) -> list[Event]:
    """Return what happened to a case so far, in order; where it is not told in full, by whom stays out and the hour."""
    unit = _unit(case, units, names_unit=in_full)
    last = {CaseState.NOT_ACCEPTED: "not_accepted", CaseState.CLOSED: "closed"}.get(case.state, "ended")
    happened = (
        ("accepted", case.accepted_at),
        ("filed", case.filed_at),
        ("dispatched", case.dispatched_at),
        ("handled", case.handled_at),
        (last, case.ended_at),
    )
    events = in_order([event(name, at, unit=unit) for name, at in happened if at is not None])
    return events if in_full else [{**one, "when": told_day(one["at"])} for one in events]


def event(name: str, at: datetime, **facts: str) -> Event:
    """Return one line of a timeline."""
    return {"at": at, "what": filled(labels.EVENTS[name], **facts), "when": told(at)}


def in_order(events: list[Event]) -> list[Event]:
    """Return events by their instants; of equal ones the first told comes first."""
    return sorted(events, key=lambda one: one["at"])


def picture_address(uid: UUID) -> str:
    """Return where the public copy of a released photograph lies."""
    return f"/api/v1/public/files/{uid}"


def _closing(case: CaseRow) -> str | Promise | None:
    if case.state is not CaseState.CLOSED:
        return None
    if case.closing_type == ClosingType.SELF_HANDLED:
        return labels.FIXED_AT_ONCE
    return labels.FIXED_SEEN if case.needs_visit else labels.FIXED_SHOWN


def _unit(case: CaseRow, units: Mapping[str, Named], *, names_unit: bool) -> str:
    found = units.get(case.unit_code) if names_unit else None
    return str(labels.A_UNIT) if found is None else found.said(english=reads_english())
