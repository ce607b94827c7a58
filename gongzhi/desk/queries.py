"""What the pages of this door show: cases, files and entries with their names in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.utils.functional import Promise

from gongzhi.audit import queries as audit
from gongzhi.audit.registry import EntryRow
from gongzhi.base.words import words_of
from gongzhi.calendars.labels import edition_text, explain_text, limit_text
from gongzhi.calendars.queries import EditionNotKept
from gongzhi.cases import queries as cases
from gongzhi.cases.labels import ACTS as CASE_ACTS
from gongzhi.cases.labels import STATES
from gongzhi.cases.queries import CaseRow, NoClockYet
from gongzhi.cases.worklists import TimeLeft, Waiting
from gongzhi.desk import labels
from gongzhi.desk.models import SavedView
from gongzhi.desk.rules import FILTERS
from gongzhi.evidence.labels import FILE_ROLES
from gongzhi.evidence.queries import FileRow
from gongzhi.evidence.rules import kind_of
from gongzhi.evidence.states import DisplayState, FileKind, FileRole, FileState
from gongzhi.handovers.labels import ACTS as HANDOVER_ACTS
from gongzhi.intake import queries as intake
from gongzhi.intake.labels import ACTS as REPORT_ACTS
from gongzhi.intake.labels import CHANNELS, KINDS, REPLY_STATES
from gongzhi.intake.labels import STATES as REPORT_STATES
from gongzhi.intake.queries import PromiseRow, ReplyRow, ReportRow
from gongzhi.intake.states import Channel
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.clock import local_date
from gongzhi.norms import queries as norms
from gongzhi.norms.labels import STAGES
from gongzhi.norms.states import Stage
from gongzhi.papers.labels import ACTS as PAPER_ACTS
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.people.labels import POSTS
from gongzhi.people.rules import NotAppointed, NotPermitted, Sight
from gongzhi.people.states import Post
from gongzhi.places import queries as places
from gongzhi.visits.labels import ACTS as VISIT_ACTS
from gongzhi.web.labels import left_text
from gongzhi.web.reading import files_of_case, files_of_report, words_sight

Words = str | Promise
SOON = timedelta(hours=4)
"""So long before its end a limit is marked as due soon."""
_GIVEN_REASONS = ("grounds", "words", "reason")
_ACTS: Mapping[str, Mapping[str, Words]] = {
    "case": CASE_ACTS,
    "visit": VISIT_ACTS,
    "paper": {name.removeprefix("paper."): words for name, words in PAPER_ACTS.items()},
    "handover": {name.removeprefix("handover."): words for name, words in HANDOVER_ACTS.items()},
}
"""What the moves of each kind of stream are called; a stream not named here is that of a report."""
_FILTERED = (1, 2)
"""How deep below the city the divisions lie by which a queue is filtered: districts and streets."""


@dataclass(frozen=True, slots=True)
class Due:
    """A limit as a page shows it: when it ends, what is left of it, and how urgent that is."""

    at: datetime
    left: str
    mark: str
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A case in a list. `uid` is the public id of what waits, by which the next page begins; `ref` names the case."""

    uid: UUID
    case: UUID
    ref: str
    version: int
    number: Words
    what: Words
    where: Words
    state: Words
    unit: str
    stage: Words
    due: Due | None
    is_urgent: bool
    is_supervised: bool
    returns: int
    reworks: int
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """An answer that is still to be sent, in a list."""

    uid: UUID
    number: str
    kind: Words
    state: Words
    where: Words
    due: Due | None
    outer_due_at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """A file as a page shows it."""

    uid: UUID
    role: Words
    name: str
    at: datetime | None
    is_picture: bool
    is_gone: bool
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class ProofGroup:
    """Files that show the same thing, side by side with those of other groups."""

    name: Words
    files: list[Proof]


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the record in words: when, who in which post, what, and the reasons that were given."""

    seq: int
    at: datetime
    what: Words
    post: Words
    unit: str
    reasons: list[str]
    hash: str


@dataclass(frozen=True, slots=True)
class Walk:
    """How a deadline comes about, line by line; `why_not` says why there is none."""

    lines: list[str]
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class SavedViewRow:
    """A queue as a member filtered it, under a name of their own; `query` is the end of its address."""

    uid: UUID
    queue: str
    name: str
    query: str


class Names:
    """The names of classes, divisions and units as they are at an instant, in one language; four queries, once."""

    def __init__(self, at: datetime, *, english: bool) -> None:
        on = local_date(at, city().zone)
        self._english = english
        self._classes = {one.key: one.en if english else one.zh for one in norms.classes(on=on)}
        divisions = places.divisions(on=on)
        self._divisions = {one.code: one.name_en if english else one.name_zh for one in divisions}
        self._paths = {one.path: one.code for one in divisions if one.path.count("/") in _FILTERED}
        self._units = {one.code: one.name_en if english else one.name_zh for one in people.units(at=at)}

    def what(self, key: str) -> Words:
        """Return a class's name."""
        return self._classes.get(key) or labels.CLASS_UNKNOWN

    def where(self, area: str) -> Words:
        """Return a division path in words, without the city itself."""
        known = [self._divisions[code] for code in area.split("/")[1:] if code in self._divisions]
        if not known:
            return labels.PLACE_UNKNOWN
        return ", ".join(reversed(known)) if self._english else "".join(known)

    def unit(self, code: str) -> str:
        """Return a unit's name; the code of one that is gone."""
        return self._units.get(code, code)

    def units(self) -> list[tuple[str, str]]:
        """Return all units by code and name."""
        return sorted(self._units.items(), key=lambda one: one[1])

    def classes(self) -> list[tuple[str, str]]:
        """Return all classes by key and name."""
        return list(self._classes.items())

    def districts(self) -> list[tuple[str, str]]:
        """Return districts and streets by path, each street after its district."""
        return [(path, str(self.where(path))) for path in sorted(self._paths)]

    def classes_named(self, words: str) -> list[str]:
        """Return the keys of the classes whose name holds these words."""
        return [key for key, name in self._classes.items() if words.casefold() in name.casefold()]


def saved_views(by: Actor) -> list[SavedViewRow]:
    """Return the filtered queues that a member keeps, the oldest first."""
    rows = SavedView.objects.filter(member=UUID(by.id)).order_by("kept_at", "id")
    return [SavedViewRow(one.uid, one.queue, one.name, query_of(one.filters)) for one in rows]


def query_of(said: Mapping[str, str]) -> str:
    """Return the filters among what an address says, spelled as the end of an address, always in one order."""
    return urlencode({name: said[name] for name in FILTERS if said.get(name)})


def sight_of(act: str, *, by: Actor, at: datetime) -> Sight:
    """Return how far a power reaches for a member; nowhere for a post without it."""
    try:
        return people.sight(by, act, at=at)
    except (NotAppointed, NotPermitted):
        return Sight()


def due_of(at: datetime | None, left: TimeLeft | None, *, provisional: bool = False) -> Due | None:
    """Return a limit as a page shows it."""
    if at is None or left is None:
        return None
    mark = "late" if left.seconds < 0 else "soon" if left.seconds < SOON.total_seconds() else "on-time"
    return Due(at, left_text(left), mark, provisional)


def line_of(one: Waiting, names: Names) -> Line:
    """Return a waiting case as a line of a list."""
    due = due_of(one.stage.due_at, one.left, provisional=one.stage.due_provisional)
    return _line(one.case, names, uid=one.uid, stage=STAGES[Stage(one.stage.stage)], due=due)


def case_line(row: CaseRow, names: Names) -> Line:
    """Return any case as a line of a list, without its clock."""
    return _line(row, names, uid=row.uid, stage="", due=None)


def _line(row: CaseRow, names: Names, *, uid: UUID, stage: Words, due: Due | None) -> Line:
    return Line(
        uid=uid,
        case=row.uid,
        ref=ref_of(row),
        version=row.version,
        number=row.number or labels.NO_NUMBER,
        what=names.what(row.class_key),
        where=names.where(row.area),
        state=STATES[row.state],
        unit=names.unit(row.unit_code),
        stage=stage,
        due=due,
        is_urgent=row.urgent_at is not None,
        is_supervised=row.supervised_at is not None,
        returns=row.return_count,
        reworks=row.rework_count,
        reported_at=row.reported_at,
    )


def readable_cases(rows: Iterable[CaseRow], *, by: Actor, at: datetime) -> list[CaseRow]:
    """Return those cases of a report that a member may read: who may read a report need not read all its cases."""
    readable = []
    for row in rows:
        try:
            cases.require_readable(row, by=by, at=at)
        except (NotAppointed, NotPermitted):
            continue
        readable.append(row)
    return readable


def ref_of(row: CaseRow) -> str:
    """Return by what a case is named in an address: its number, or its public id while it has none."""
    return row.number or str(row.uid)


def reply_line(report: ReportRow, reply: ReplyRow, names: Names, *, at: datetime) -> ReplyLine:
    """Return an answer that is still to be sent as a line of a list; its limit is told by the clock on the wall."""
    left = None if reply.due_at is None else TimeLeft(int((reply.due_at - at).total_seconds()), in_working_time=False)
    return ReplyLine(
        uid=report.uid,
        number=report.number,
        kind=KINDS[report.kind],
        state=REPLY_STATES[reply.state],
        where=names.where(report.area),
        due=due_of(reply.due_at, left),
        outer_due_at=reply.outer_due_at,
        received_at=report.received_at,
    )


def promise_line(report: ReportRow, promise: PromiseRow, names: Names, *, at: datetime) -> ReplyLine:
    """Return a call that was promised and not made as a line of a list."""
    left = TimeLeft(int((promise.due_at - at).total_seconds()), in_working_time=False)
    tried = str(labels.PROMISED_TRIED).format(count=promise.attempts) if promise.attempts else labels.PROMISED
    return ReplyLine(
        uid=report.uid,
        number=report.number,
        kind=KINDS[report.kind],
        state=tried,
        where=names.where(report.area),
        due=due_of(promise.due_at, left),
        outer_due_at=None,
        received_at=report.received_at,
    )


def walk_of(row: CaseRow) -> Walk:
    """Return how the deadline of a disposal comes about, in words."""
    zone = city().zone
    try:
        found = cases.explain_deadline(str(row.uid))
    except (NoClockYet, EditionNotKept) as refusal:
        return Walk([], words_of(refusal))
    about = edition_text(
        edition=found.edition,
        since=found.edition_since,
        present=found.present_edition,
        due_at=found.due_at,
        today=found.due_today,
        zone=zone,
    )
    return Walk([limit_text(found.limit_text), *explain_text(found.steps, zone=zone), *about])


_GROUPS: tuple[tuple[Words, frozenset[FileRole | None]], ...] = (
    (labels.SHOWN_BY_REPORTER, frozenset({FileRole.REPORT})),
    (labels.SHOWN_BEFORE, frozenset({FileRole.VERIFY, FileRole.BEFORE})),
    (labels.SHOWN_AFTER, frozenset({FileRole.AFTER})),
    (labels.SHOWN_BY_CHECK, frozenset({FileRole.CHECK})),
)


def proof_of(row: CaseRow, *, by: Actor, at: datetime) -> list[ProofGroup]:
    """Return what proves something about a case, in the groups that are compared, empty ones left out."""
    shown = [one for one in files_of_case(row, by=by, at=at) if one.role is not FileRole.MASKED]
    groups = [ProofGroup(name, [_proof(one) for one in shown if one.role in roles]) for name, roles in _GROUPS]
    return [one for one in groups if one.files]


def proof_of_report(row: ReportRow, *, by: Actor, at: datetime) -> list[Proof]:
    """Return what a report came with."""
    return [_proof(one) for one in files_of_report(row, by=by, at=at) if one.role is not FileRole.MASKED]


def _proof(one: FileRow) -> Proof:
    return Proof(
        uid=one.uid,
        role=FILE_ROLES[one.role] if one.role is not None else "",
        name=one.name,
        at=one.taken_at or one.claimed_at,
        is_picture=kind_of(one.content_type) is FileKind.PHOTO and one.display is DisplayState.MADE,
        is_gone=one.state in {FileState.ERASED, FileState.SWEPT},
        width=one.width,
        height=one.height,
    )


def record_of(stream: str, names: Names, *, after: int = 0) -> list[Told]:
    """Return the entries of a stream in words, the latest first, from behind a version on."""
    reasons = audit.held_by_entry(stream, names=_GIVEN_REASONS)
    found = [one for one in audit.entries_of(stream) if one.seq > after]
    return [_told(one, names, reasons=reasons.get(one.seq, {}).values()) for one in reversed(found)]


def _told(one: EntryRow, names: Names, *, reasons: Iterable[object]) -> Told:
    kind, _, act = one.type.partition(".")
    words = _ACTS.get(kind, REPORT_ACTS)
    what = words.get(act) or REPORT_ACTS.get(one.type) or labels.FACTS.get(one.type) or one.type
    hand = Post.REPORTER if one.actor.kind is ActorKind.REPORTER else one.actor.post or one.actor.kind.value
    return Told(
        seq=one.seq,
        at=one.at,
        what=what,
        post=POSTS.get(hand, hand),
        unit=names.unit(one.actor.unit or ""),
        reasons=[str(said) for said in reasons],
        hash=one.hash,
    )


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A report as a member may see it: words and contact only for those who may, the contact always masked."""

    row: ReportRow
    kind: Words
    channel: Words
    state: Words
    where: Words
    words: dict[str, str] | None
    contact_name: str
    contact_phone: str


def reports_shown(rows: Sequence[ReportRow], names: Names, *, by: Actor, at: datetime) -> list[ReportShown]:
    """Return reports as a member may see them."""
    sight = words_sight(by, at=at)
    matters = intake.seen_matters((row.uid, row.area) for row in rows)
    opened = [row for row in rows if sight.reaches(matters[row.uid])]
    words, contacts = intake.words_of(opened), intake.masked_contacts_of(opened)
    shown = []
    for row in rows:
        contact = contacts.get(row.uid)
        shown.append(
            ReportShown(
                row=row,
                kind=KINDS[row.kind],
                channel=CHANNELS[Channel(row.channel)],
                state=REPORT_STATES[row.state],
                where=names.where(row.area),
                words=words.get(row.uid),
                contact_name="" if contact is None else contact.name,
                contact_phone="" if contact is None else contact.phone,
            )
        )
    return shown
