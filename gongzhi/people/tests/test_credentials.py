"""Papers: entered by others than the holder, counting for a time and in a place, and asked for by acts."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.models import Credential, CredentialNeed
from gongzhi.people.operations import (
    AreaUnreadable,
    CodeTaken,
    CredentialExpired,
    CredentialMissing,
    CredentialSuspended,
    CredentialWithdrawn,
    EndsBeforeItBegins,
    GroundsNeeded,
    NameBlank,
    NameTooLong,
    NotPermitted,
    OwnPowers,
    PowersApart,
)
from gongzhi.people.rules import Matter, Paper, require_paper
from gongzhi.people.states import CredentialKind, CredentialStatus, Post, Scope
from gongzhi.people.tests.persons import A_DAY, SIMING, add, certify, in_post, substitute
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS, IMPORTER
from gongzhi.testing import moves
from gongzhi.testing.moves import MONDAY_9AM, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

ENFORCEMENT = CredentialKind.ENFORCEMENT
SUBMIT = "case.submit_result"
HERE = Matter(area=SIMING, unit=moves.SIMING_BUREAU)


def need(act=SUBMIT, kind=ENFORCEMENT, *, by=GIVES_POWERS):
    people.put_credential_need(act, kind, seen=queries.edition(), by=by, at=MONDAY_9AM)


def change(credential, how, *, grounds="", by=GIVES_POWERS):
    moves_of_a_paper = {
        "suspend": people.suspend_credential,
        "restore": people.restore_credential,
        "withdraw": people.withdraw_credential,
    }
    seen = queries.credential(credential).version
    moves_of_a_paper[how](credential, grounds=grounds, seen=seen, by=by, at=MONDAY_9AM)


@pytest.fixture
def handler(city):
    return in_post("8001", Post.HANDLER, moves.SIMING_BUREAU)


def holder(by):
    return UUID(by.id)


# --- what counts ----------------------------------------------------------------------------------------------------


def paper(status=CredentialStatus.VALID, *, area="", from_day=-10, until_day=10, kind=ENFORCEMENT):
    return Paper(kind, area, MONDAY_9AM + from_day * A_DAY, MONDAY_9AM + until_day * A_DAY, status)


@pytest.mark.parametrize(
    ("papers", "refusal"),
    [
        ([paper()], None),
        ([paper(area=SIMING)], None),
        ([paper(area=f"{SIMING}/350203001")], CredentialMissing),  # that street only
        ([paper(area="350200/350206")], CredentialMissing),
        ([paper(kind=CredentialKind.AUXILIARY)], CredentialMissing),
        ([paper(from_day=1)], CredentialMissing),
        ([paper(from_day=0)], None),
        ([paper(until_day=0)], CredentialExpired),
        ([paper(CredentialStatus.SUSPENDED)], CredentialSuspended),
        ([paper(CredentialStatus.WITHDRAWN)], CredentialWithdrawn),
        ([paper(CredentialStatus.WITHDRAWN), paper()], None),
        ([paper(until_day=0), paper(CredentialStatus.SUSPENDED)], CredentialSuspended),
        ([paper(CredentialStatus.WITHDRAWN), paper(until_day=0)], CredentialExpired),
        ([], CredentialMissing),
    ],
)
def test_a_paper_counts_in_its_place_and_time_unless_it_was_taken(papers, refusal):
    if refusal is None:
        require_paper(papers, kind=ENFORCEMENT, area=SIMING, at=MONDAY_9AM)
    else:
        with pytest.raises(refusal) as refused:
            require_paper(papers, kind=ENFORCEMENT, area=SIMING, at=MONDAY_9AM)
        assert refused.value.facts["kind"] == ENFORCEMENT


def test_a_paper_that_counts_only_here_counts_where_the_place_plays_no_part():
    require_paper([paper(area=SIMING)], kind=ENFORCEMENT, area="", at=MONDAY_9AM)


# --- what an act needs ----------------------------------------------------------------------------------------------


def test_an_act_that_needs_a_paper_is_refused_without_it_and_with_one_that_does_not_count(handler):
    assert queries.allow(handler, SUBMIT, HERE, at=MONDAY_9AM)
    need()
    with pytest.raises(CredentialMissing) as refused:
        queries.require(handler, SUBMIT, HERE, at=MONDAY_9AM)
    assert refused.value.facts == {"kind": ENFORCEMENT, "area": SIMING}
    held = certify(holder(handler), until_at=MONDAY_9AM + 5 * A_DAY)
    queries.require(handler, SUBMIT, HERE, at=MONDAY_9AM)
    with pytest.raises(CredentialExpired):
        queries.require(handler, SUBMIT, HERE, at=MONDAY_9AM + 5 * A_DAY)
    change(held, "suspend", grounds="年审未通过")
    with pytest.raises(CredentialSuspended):
        queries.require(handler, SUBMIT, HERE, at=MONDAY_9AM)
    change(held, "restore")
    queries.require(handler, SUBMIT, HERE, at=MONDAY_9AM)
    change(held, "withdraw", grounds="调离执法岗位")
    with pytest.raises(CredentialWithdrawn):
        queries.require(handler, SUBMIT, HERE, at=MONDAY_9AM)
    assert verify().intact


def test_the_paper_is_the_substitutes_own(handler):
    need()
    certify(holder(handler))
    (post,) = [one for one in queries.appointments(at=MONDAY_9AM) if str(one.member) == handler.id]
    lin = add("8002")
    by = queries.substitution(substitute(post.uid, lin)).actor()
    assert not queries.allow(by, SUBMIT, HERE, at=MONDAY_9AM)
    certify(lin, "闽D-02-002")
    assert queries.allow(by, SUBMIT, HERE, at=MONDAY_9AM)


def test_timers_and_programs_hold_no_papers():
    need("case.accept")
    assert queries.allow(IMPORTER, "case.accept", Matter(), at=MONDAY_9AM)
    assert not queries.allow(member(Post.ACCEPTOR), "case.accept", Matter(), at=MONDAY_9AM)


def test_a_need_is_a_line_of_the_table_on_record_and_ends_again(handler):
    need()
    assert queries.credential_needs() == [(SUBMIT, ENFORCEMENT)]
    assert entries_of(queries.POLICY)[-1].facts["needs"] == ENFORCEMENT
    before = queries.edition()
    need()
    assert queries.edition() == before
    people.end_credential_need(SUBMIT, ENFORCEMENT, seen=queries.edition(), by=GIVES_POWERS, at=MONDAY_9AM)
    assert queries.allow(handler, SUBMIT, HERE, at=MONDAY_9AM)
    assert verify().intact
    with pytest.raises(NotFound):
        people.end_credential_need(SUBMIT, ENFORCEMENT, seen=queries.edition(), by=GIVES_POWERS, at=MONDAY_9AM)


def test_a_need_slipped_out_of_the_table_is_found():
    need()
    CredentialNeed.objects.all().delete()
    assert [one.stream for one in verify().findings] == [queries.POLICY]


def test_only_the_security_administrator_says_what_an_act_needs():
    with pytest.raises(NotPermitted):
        need(by=FOUNDER)
    with pytest.raises(NotFound):
        need("case.colse")
    with pytest.raises(ChangedMeanwhile):
        people.put_credential_need(SUBMIT, ENFORCEMENT, seen=0, by=GIVES_POWERS, at=MONDAY_9AM)
    with pytest.raises(PowersApart):
        people.put_grant(
            Post.LEADER,
            "people.put_credential_need",
            Scope.CITY,
            seen=queries.edition(),
            by=GIVES_POWERS,
            at=MONDAY_9AM,
        )


# --- keeping papers -------------------------------------------------------------------------------------------------


def test_a_paper_is_entered_and_its_number_is_a_commitment(handler):
    held = queries.credential(certify(holder(handler), area=SIMING))
    assert (held.kind, held.number, held.area, held.holder) == (ENFORCEMENT, "闽D-02-001", SIMING, "8001")
    assert held.counts(at=MONDAY_9AM)
    assert not held.counts(at=held.until_at)
    assert "闽D-02-001" not in str(entries_of(f"member:{handler.id}"))
    assert verify().intact


def test_a_paper_altered_behind_the_record_is_found(handler):
    certify(holder(handler))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_credential SET until_at = %s", [MONDAY_9AM + 999 * A_DAY])
    assert not verify().intact


def test_one_number_is_one_paper_of_its_kind(handler):
    certify(holder(handler))
    with pytest.raises(CodeTaken):
        certify(add("8002"))
    certify(add("8003"), kind=CredentialKind.AUXILIARY)


def test_papers_are_kept_by_the_legal_officer_and_never_by_their_holder(handler):
    with pytest.raises(NotPermitted):
        certify(holder(handler), by=FOUNDER)
    lawyer = in_post("8100", Post.LEGAL_OFFICER, "bureau")
    held = certify(holder(handler), by=lawyer)
    change(held, "suspend", grounds="年审未通过", by=lawyer)
    with pytest.raises(OwnPowers):
        certify(holder(lawyer), "闽D-02-009", by=lawyer)
    own = certify(holder(lawyer), "闽D-02-009")
    with pytest.raises(OwnPowers):
        change(own, "suspend", grounds="年审未通过", by=lawyer)


def test_a_paper_is_taken_with_grounds_and_not_twice(handler):
    held = certify(holder(handler))
    with pytest.raises(GroundsNeeded):
        change(held, "withdraw", grounds=" ")
    change(held, "withdraw", grounds="调离执法岗位")
    for how in ("suspend", "restore", "withdraw"):
        with pytest.raises(MoveNotAllowed):
            change(held, how, grounds="再次")
    assert entries_of(f"member:{handler.id}")[-1].type == "credential.withdraw"


def test_papers_change_on_what_was_seen(handler):
    held = certify(holder(handler))
    with pytest.raises(ChangedMeanwhile):
        people.suspend_credential(held, grounds="年审", seen=1, by=GIVES_POWERS, at=MONDAY_9AM)
    with pytest.raises(NotFound):
        people.suspend_credential(new_id(), grounds="年审", seen=1, by=GIVES_POWERS, at=MONDAY_9AM)
    with pytest.raises(EndsBeforeItBegins):
        certify(holder(handler), "x", until_at=MONDAY_9AM - 30 * A_DAY)


def test_what_runs_out_soon_is_listed_until_a_newer_one_is_there(handler):
    chen, lin, wu = holder(handler), add("8002"), add("8003")
    certify(chen, "1", until_at=MONDAY_9AM + 20 * A_DAY)
    certify(lin, "2", until_at=MONDAY_9AM - A_DAY)
    certify(wu, "3", until_at=MONDAY_9AM + 10 * A_DAY)
    certify(wu, "4", until_at=MONDAY_9AM + 999 * A_DAY)
    change(certify(lin, "5", until_at=MONDAY_9AM + A_DAY), "withdraw", grounds="换证")

    def listed():
        return [one.number for one in queries.credentials_expiring(before=MONDAY_9AM + 60 * A_DAY, at=MONDAY_9AM)]

    assert listed() == ["2", "1"]
    people.end_member(chen, seen=queries.member_version(chen), by=FOUNDER, at=MONDAY_9AM + A_DAY)
    later = queries.credentials_expiring(before=MONDAY_9AM + 60 * A_DAY, at=MONDAY_9AM + 2 * A_DAY)
    assert [one.number for one in later] == ["2"]


def test_papers_are_found_by_holder_and_kind(handler):
    held = certify(holder(handler))
    certify(add("8002"), "7", kind=CredentialKind.AUXILIARY)
    assert [one.uid for one in queries.credentials(member=holder(handler))] == [held]
    assert [one.number for one in queries.credentials(kind=CredentialKind.AUXILIARY)] == ["7"]
    assert Credential.objects.count() == 2
    with pytest.raises(NotFound):
        queries.credential(new_id())


def test_whoever_may_not_learns_neither_the_version_nor_the_state_of_a_paper(handler):
    held = certify(holder(handler))
    for paper in (held, new_id()):
        with pytest.raises(NotPermitted):
            people.restore_credential(paper, seen=9, by=FOUNDER, at=MONDAY_9AM)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"number": "\u200b"}, NameBlank),
        ({"number": "9" * 61}, NameTooLong),
        ({"kind": " "}, NameBlank),
        ({"kind": "x" * 41}, NameTooLong),
        ({"area": "湖里"}, AreaUnreadable),
        ({"area": "/".join(["350203"] * 18)}, AreaUnreadable),
    ],
)
def test_what_stands_on_a_paper_can_be_read_and_has_room(handler, said, refusal):
    with pytest.raises(refusal):
        certify(holder(handler), **said)
    assert queries.credentials() == []


def test_an_act_needs_a_kind_of_paper_that_has_a_name():
    with pytest.raises(NameBlank):
        need(kind="\u3000")


def test_nobody_ends_the_need_for_a_paper_in_their_own_post():
    need("people.appoint")
    with pytest.raises(OwnPowers):
        people.end_credential_need(
            "people.appoint", ENFORCEMENT, seen=queries.edition(), by=GIVES_POWERS, at=MONDAY_9AM
        )
