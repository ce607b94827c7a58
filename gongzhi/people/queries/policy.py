"""Who may do what: the policy table, and what is looked at beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from gongzhi.audit import queries as audit
from gongzhi.audit.queries import last_of
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.people import registry
from gongzhi.people.models import Appointment, CredentialNeed, Member, PolicyGrant, Substitution, Unit
from gongzhi.people.queries.directory import AppointmentRow, SubstitutionRow, appointments, in_force, substitutions
from gongzhi.people.queries.nights import NightDutyRow, night_duty
from gongzhi.people.queries.papers import papers_of, require_credential
from gongzhi.people.rules import (
    Crossing,
    Grant,
    Matter,
    NotAppointed,
    NotPermitted,
    Paper,
    Permission,
    Reach,
    SamePerson,
    Separation,
    Sight,
    crossings,
    may_be_relaxed,
    persons_of,
    reaches,
    require_paper,
)
from gongzhi.people.states import Scope, Why

POLICY = "config:policy"
"""The stream in which every change of the policy table, and of the papers that acts need, stands."""


@dataclass(frozen=True, slots=True)
class Power:
    """Somebody whose post has an act in the policy table: whether it reaches here and why, and what stops them.

    The power of one whose account is closed reaches nowhere meanwhile, for that reason. `on_behalf_of` is the member in
    whose place a substitute acts. `stops` are the refusals that this person would get although the power reaches: a
    paper that does not count, or hands that must be separate.
    """

    member: UUID
    number: str
    post: str
    unit: str
    scope: Scope
    reaches: bool
    why: Why
    on_behalf_of: UUID | None = None
    stops: tuple[Refusal, ...] = ()

    @property
    def may(self) -> bool:
        """Whether this person may do it, here and now."""
        return self.reaches and not self.stops


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that decides about an act in a place at an hour.

    Attributes:
        grants: the lines of the policy table that name the act.
        needs: the kinds of papers without which nobody does it.
        separation: the earlier acts from which it is kept apart; None where it is kept apart from none.
        night_duty: the night duty that holds there then, under which urgent matters may lie in fewer hands.
        powers: who holds one of those posts then, substitutes included, by post and staff number.
    """

    act: str
    grants: tuple[Grant, ...]
    needs: tuple[str, ...]
    separation: Separation | None
    night_duty: NightDutyRow | None
    powers: tuple[Power, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """The policy table as it is kept in memory: grants by post and act, needed papers by act."""

    grants: Mapping[tuple[str, str], Grant]
    needs: Mapping[str, tuple[str, ...]]


def allow(by: Actor, act: str, matter: Matter, *, at: datetime) -> bool:
    """Whether the actor may do the act now. Doors ask this to know what to show; operations call `require`."""
    try:
        require(by, act, matter, at=at)
    except Refusal:
        return False
    return True


def require(by: Actor, act: str, matter: Matter, *, at: datetime) -> Permission:
    """Refuse unless the policy table allows the act to this actor, here, with these hands and papers.

    Returns: the permission. Where a night duty let an urgent matter lie in fewer hands it says so: the operation puts
        `operations.tell_relaxed(...)` into the facts of its entry.

    Raises: NotAppointed, NotPermitted, SamePerson, CredentialMissing, CredentialExpired, CredentialSuspended,
        CredentialWithdrawn.
    """
    grant = _grant(by, act, at=at)
    reach = Reach(unit=by.unit)
    if acts_in_unit(by) and grant.scope is not Scope.CITY:
        reach = _reach(by.unit or "")
    if not reaches(grant, matter=matter, reach=reach):
        raise NotPermitted(act=act, post=by.post, unit=by.unit)
    if by.kind is ActorKind.MEMBER:
        for kind in _table().needs.get(act, ()):
            require_credential(by.id, kind, area=matter.area, at=at)
    met = crossings(act, persons=persons_of(by), matter=matter, separations=registry.separations())
    return _permission(act, met, post=by.post, matter=matter, at=at) if met else Permission(act)


def require_administration(by: Actor, act: str, *, at: datetime) -> None:
    """Refuse unless the policy table allows an act of administration, which concerns the whole city.

    Before the first line of the table there is no city to guard: founding it is what writes that line.

    Raises: NotAppointed, NotPermitted.
    """
    if last_of(POLICY) is not None:
        require(by, act, Matter(), at=at)


def acts_in_unit(by: Actor) -> bool:
    """Whether the actor acts by an appointment: every member, and machines with an account; our own name no unit."""
    return by.kind is ActorKind.MEMBER or (by.kind is ActorKind.MACHINE and by.unit is not None)


def acts_of(by: Actor, *, at: datetime) -> list[str]:
    """Return what a member's post may do somewhere, by name; empty when the member no longer holds it."""
    if acts_in_unit(by) and not _is_appointed(by, at=at):
        return []
    return sorted(act for post, act in _table().grants if post == by.post)


def sight(by: Actor, act: str, *, at: datetime) -> Sight:
    """Return how far an act reaches for an actor, so that a list shows exactly what it may open one by one.

    Raises: NotAppointed, NotPermitted.
    """
    grant = _grant(by, act, at=at)
    if grant.scope is Scope.CITY:
        return Sight(everywhere=True)
    reach = _reach(by.unit or "")
    if grant.scope is Scope.AREA:
        return Sight(areas=reach.areas)
    return Sight(units=reach.units_below | {by.unit or ""})


def units_below(unit: str) -> frozenset[str]:
    """Return the units under one, at every depth, and those that it took over from."""
    return _reach(unit).units_below


def grants() -> list[Grant]:
    """Return the policy table, by post and act."""
    return [Grant(post, act, Scope(scope)) for post, act, scope in policy_rows()]


def credential_needs() -> list[tuple[str, str]]:
    """Return which acts need which kind of credential, by act and kind."""
    return list(CredentialNeed.objects.order_by("act", "kind").values_list("act", "kind"))


def edition() -> int:
    """Return the number of the last change of the policy table, 0 before the first."""
    return audit.edition(POLICY)


def powers(act: str, *, matter: Matter, at: datetime, post: str | None = None) -> list[Power]:
    """Return who may do an act here, and who only elsewhere, each with the reason and with what stops them.

    Args:
        act: what is to be done.
        matter: where the thing lies, which unit answers for it, and through whose hands it went.
        at: when.
        post: the only post to look at.

    Returns: by post and staff number; substitutes after those in whose place they act.

    Raises: NotFound when no room knows the act and no line names it.
    """
    return list(explain(act, matter=matter, at=at, post=post).powers)


def explain(act: str, *, matter: Matter, at: datetime, post: str | None = None) -> Explanation:
    """Return everything that decides about an act in a place at an hour; the arguments are those of `powers`.

    Raises: NotFound when no room knows the act and no line names it.
    """
    table = _table()
    if act not in {one.act for one in (*table.grants.values(), *registry.default_grants())}:
        raise NotFound(thing="act", code=act)
    named = {one.post: one for one in table.grants.values() if one.act == act and post in (None, one.post)}
    held: list[AppointmentRow | SubstitutionRow] = [
        *(one for one in appointments(at=at) if one.post in named),
        *(one for one in substitutions(at=at) if one.post in named),
    ]
    needs = table.needs.get(act, ())
    papers = papers_of({one.member for one in held}) if needs else {}
    found_members = Member.objects.filter(uid__in={one.member for one in held}).select_related("account")
    members = {one.uid: one for one in found_members}
    shut_out = {uid for uid, one in members.items() if one.account is not None and not one.account.is_active}
    units = _units_by_code()
    reach_of = {code: _reach(code, units=units) for code in {one.unit for one in held}}
    found = []
    for one in held:
        grant = named[one.post]
        there = reaches(grant, matter=matter, reach=reach_of[one.unit])
        stops = [*_paper_stops(papers.get(one.member, ()), needs, area=matter.area, at=at)]
        stops += _hand_stops(one.actor(), act, matter=matter, at=at)
        found.append(
            Power(
                member=one.member,
                number=members[one.member].number,
                post=one.post,
                unit=one.unit,
                scope=grant.scope,
                reaches=there and one.member not in shut_out,
                why=Why.ACCOUNT_CLOSED if one.member in shut_out else _why(grant.scope, there=there),
                on_behalf_of=one.instead_of if isinstance(one, SubstitutionRow) else None,
                stops=tuple(stops),
            )
        )
    return Explanation(
        act=act,
        grants=tuple(sorted(named.values(), key=lambda one: one.post)),
        needs=needs,
        separation=next((one for one in registry.separations() if one.act == act), None),
        night_duty=night_duty(area=matter.area, at=at),
        powers=tuple(sorted(found, key=lambda one: (one.post, one.number))),
    )


def policy_rows() -> Iterator[tuple[str, str, str]]:
    """Yield the lines of the policy table, by post and act."""
    yield from PolicyGrant.objects.order_by("post", "act").values_list("post", "act", "scope")


def snapshot_rows() -> Iterator[Sequence[str]]:
    """Yield what the record watches: the lines of the policy table, and after them the papers that acts need."""
    yield from policy_rows()
    for act, kind in credential_needs():
        yield ("", act, "needs", kind)


def _grant(by: Actor, act: str, *, at: datetime) -> Grant:
    """Return the line of the policy table that gives the act to the actor's post; whoever acts in a unit holds it."""
    grant = None if by.post is None else _table().grants.get((by.post, act))
    if grant is None:
        raise NotPermitted(act=act, post=by.post)
    if acts_in_unit(by) and not _is_appointed(by, at=at):
        raise NotAppointed(post=by.post, unit=by.unit)
    return grant


def _permission(act: str, met: Sequence[Crossing], *, post: str | None, matter: Matter, at: datetime) -> Permission:
    """Return the permission for hands that met, where a night duty gives one. Raises: SamePerson."""
    running = night_duty(area=matter.area, at=at) if matter.urgent else None
    if running is None or not may_be_relaxed(
        met, post=post, matter=matter, area=running.area, declared_by=running.declared_by
    ):
        raise SamePerson(act=act, earlier=met[0].earlier)
    return Permission(act, night_duty=str(running.uid), crossed=tuple(dict.fromkeys(one.earlier for one in met)))


def _paper_stops(papers: Iterable[Paper], needs: Iterable[str], *, area: str, at: datetime) -> Iterator[Refusal]:
    for kind in needs:
        try:
            require_paper(papers, kind=kind, area=area, at=at)
        except Refusal as refusal:
            yield refusal


def _hand_stops(by: Actor, act: str, *, matter: Matter, at: datetime) -> list[Refusal]:
    met = crossings(act, persons=persons_of(by), matter=matter, separations=registry.separations())
    if not met:
        return []
    try:
        _permission(act, met, post=by.post, matter=matter, at=at)
    except SamePerson as refusal:
        return [refusal]
    return []


def _is_appointed(by: Actor, *, at: datetime) -> bool:
    """Whether the actor holds the post at an instant, or takes care of it for the one in whose place it acts."""
    held = Appointment.objects.filter(in_force(at), post=by.post, unit__code=by.unit or "")
    represented = persons_of(by)[1:]
    if not represented:
        return held.filter(member__uid=by.id).exists()
    posts = held.filter(member__uid=represented[0])
    return Substitution.objects.filter(in_force(at), member__uid=by.id, appointment__in=posts).exists()


def _table() -> _Table:
    """Return the policy table, read again only when its stream in the record grew."""
    last = last_of(POLICY)
    return _NO_TABLE if last is None else _table_as_of(last[1])


_NO_TABLE = _Table(grants={}, needs={})


@lru_cache(maxsize=2)
def _table_as_of(last_hash: str) -> _Table:
    """Return the policy table under one last entry; its hash covers the digest of these very rows."""
    del last_hash
    needs: dict[str, tuple[str, ...]] = {}
    for act, kind in credential_needs():
        needs[act] = (*needs.get(act, ()), kind)
    return _Table(grants={(one.post, one.act): one for one in grants()}, needs=needs)


def _why(scope: Scope, *, there: bool) -> Why:
    if scope is Scope.CITY:
        return Why.EVERYWHERE
    if scope is Scope.AREA:
        return Why.IN_ITS_AREA if there else Why.OUTSIDE_ITS_AREA
    return Why.WITH_ITS_UNIT if there else Why.WITH_ANOTHER_UNIT


def _units_by_code() -> dict[str, Unit]:
    return {one.code: one for one in Unit.objects.only("code", "parent_id", "successor_id", "areas")}


def _reach(code: str, *, units: Mapping[str, Unit] | None = None) -> Reach:
    """Return where somebody in a unit stands: it answers for the units below it, and for those it took over from.

    `units` are all units, where the caller has read them already.
    """
    known = _units_by_code() if units is None else units
    below: set[str] = set()
    frontier = {code}
    while frontier:
        frontier = {
            one.code for one in known.values() if one.parent_id in frontier or one.successor_id in frontier
        } - below
        below |= frontier
    areas = tuple(known[code].areas) if code in known else ()
    return Reach(unit=code, units_below=frozenset(below), areas=areas)
