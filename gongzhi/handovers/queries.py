"""Reading hand-overs, and what would stand on the list of one that is begun now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gongzhi.audit import queries as audit
from gongzhi.cases import worklists
from gongzhi.cases.worklists import Waiting, Wanted
from gongzhi.handovers.lifecycle import READ
from gongzhi.handovers.models import Handover, HandoverItem, HandoverNote
from gongzhi.handovers.states import HandoverState, ItemKind, Side
from gongzhi.intake import queries as intake
from gongzhi.intake.queries import PromiseRow, ReportRow
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound
from gongzhi.norms.states import Stage
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter

SOON = timedelta(hours=24)
MOST_OF_A_KIND = 100
"""How many matters of one kind stand on a list; how many there were stands beside it."""
MOST_COUNTED = 9999
_CASES: tuple[tuple[ItemKind, Wanted], ...] = (
    (ItemKind.URGENT, Wanted(urgent=True)),
    (ItemKind.SUPERVISED, Wanted(supervised=True)),
)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A matter as it stood when the list was made."""

    uid: UUID
    kind: ItemKind
    about: str
    number: str
    class_key: str
    area: str
    unit_code: str
    matter_state: str
    due_at: datetime | None

    @property
    def subject(self) -> str:
        """The public id of the case or the report."""
        return self.about.partition(":")[2]

    @property
    def is_report(self) -> bool:
        """Whether it is a report whose caller is to be called."""
        return self.about.startswith("report:")


@dataclass(frozen=True, slots=True)
class NoteRow:
    """Something said about a hand-over; `words` is None after an erasure."""

    item: UUID | None
    side: Side
    by: str
    at: datetime
    words: str | None


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """A hand-over as readers get it; `version` is what an operation takes as `seen`."""

    uid: UUID
    version: int
    unit: str
    state: HandoverState
    made_by: str
    made_at: datetime
    counts: dict[str, int]
    running: dict[str, int]
    handed_at: datetime | None
    taken_by: str
    taken_at: datetime | None

    @property
    def stream(self) -> str:
        """The hand-over's stream in the record."""
        return f"handover:{self.uid}"


def handover(uid: UUID) -> HandoverRow:
    """Return a hand-over. Raises: NotFound."""
    found = Handover.objects.filter(uid=uid).first()
    if found is None:
        raise NotFound(thing="handover", code=str(uid))
    return handover_row(found)


def readable(uid: UUID, *, by: Actor, at: datetime) -> HandoverRow:
    """Return a hand-over that a member may read. Raises: NotFound, NotAppointed, NotPermitted."""
    row = handover(uid)
    people.require(by, READ, Matter(unit=row.unit), at=at)
    return row


def latest(*, by: Actor, at: datetime, limit: int = 20) -> list[HandoverRow]:
    """Return the latest hand-overs that a member may read, the last first. Raises: NotAppointed, NotPermitted."""
    sight = people.sight(by, READ, at=at)
    found = Handover.objects.order_by("-made_at", "-id")
    if not sight.everywhere:
        found = found.filter(unit__code__in=sight.units)
    return [handover_row(one) for one in found[:limit]]


def untaken(*, by: Actor, at: datetime) -> list[HandoverRow]:
    """Return the hand-overs that were signed over and that nobody has taken, as far as a member may read them."""
    if READ not in people.acts_of(by, at=at):
        return []
    found = Handover.objects.filter(state=HandoverState.HANDED.value).order_by("handed_at", "id")
    return [row for row in map(handover_row, found) if people.allow(by, READ, Matter(unit=row.unit), at=at)]


def items_of(uid: UUID) -> list[ItemRow]:
    """Return the list of a hand-over, in its order."""
    return [item_row(one) for one in HandoverItem.objects.filter(handover__uid=uid).order_by("place")]


def notes_of(row: HandoverRow) -> list[NoteRow]:
    """Return what was said about a hand-over, in order."""
    found = list(HandoverNote.objects.filter(handover__uid=row.uid).order_by("id"))
    kept = audit.held_values([row.stream], names=[note_name(one) for one in found]).get(row.stream, {})
    return [
        NoteRow(
            item=one.item,
            side=Side(one.side),
            by=one.by,
            at=one.at,
            words=None if (words := kept.get(note_name(one))) is None else str(words),
        )
        for one in found
    ]


def note_name(one: HandoverNote) -> str:
    """Return the name under which the words of a note are held, so that each keeps its own."""
    return f"words/{one.uid}"


def matters_now(*, by: Actor, at: datetime) -> tuple[list[HandoverItem], dict[str, int]]:
    """Return what is to be handed over at an instant, each matter once, and how much there is of each kind.

    Of every kind stand at most `MOST_OF_A_KIND` on the list, those that are due first.
    """
    cases, reports = people.sight(by, "case.read", at=at), people.sight(by, "report.read", at=at)
    found: list[HandoverItem] = []
    counts: dict[str, int] = {}
    listed: set[str] = set()
    due = Wanted(due_before=at + SOON)
    wanted = {**dict(_CASES), ItemKind.DUE: due}
    for kind in ItemKind:
        if kind is ItemKind.PROMISED:
            counts[kind.value] = intake.promised_calls_count(sight=reports, most=MOST_COUNTED)
            rows: Iterator[HandoverItem] = map(_of_promise, intake.promised_calls(sight=reports, limit=MOST_OF_A_KIND))
        else:
            counts[kind.value] = worklists.count(wanted[kind], sight=cases, most=MOST_COUNTED)
            waiting = worklists.waiting(wanted[kind], sight=cases, at=at, limit=MOST_OF_A_KIND)
            rows = (_of_case(one, kind=kind) for one in waiting)
        for row in rows:
            if row.about not in listed:
                listed.add(row.about)
                found.append(row)
    for place, row in enumerate(found, start=1):
        row.place = place
    return found, counts


def running_now(*, by: Actor, at: datetime) -> dict[str, int]:
    """Return how many cases are in each stage at an instant, as far as a member sees them."""
    sight = people.sight(by, "case.read", at=at)
    counted = {
        stage.value: worklists.count(Wanted(stages=frozenset({stage})), sight=sight, most=MOST_COUNTED)
        for stage in Stage
    }
    return {stage: count for stage, count in counted.items() if count}


def _of_case(one: Waiting, *, kind: ItemKind) -> HandoverItem:
    row = one.case
    return HandoverItem(
        kind=kind.value,
        about=row.stream,
        number=row.number or "",
        class_key=row.class_key,
        area=row.area,
        unit_code=row.unit_code,
        matter_state=row.state.value,
        due_at=row.supervision_due_at if kind is ItemKind.SUPERVISED else one.stage.due_at,
    )


def _of_promise(one: tuple[ReportRow, PromiseRow]) -> HandoverItem:
    report, promise = one
    return HandoverItem(
        kind=ItemKind.PROMISED.value,
        about=report.stream,
        number=report.number,
        class_key=report.class_key,
        area=report.area,
        matter_state=report.state.value,
        due_at=promise.due_at,
    )


def handover_row(one: Handover) -> HandoverRow:
    """Return a hand-over as a plain row."""
    return HandoverRow(
        uid=one.uid,
        version=one.version,
        unit=one.unit_id,
        state=HandoverState(one.state),
        made_by=one.made_by,
        made_at=one.made_at,
        counts=dict(one.counts),
        running=dict(one.running),
        handed_at=one.handed_at,
        taken_by=one.taken_by,
        taken_at=one.taken_at,
    )


def item_row(one: HandoverItem) -> ItemRow:
    """Return a matter of a list as a plain row."""
    return ItemRow(
        uid=one.uid,
        kind=ItemKind(one.kind),
        about=one.about,
        number=one.number,
        class_key=one.class_key,
        area=one.area,
        unit_code=one.unit_code,
        matter_state=one.matter_state,
        due_at=one.due_at,
    )
