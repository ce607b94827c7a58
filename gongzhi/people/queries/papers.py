"""Which papers members hold, which acts need one, and what runs out soon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from gongzhi.kernel.refusals import NotFound
from gongzhi.people import rules
from gongzhi.people.models import Credential
from gongzhi.people.states import CredentialStatus


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """A credential of a member; the number is None after an erasure. `version` is the member's."""

    uid: UUID
    member: UUID
    holder: str
    kind: str
    number: str | None
    body: str
    field: str
    area: str
    from_at: datetime
    until_at: datetime
    status: str
    status_at: datetime
    version: int

    def counts(self, *, at: datetime) -> bool:
        """Whether it counts at an instant, wherever that is."""
        return self.status == CredentialStatus.VALID and self.from_at <= at < self.until_at


def credential(uid: UUID) -> CredentialRow:
    """Return a credential, whatever became of it. Raises: NotFound."""
    found = _credentials().filter(uid=uid).first()
    if found is None:
        raise NotFound(thing="credential", code=str(uid))
    return _row(found)


def credentials(*, member: UUID | None = None, kind: str | None = None) -> list[CredentialRow]:
    """Return credentials, whatever became of them, in the order in which they were entered."""
    found = _credentials().order_by("id")
    if member is not None:
        found = found.filter(member__uid=member)
    if kind is not None:
        found = found.filter(kind=kind)
    return [_row(one) for one in found]


def credentials_expiring(*, before: datetime, at: datetime, limit: int = 500) -> list[CredentialRow]:
    """Return the credentials of members at work that were not withdrawn and run out before an instant, next one first.

    Those that ran out already are among them until a newer one of the same kind counts for the same member.
    """
    found = _credentials().filter(until_at__lt=before).exclude(status=CredentialStatus.WITHDRAWN.value)
    serving = found.exclude(member__until_at__lte=at).order_by("until_at", "id")[:limit]
    rows = [_row(one) for one in serving]
    newer = Credential.objects.filter(
        member__uid__in={one.member for one in rows}, until_at__gte=before, status=CredentialStatus.VALID.value
    )
    renewed = set(newer.values_list("member__uid", "kind"))
    return [one for one in rows if (one.member, one.kind) not in renewed]


def require_credential(member: UUID | str, kind: str, *, area: str = "", at: datetime) -> None:
    """Refuse unless a member holds a credential of this kind that counts here and now.

    Args:
        member: the one who acts; never the one in whose place.
        kind: what is asked for.
        area: where the thing lies, as a path of division codes; empty when that plays no part.
        at: when.

    Raises: CredentialMissing, CredentialSuspended, CredentialExpired, CredentialWithdrawn.
    """
    found = Credential.objects.filter(member__uid=member, kind=kind)
    rules.require_paper([_paper(one) for one in found], kind=kind, area=area, at=at)


def papers_of(members: set[UUID]) -> Mapping[UUID, list[rules.Paper]]:
    """Return the papers that members were ever given, by member."""
    found: dict[UUID, list[rules.Paper]] = {one: [] for one in members}
    for one in Credential.objects.filter(member__uid__in=members):
        found[one.member_id].append(_paper(one))
    return found


def _credentials() -> QuerySet[Credential]:
    return Credential.objects.select_related("member")


def _paper(one: Credential) -> rules.Paper:
    return rules.Paper(kind=one.kind, area=one.area, from_at=one.from_at, until_at=one.until_at, status=one.status)


def _row(one: Credential) -> CredentialRow:
    return CredentialRow(
        uid=one.uid,
        member=one.member_id,
        holder=one.member.number,
        kind=one.kind,
        number=one.number,
        body=one.body,
        field=one.field,
        area=one.area,
        from_at=one.from_at,
        until_at=one.until_at,
        status=one.status,
        status_at=one.status_at,
        version=one.member.version,
    )
