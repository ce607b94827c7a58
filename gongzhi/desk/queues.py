"""The queues, one line each: what waits there, and whose power opens it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.functional import Promise

from gongzhi.cases.states import AppealState
from gongzhi.cases.worklists import Asked, Wanted
from gongzhi.desk.labels import QUEUES as NAMES
from gongzhi.intake.states import ReplyState
from gongzhi.norms.states import Stage

SOON = timedelta(hours=24)
"""What is due within a day is shown as due soon: a day and a night, so that the evening shows the morning's limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One queue.

    Attributes:
        act: the power that opens it and says how far it reaches; the first of these that a post has.
        wanted: which cases wait here; None for a queue of answers.
        replies: the answers that wait here.
        promised: whether calls wait here that were promised to reporters.
        appeals: the units' appeals against timeouts that wait here.
        due_within: only what is due within this time, and what is late.
        bulk: the move that may be made on many at once: it needs no words, and each case is decided by itself.
    """

    key: str
    acts: tuple[str, ...]
    wanted: Wanted | None = None
    replies: tuple[ReplyState, ...] = ()
    due_within: timedelta | None = None
    promised: bool = False
    appeals: tuple[AppealState, ...] = ()
    bulk: str = ""

    @property
    def name(self) -> str | Promise:
        """The queue's name in words."""
        return NAMES[self.key]

    def wanted_at(self, at: datetime) -> Wanted:
        """Return which cases wait here at an instant."""
        wanted = self.wanted or Wanted()
        return wanted if self.due_within is None else replace(wanted, due_before=at + self.due_within)


def _in(*stages: Stage) -> Wanted:
    return Wanted(stages=frozenset(stages))


_UNPLACED = Wanted(placed=False)
"""What was filed has its place; an urgent case may be with its unit before anybody found it."""

QUEUES: tuple[Queue, ...] = (
    Queue(key="to-accept", acts=("case.accept",), wanted=_in(Stage.ACCEPT)),
    Queue(key="needs-location", acts=("case.locate",), wanted=_UNPLACED),
    Queue(key="to-verify", acts=("case.confirm_verified",), wanted=_in(Stage.VERIFY)),
    Queue(key="to-file", acts=("case.file",), wanted=_in(Stage.FILE)),
    Queue(key="to-dispatch", acts=("case.dispatch",), wanted=_in(Stage.DISPATCH), bulk="dispatch"),
    Queue(key="returned", acts=("case.dispatch", "case.arbitrate"), wanted=_in(Stage.DECIDE_RETURN)),
    Queue(key="to-acknowledge", acts=("case.acknowledge",), wanted=_in(Stage.ACKNOWLEDGE), bulk="acknowledge"),
    Queue(
        key="to-handle",
        acts=("case.confirm_result", "case.submit_result"),
        wanted=_in(Stage.DISPOSE, Stage.REWORK),
    ),
    Queue(key="on-hold", acts=("case.resume",), wanted=_in(Stage.HOLD)),
    Queue(key="extensions", acts=("case.grant_extension",), wanted=Wanted(asked=(Asked.EXTENSION,))),
    Queue(
        key="proposals",
        acts=("case.approve_hold", "case.force_close"),
        wanted=Wanted(asked=(Asked.HOLD, Asked.VOID, Asked.CLOSING)),
    ),
    Queue(key="to-review", acts=("case.send_back",), wanted=_in(Stage.REVIEW)),
    Queue(key="to-check", acts=("case.pass_check",), wanted=_in(Stage.CHECK)),
    Queue(key="to-close", acts=("case.close",), wanted=_in(Stage.CLOSE)),
    Queue(key="replies-due", acts=("reply.draft",), replies=(ReplyState.OWED, ReplyState.APPROVED)),
    Queue(key="replies-to-approve", acts=("reply.approve",), replies=(ReplyState.DRAFTED,)),
    Queue(key="calls-promised", acts=("report.keep_promise",), promised=True),
    Queue(key="appeals-to-review", acts=("case.review_appeal",), appeals=(AppealState.ASKED,)),
    Queue(key="appeals-to-decide", acts=("case.decide_appeal",), appeals=(AppealState.REVIEWED,)),
    Queue(key="due-soon", acts=("case.read",), wanted=Wanted(), due_within=SOON),
)


def queues_of(acts: Iterable[str]) -> list[Queue]:
    """Return the queues that a post with these powers works on."""
    held = frozenset(acts)
    return [one for one in QUEUES if held.intersection(one.acts)]


def queue(key: str) -> Queue | None:
    """Return a queue by its key in the address."""
    return next((one for one in QUEUES if one.key == key), None)
