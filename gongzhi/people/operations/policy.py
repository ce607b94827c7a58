"""The policy table, line by line, and the papers that acts need."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.audit import queries as audit_queries
from gongzhi.base.operations import one_change
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import facts, registry
from gongzhi.people.models import CredentialNeed, PolicyGrant
from gongzhi.people.operations.shared import require_names
from gongzhi.people.queries import POLICY, acts_in_unit, posts_held, posts_stood_in_for, require_administration
from gongzhi.people.rules import (
    KEY_TO_THE_TABLE,
    Grant,
    NotPermitted,
    OwnPowers,
    TableLocked,
    is_misplaced,
    require_powers_apart,
)
from gongzhi.people.states import Scope


@one_change
def seed_policy(*, seen: int, by: Actor, at: datetime) -> int:
    """Write the default lines of the policy table for acts that it never knew; return how many were added.

    The first time this founds the table; later it gives the acts that a newer version of the program brought. What the
    city ended stays ended: the record names it. A line that an earlier version allowed, and that may not stand any
    more, ends: an act of administration with another post than its own, an act of the work with an administrator.

    Raises: NotPermitted, ChangedMeanwhile.
    """
    _require_to_seed(by, at=at)
    audit.require_edition(POLICY, seen)
    defaults = registry.default_grants()
    misplaced = [
        one.pk
        for one in PolicyGrant.objects.all()
        if is_misplaced(Grant(one.post, one.act, Scope(one.scope)), defaults=defaults)
    ]
    known = _acts_ever_known()
    fresh = [PolicyGrant(post=one.post, act=one.act, scope=one.scope.value) for one in defaults if one.act not in known]
    PolicyGrant.objects.filter(pk__in=misplaced).delete()
    PolicyGrant.objects.bulk_create(fresh)
    if fresh or misplaced:
        told = {"added": len(fresh), "ended": len(misplaced), "acts": sorted({one.act for one in fresh})}
        audit.record_snapshot(POLICY, facts.POLICY_CHANGED, by=by, at=at, facts=told, seen=seen)
    return len(fresh)


def _require_to_seed(by: Actor, *, at: datetime) -> None:
    """Refuse whoever does not keep the policy table.

    A table that an earlier version founded has no line yet for changing it: there it is the security administrator who
    may appoint.
    """
    post, act = KEY_TO_THE_TABLE
    if not PolicyGrant.objects.exists() or PolicyGrant.objects.filter(act=act).exists():
        require_administration(by, act, at=at)
        return
    if by.post != post:
        raise NotPermitted(act=act, post=by.post)
    require_administration(by, "people.appoint", at=at)


def _acts_ever_known() -> set[str]:
    """Return the acts of the table, and those of which the record says that they were seeded, put or ended."""
    known = set(PolicyGrant.objects.values_list("act", flat=True))
    for one in audit_queries.entries_of(POLICY):
        acts = one.facts.get("acts", [])
        known |= {str(act) for act in acts} if isinstance(acts, list) else set()
        is_line = "act" in one.facts and "needs" not in one.facts  # a paper that an act needs gives it to nobody
        known |= {str(one.facts["act"])} if is_line else set()
    return known


@one_change
def put_grant(post: str, act: str, scope: Scope, *, seen: int, by: Actor, at: datetime) -> None:
    """Let a post do an act as far as a scope reaches, or let the power that it has reach as far.

    Raises: NotPermitted, NameBlank, NameTooLong, NameUnreadable, ChangedMeanwhile, PowersApart, BeyondAdministration;
        OwnPowers for any post that the one who asks holds now or will hold, or takes care of for another; NotFound when
        no room knows the act.
    """
    require_administration(by, "people.put_grant", at=at)
    if post in _own_posts(by, at=at):
        raise OwnPowers(act=act)
    require_names(PolicyGrant, post=post)
    audit.require_edition(POLICY, seen)
    defaults = registry.default_grants()
    if act not in {one.act for one in defaults}:
        raise NotFound(thing="act", code=act)
    require_powers_apart(post, act, defaults=defaults)
    PolicyGrant.objects.update_or_create(post=post, act=act, defaults={"scope": scope.value})
    told = {"post": post, "act": act, "scope": scope.value}
    audit.record_snapshot(POLICY, facts.POLICY_CHANGED, by=by, at=at, facts=told, seen=seen)


@one_change
def end_grant(post: str, act: str, *, seen: int, by: Actor, at: datetime) -> None:
    """Take from a post the power for an act.

    Raises: NotPermitted, ChangedMeanwhile, NotFound, TableLocked.
    """
    require_administration(by, "people.end_grant", at=at)
    audit.require_edition(POLICY, seen)
    line = PolicyGrant.objects.filter(post=post, act=act).first()
    if line is None:
        raise NotFound(thing="grant", code=f"{post} {act}")
    if (post, act) == KEY_TO_THE_TABLE:
        raise TableLocked(post=post, act=act)
    line.delete()
    told = {"post": post, "act": act, "scope": None}
    audit.record_snapshot(POLICY, facts.POLICY_CHANGED, by=by, at=at, facts=told, seen=seen)


@one_change
def put_credential_need(act: str, kind: str, *, seen: int, by: Actor, at: datetime) -> None:
    """Let nobody do an act any more who holds no credential of this kind; saying it twice changes nothing.

    Raises: NotPermitted, NameBlank, NameTooLong, NameUnreadable, ChangedMeanwhile; NotFound when no room knows the act.
    """
    require_administration(by, "people.put_credential_need", at=at)
    require_names(CredentialNeed, kind=kind)
    audit.require_edition(POLICY, seen)
    if act not in {one.act for one in registry.default_grants()}:
        raise NotFound(thing="act", code=act)
    _, is_new = CredentialNeed.objects.get_or_create(act=act, kind=kind)
    if is_new:
        told = {"act": act, "needs": kind}
        audit.record_snapshot(POLICY, facts.POLICY_CHANGED, by=by, at=at, facts=told, seen=seen)


@one_change
def end_credential_need(act: str, kind: str, *, seen: int, by: Actor, at: datetime) -> None:
    """Let an act be done without a credential of this kind.

    Raises: NotPermitted, ChangedMeanwhile, NotFound; OwnPowers for an act of any post that the one who asks holds now
        or will hold, or takes care of for another.
    """
    require_administration(by, "people.end_credential_need", at=at)
    if PolicyGrant.objects.filter(act=act, post__in=_own_posts(by, at=at)).exists():
        raise OwnPowers(act=act)
    audit.require_edition(POLICY, seen)
    line = CredentialNeed.objects.filter(act=act, kind=kind).first()
    if line is None:
        raise NotFound(thing="credential need", code=f"{act} {kind}")
    line.delete()
    told = {"act": act, "needs": None, "needed": kind}
    audit.record_snapshot(POLICY, facts.POLICY_CHANGED, by=by, at=at, facts=told, seen=seen)


def _own_posts(by: Actor, *, at: datetime) -> set[str]:
    """Return the posts of one who acts: the one acted in, and every other that they hold or take care of, or will."""
    acting = set() if by.post is None else {by.post}
    if not acts_in_unit(by):
        return acting
    member = UUID(by.id)
    return {*acting, *posts_held(member, from_at=at), *posts_stood_in_for(member, from_at=at)}
