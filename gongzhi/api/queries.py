"""How often somebody tried, and which file a member may open."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongzhi.api.models import AttemptCount
from gongzhi.api.rules import window_of
from gongzhi.audit import queries as audit
from gongzhi.base.crypto import keyed_digest
from gongzhi.cases import queries as cases
from gongzhi.evidence import queries as evidence
from gongzhi.evidence.queries import FileRow
from gongzhi.evidence.rules import FileUnknown
from gongzhi.evidence.states import FileState
from gongzhi.intake import queries as intake
from gongzhi.kernel.actor import Actor
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter, NotPermitted


def attempts(act: str, *, sender: str, at: datetime) -> int:
    """Return how often a network address tried something in the hour of an instant."""
    found = AttemptCount.objects.filter(act=act, sender=sender_digest(sender), hour_at=window_of(at))
    return found.values_list("count", flat=True).first() or 0


def sender_digest(sender: str) -> str:
    """Return what is kept of a network address: two hits of one sender are recognised, the address is not."""
    return keyed_digest(sender, purpose="sender")


def readable_file(uid: UUID, *, by: Actor, at: datetime) -> FileRow:
    """Return a file that a member may open: whoever may read the case or the words of the report it proves.

    A file that proves nothing yet belongs to the one who uploaded it.

    Raises: FileUnknown, NotPermitted.
    """
    row = evidence.file_row(uid)
    if row.state is FileState.SWEPT:
        raise FileUnknown(file=str(uid))
    kind, _, subject = row.for_stream.partition(":")
    if kind == "case":
        people.require(by, "case.read", cases.case(subject).matter, at=at)
    elif kind == "report":
        people.require(by, "report.read_words", Matter(area=intake.report(subject).area), at=at)
    elif not _uploaded(uid, by=by):
        raise NotPermitted(act="file.read", post=by.post)
    return row


def _uploaded(uid: UUID, *, by: Actor) -> bool:
    stored = audit.entry(f"file:{uid}", 1)
    return stored is not None and stored.actor.id == by.id
