"""Hand-overs: whose they are, what is refused, and that what was said can be erased while both signatures stay."""

from __future__ import annotations

from functools import partial

import pytest

from gongzhi.audit.operations import ChangedMeanwhile, NothingToErase
from gongzhi.audit.tests.verification import named
from gongzhi.handovers import operations as handovers
from gongzhi.handovers import queries
from gongzhi.handovers.states import HandoverState, ItemKind
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.kernel.refusals import NotFound
from gongzhi.people.rules import NotPermitted, SamePerson
from gongzhi.people.states import Post
from gongzhi.testing.cases import handling_case
from gongzhi.testing.moves import A_STEP, MONDAY_9AM, member

pytestmark = pytest.mark.django_db


def test_nobody_signs_both_writes_in_anothers_list_or_acts_on_an_old_one(city):
    goes, comes = member(Post.SHIFT_LEADER), member(Post.SHIFT_LEADER, number=1)
    at, acceptor = MONDAY_9AM, member(Post.ACCEPTOR)
    with pytest.raises(NotPermitted):
        handovers.begin_handover(by=acceptor, at=at)
    row = handovers.begin_handover(by=goes, at=at)
    with pytest.raises(handovers.HandoverOpen):
        handovers.begin_handover(by=comes, at=at)

    def tries(act, by, *, seen=None, **said):
        seen = queries.handover(row.uid).version if seen is None else seen
        return partial(getattr(handovers, act), row.uid, seen=seen, by=by, at=at + A_STEP, **said)

    refused_of_a_draft = (
        (tries("note", comes, words="好"), handovers.HandoverOfAnother),
        (tries("note", acceptor, words="好"), NotPermitted),
        (tries("note", goes, words=" "), handovers.HandoverNothingSaid),
        (tries("note", goes, words="好" * 2001), handovers.HandoverTooLong),
        (tries("note", goes, words="好", item=new_id()), NotFound),
        (tries("sign_over", comes), handovers.HandoverOfAnother),
        (tries("sign_over", goes, seen=9), ChangedMeanwhile),
        (tries("ask", comes, words="好"), MoveNotAllowed),
        (tries("take", comes), MoveNotAllowed),
        (tries("drop", goes, reason=""), handovers.HandoverNothingSaid),
    )
    for attempt, refusal in refused_of_a_draft:
        with pytest.raises(refusal):
            attempt()
    tries("sign_over", goes)()
    refused_of_a_signed_one = (
        (tries("sign_over", goes), MoveNotAllowed),
        (tries("ask", goes, words="好"), handovers.OwnHandover),
        (tries("take", goes), SamePerson),
        (tries("take", acceptor), NotPermitted),
    )
    for late_attempt, late_refusal in refused_of_a_signed_one:
        with pytest.raises(late_refusal):
            late_attempt()
    assert tries("take", comes)().state is HandoverState.TAKEN
    for act in ("note", "ask"):
        with pytest.raises(MoveNotAllowed):
            tries(act, goes if act == "note" else comes, words="还有")()
    with pytest.raises(NotPermitted):
        queries.readable(row.uid, by=acceptor, at=at)


def test_the_list_is_frozen_dropped_by_a_colleague_and_made_anew_and_its_words_are_erased(city):
    goes, comes = member(Post.SHIFT_LEADER), member(Post.SHIFT_LEADER, number=1)
    case = handling_case()
    at = case.moved_at
    row = handovers.begin_handover(by=goes, at=at)
    listed = queries.items_of(row.uid)
    assert [(one.kind, one.number, one.unit_code) for one in listed] == [(ItemKind.DUE, case.number, case.unit_code)]
    assert (row.counts["due"], row.running) == (1, {"dispose": 1})
    handovers.note(row.uid, words="对方电话不通", item=listed[0].uid, seen=row.version, by=goes, at=at)
    handling_case()
    assert queries.items_of(row.uid) == listed, "what happens later stands in the next list"
    seen = queries.handover(row.uid).version
    handovers.drop(row.uid, reason="交班人离岗，重新整理", seen=seen, by=comes, at=at + A_STEP)
    assert len(queries.items_of(handovers.begin_handover(by=comes, at=at + A_STEP).uid)) == 2

    auditor = member(Post.AUDIT_ADMINISTRATOR)
    erase = partial(handovers.erase_handover, row.uid, rule="storage_ended", grounds="满两年", at=at + A_STEP)
    with pytest.raises(NotPermitted):
        erase(seen=seen + 1, by=goes)
    erased = erase(seen=seen + 1, by=auditor)
    assert [one.words for one in queries.notes_of(erased)] == [None]
    with pytest.raises(NothingToErase):
        erase(seen=erased.version, by=auditor)
    assert named() == []
