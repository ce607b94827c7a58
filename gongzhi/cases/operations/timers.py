"""What happens when a clock runs out and nobody acted: a stage is late, a hold ends, a silent return goes higher."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from gongzhi.audit import operations as audit
from gongzhi.base.operations import each_alone, one_change
from gongzhi.cases import facts
from gongzhi.cases.models import Case, CaseStage, StuckTimer
from gongzhi.cases.operations.dispatching import escalate_return
from gongzhi.cases.operations.holds import resume_case
from gongzhi.kernel.actor import TIMER
from gongzhi.norms.states import Stage
from gongzhi.people.states import Post

log = logging.getLogger(__name__)

_SET_ASIDE_FOR = timedelta(minutes=1)
_SET_ASIDE_AT_MOST = timedelta(days=1)


def tick(at: datetime, *, limit: int = 500) -> int:
    """Act on the open stages whose clock has run out; return on how many.

    A stage is marked late and attributed to the post and unit that held the case at that moment, a hold ends and the
    unit has the case again, a return that the dispatcher left undecided goes to the shift leader.

    Each is a change of its own. A stage on which nothing can be done is told to the log once, set aside for a while
    that grows, and holds up no other: see `stuck_timers`.
    """
    set_aside = StuckTimer.objects.filter(next_at__gt=at).values("stage")
    due = CaseStage.objects.filter(ended_at=None, is_late=False, due_at__lt=at).exclude(uid__in=set_aside)
    over = list(due.order_by("due_at", "id").values_list("uid", "case__uid")[:limit])
    acts = {stage: partial(_let_run_out, stage, case_id, at=at) for stage, case_id in over}
    return each_alone(acts.values(), when_failed=partial(_set_aside, acts, at=at), log=log)


def _set_aside(acts: Mapping[UUID, object], failed: object, fault: Exception, *, at: datetime) -> None:
    """Leave a stage on which nothing could be done alone: for a minute, then twice as long each time, a day at most."""
    (stage,) = (uid for uid, act in acts.items() if act is failed)
    stuck = StuckTimer.objects.filter(stage__uid=stage).first() or StuckTimer(stage_id=stage, since=at, attempts=0)
    if stuck.attempts == 0:
        log.error("nothing can be done about the stage %s, which is set aside", stage, exc_info=fault)
    stuck.attempts += 1
    stuck.next_at = at + min(_SET_ASIDE_FOR * 2 ** min(stuck.attempts - 1, 20), _SET_ASIDE_AT_MOST)
    stuck.error = f"{type(fault).__name__}: {fault}"[:300]
    stuck.save()


@one_change
def _let_run_out(stage: UUID, case_id: UUID, *, at: datetime) -> bool:
    row, held = Case.locked(uid=case_id), CaseStage.locked(uid=stage)
    if row is None or held is None:
        raise AssertionError(f"the stage {stage} belongs to no case")
    if held.ended_at is not None or held.is_late or held.due_at is None or held.due_at >= at:
        return False
    if held.stage == Stage.HOLD:
        resume_case(case_id, seen=row.version, by=TIMER, at=at)
    elif held.stage == Stage.DECIDE_RETURN and held.holder_post == Post.DISPATCHER:
        escalate_return(case_id, seen=row.version, by=TIMER, at=at)
    else:
        _mark_late(row, held, at=at)
    StuckTimer.objects.filter(stage__uid=stage).delete()
    return True


def _mark_late(row: Case, held: CaseStage, *, at: datetime) -> None:
    held.is_late = True
    told = {"stage": held.stage, "holder_post": held.holder_post, "holder_unit": held.holder_unit}
    audit.record(row, facts.STAGE_LATE, by=TIMER, at=at, facts=told, also=[held])
