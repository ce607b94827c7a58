"""Papers brought to each state by the operations that lead there."""

from __future__ import annotations

import io
from datetime import datetime

from gongzhi.evidence import operations as evidence
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.ids import new_id
from gongzhi.papers import operations as papers
from gongzhi.papers import queries
from gongzhi.papers.queries import PaperRow
from gongzhi.papers.rules import digest_of
from gongzhi.papers.states import PaperKind
from gongzhi.people.states import Post
from gongzhi.testing.moves import member
from gongzhi.testing.pictures import photograph

WRITTEN = {
    PaperKind.ASSIGNMENT: {"demands": "立即到场处置，恢复通行", "contact": "值班电话 12345"},
    PaperKind.SUPERVISION: {"words": "市民三次来电反映", "demands": "今日办结并书面反馈"},
    PaperKind.RECEIPT: {"addressee": "陈先生"},
    PaperKind.REPLY: {"addressee": "陈先生"},
}
SIGNER = {
    PaperKind.ASSIGNMENT: Post.DISPATCHER,
    PaperKind.SUPERVISION: Post.LEADER,
    PaperKind.RECEIPT: Post.ACCEPTOR,
    PaperKind.REPLY: Post.SHIFT_LEADER,
}


def read_of(row: PaperRow, *, at: datetime) -> str:
    """Return by what one recognises what somebody reads who opens a draft."""
    said = queries.said_now(row.kind, queries.subject_of(row), written=queries.written_of(row), at=at)
    return digest_of(said)


def issue(row: PaperRow, *, at: datetime, by: Actor | None = None) -> PaperRow:
    by = by or member(SIGNER[row.kind])
    return papers.issue_paper(row.uid, read=read_of(row, at=at), seen=row.version, by=by, at=at)


def scan(by: Actor, *, at: datetime, content: bytes = b"", declared: str = "image/jpeg"):
    """Upload the scan of a sealed sheet."""
    stream = io.BytesIO(content or photograph(new_id().bytes))
    return evidence.store_file(stream, content_type_declared=declared, name="盖章件", by=by, at=at)
