"""Moves of a paper. Who makes and issues depends on the kind of paper, so those powers are named by kind."""

from __future__ import annotations

from gongzhi.kernel.lifecycle import Lifecycle, move, stay
from gongzhi.papers.states import PaperKind, PaperState
from gongzhi.people.states import Post

_ISSUED = (PaperState.AWAITING_SEAL, PaperState.SEALED)

PAPER = Lifecycle(
    "paper",
    PaperState.DRAFT,
    # Who makes or issues a paper of a kind is said below.
    stay("revise", PaperState.DRAFT, by=()),
    stay("take_number", PaperState.DRAFT, by=()),
    move("issue", PaperState.DRAFT, PaperState.AWAITING_SEAL, by=()),
    move(
        "seal",
        PaperState.AWAITING_SEAL,
        PaperState.SEALED,
        by=(Post.ACCEPTOR, Post.DISPATCHER, Post.SHIFT_LEADER, Post.LEADER),
    ),
    # A wrong scan stays in the record as what it was; the right one is bound beside it.
    move("void_scan", PaperState.SEALED, PaperState.AWAITING_SEAL, by=(Post.SHIFT_LEADER, Post.LEADER)),
    move("void", (PaperState.DRAFT, *_ISSUED), PaperState.VOID, by=(Post.SHIFT_LEADER, Post.LEADER)),
    stay("erase", (*_ISSUED, PaperState.VOID), by=Post.AUDIT_ADMINISTRATOR),
    ends=(PaperState.SEALED, PaperState.VOID),
)
MADE = PAPER.fact("make")
PUT_TEMPLATE = "paper.put_template"
"""The power to change what papers say for the whole city."""


def make_act(kind: PaperKind) -> str:
    """Return the power to write papers of a kind."""
    return f"paper.make_{kind.value}"


def issue_act(kind: PaperKind) -> str:
    """Return the power to sign papers of a kind and give them their number."""
    return f"paper.issue_{kind.value}"


_MAKERS = {
    PaperKind.ASSIGNMENT: (Post.DISPATCHER, Post.SHIFT_LEADER, Post.LEADER),
    PaperKind.SUPERVISION: (Post.DISPATCHER, Post.SHIFT_LEADER, Post.CONDUCT_INSPECTOR, Post.LEADER),
    PaperKind.RECEIPT: (Post.ACCEPTOR, Post.SHIFT_LEADER),
    PaperKind.REPLY: (Post.ACCEPTOR, Post.SHIFT_LEADER),
}
_ISSUERS = {
    PaperKind.ASSIGNMENT: (Post.DISPATCHER, Post.SHIFT_LEADER, Post.LEADER),
    PaperKind.SUPERVISION: (Post.SHIFT_LEADER, Post.LEADER),
    PaperKind.RECEIPT: (Post.ACCEPTOR, Post.SHIFT_LEADER),
    PaperKind.REPLY: (Post.SHIFT_LEADER, Post.LEADER),
}
CLERKS = (
    *((post, make_act(kind)) for kind, posts in _MAKERS.items() for post in posts),
    *((post, issue_act(kind)) for kind, posts in _ISSUERS.items() for post in posts),
    (Post.SYSTEM_ADMINISTRATOR, PUT_TEMPLATE),
)
SIGNED_BY_ANOTHER = (PaperKind.SUPERVISION, PaperKind.REPLY)
"""Letters: nobody signs what they wrote themselves."""
