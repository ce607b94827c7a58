"""Which papers an act needs, and whether a member's count here and now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import Refusal
from gongzhi.people.rules.powers import within_area
from gongzhi.people.states import CredentialStatus


class CredentialMissing(Refusal):
    """The act needs a credential that the member does not hold here."""

    code = "credential-missing"


class CredentialExpired(Refusal):
    """The member's credential has run out."""

    code = "credential-expired"


class CredentialSuspended(Refusal):
    """The member's credential is suspended."""

    code = "credential-suspended"


class CredentialWithdrawn(Refusal):
    """The member's credential was withdrawn."""

    code = "credential-withdrawn"


@dataclass(frozen=True, slots=True)
class Paper:
    """A credential as far as its validity goes; `area` is a path of division codes, empty for everywhere."""

    kind: str
    area: str
    from_at: datetime
    until_at: datetime
    status: str


def require_paper(papers: Iterable[Paper], *, kind: str, area: str, at: datetime) -> None:
    """Refuse unless one of a member's papers of this kind counts here and now.

    Where several do not count, the refusal names the one that came closest: suspended before expired before withdrawn.

    Args:
        papers: everything that the member was ever given.
        kind: what is asked for.
        area: where the thing lies, as a path of division codes; empty when that plays no part.
        at: when.

    Raises: CredentialSuspended, CredentialExpired, CredentialWithdrawn, CredentialMissing.
    """
    fitting = [one for one in papers if one.kind == kind and one.from_at <= at and _reaches(one, area)]
    running = [one for one in fitting if at < one.until_at]
    if any(one.status == CredentialStatus.VALID for one in running):
        return
    if any(one.status == CredentialStatus.SUSPENDED for one in running):
        raise CredentialSuspended(kind=kind)
    ended = [one.until_at for one in fitting if one.until_at <= at and one.status != CredentialStatus.WITHDRAWN]
    if ended:
        raise CredentialExpired(kind=kind, until=utc_text(max(ended)))
    if fitting:
        raise CredentialWithdrawn(kind=kind)
    raise CredentialMissing(kind=kind, area=area)


def _reaches(paper: Paper, area: str) -> bool:
    return not paper.area or not area or within_area(area, [paper.area])
