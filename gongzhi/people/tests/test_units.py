"""Units stand in three levels, contractors for a time, and none ends over what it still holds."""

from __future__ import annotations

import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.kernel.refusals import NotFound
from gongzhi.people import operations as people
from gongzhi.people import queries, registry
from gongzhi.people.models import Unit
from gongzhi.people.operations import (
    ContractMisplaced,
    ContractOver,
    EndsBeforeItBegins,
    LastKeeper,
    MemberEnded,
    MemberStillHolds,
    NotPermitted,
    UnitBelowContractor,
    UnitEnded,
    UnitStillHolds,
    UnitSucceedsItself,
    UnitTooDeep,
)
from gongzhi.people.rules import Holding, Matter, levels
from gongzhi.people.states import Post, UnitKind
from gongzhi.people.tests.persons import A_DAY, add, in_post
from gongzhi.scenarios.founding import FOUNDER, GIVES_POWERS
from gongzhi.testing import moves, staff
from gongzhi.testing.moves import MONDAY_9AM, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def put(code, kind, parent, *, contract_until_at=None):
    people.add_unit(
        code,
        kind=kind,
        name_zh=f"单位{code}",
        name_en=f"Unit {code}",
        parent=parent,
        contract_until_at=contract_until_at,
        by=FOUNDER,
        at=MONDAY_9AM,
    )


def end(code, *, successor=None, at=MONDAY_9AM + A_DAY, by=FOUNDER):
    people.end_unit(code, successor=successor, seen=queries.unit(code).version, by=by, at=at)


@pytest.fixture
def held(monkeypatch):
    """What a room above says is still in hand, by unit code or member id."""
    in_hand: dict[str, Holding] = {}
    monkeypatch.setattr(registry, "_holdings", {})
    registry.register_holdings("case", of_unit=in_hand.get, of_member=lambda uid: in_hand.get(str(uid)))
    registry.register_holdings("paper", of_unit=lambda code: None)
    return in_hand


# --- levels ---------------------------------------------------------------------------------------------------------


def test_three_levels_stand_under_the_city_and_under_a_district():
    put("brigade-1", UnitKind.BRIGADE, "bureau")
    put("squadron-1", UnitKind.SQUADRON, "brigade-1")
    put("station-1", UnitKind.COMMUNITY, "squadron-1")
    put("squadron-2", UnitKind.SQUADRON, moves.SIMING_BUREAU)
    found = queries.unit_levels()
    named = ("bureau", moves.SIMING_BUREAU, "brigade-1", "squadron-1", "station-1", "squadron-2")
    assert [found[code] for code in named] == [0, 0, 1, 2, 3, 1]


def test_there_is_no_fourth_level_and_nothing_under_a_contractor():
    put("brigade-1", UnitKind.BRIGADE, "bureau")
    put("squadron-1", UnitKind.SQUADRON, "brigade-1")
    put("station-1", UnitKind.COMMUNITY, "squadron-1")
    with pytest.raises(UnitTooDeep) as refused:
        put("station-2", UnitKind.COMMUNITY, "station-1")
    assert refused.value.facts == {"unit": "station-1", "level": 4, "most": 3}
    put("cleaners", UnitKind.CONTRACTOR, "bureau")
    with pytest.raises(UnitBelowContractor):
        put("cleaners-2", UnitKind.SQUADRON, "cleaners")


def test_a_unit_that_stands_alone_is_of_the_first_level():
    assert levels({"water": ("department", None), "gone": ("squadron", "water")}) == {"water": 1, "gone": 2}


# --- contracts ------------------------------------------------------------------------------------------------------


def test_a_contractor_works_until_its_contract_runs_out_and_again_when_it_is_renewed():
    put("cleaners", UnitKind.CONTRACTOR, "bureau", contract_until_at=MONDAY_9AM + 30 * A_DAY)
    assert queries.working_unit("cleaners", at=MONDAY_9AM + 29 * A_DAY).contract_until_at == MONDAY_9AM + 30 * A_DAY
    with pytest.raises(ContractOver):
        queries.working_unit("cleaners", at=MONDAY_9AM + 30 * A_DAY)
    person = add("8001")
    with pytest.raises(ContractOver):
        staff.appoint(person, post=Post.HANDLER, unit="cleaners", at=MONDAY_9AM + 30 * A_DAY)
    later = MONDAY_9AM + 31 * A_DAY
    people.renew_contract("cleaners", until_at=later + 365 * A_DAY, seen=1, by=FOUNDER, at=later)
    assert queries.working_unit("cleaners", at=later).contract_from_at == MONDAY_9AM
    assert entries_of(f"unit:{_uid('cleaners')}")[-1].type == "unit.contract-renewed"
    assert verify().intact


def _uid(code):
    return Unit.objects.get(code=code).uid


def test_contracts_that_end_soon_are_listed_the_first_one_first():
    for code, days in (("late", 20), ("soon", 10), ("far", 400)):
        put(code, UnitKind.CONTRACTOR, "bureau", contract_until_at=MONDAY_9AM + days * A_DAY)
    found = queries.contracts_ending(before=MONDAY_9AM + 60 * A_DAY, at=MONDAY_9AM)
    assert [one.code for one in found] == ["soon", "late"]


def test_only_a_contractor_has_a_contract_and_it_ends_after_it_begins():
    with pytest.raises(ContractMisplaced):
        put("brigade-1", UnitKind.BRIGADE, "bureau", contract_until_at=MONDAY_9AM + A_DAY)
    with pytest.raises(EndsBeforeItBegins):
        put("cleaners", UnitKind.CONTRACTOR, "bureau", contract_until_at=MONDAY_9AM)
    with pytest.raises(ContractMisplaced):
        people.renew_contract("water", until_at=MONDAY_9AM + A_DAY, seen=1, by=FOUNDER, at=MONDAY_9AM)
    with pytest.raises(NotPermitted):
        people.renew_contract("bikes", until_at=MONDAY_9AM + A_DAY, seen=1, by=GIVES_POWERS, at=MONDAY_9AM)
    with pytest.raises(ChangedMeanwhile):
        people.renew_contract("bikes", until_at=MONDAY_9AM + A_DAY, seen=7, by=FOUNDER, at=MONDAY_9AM)


# --- ending ---------------------------------------------------------------------------------------------------------


def test_a_unit_that_still_holds_cases_ends_only_with_a_successor(held):
    held["water"] = Holding("case", 7, ("2026-000001", "2026-000002"))
    with pytest.raises(UnitStillHolds) as refused:
        end("water")
    assert refused.value.facts == {
        "unit": "water",
        "name": queries.unit("water").name_zh,
        "holds": "case 7 (2026-000001, 2026-000002)",
        "count": 7,
    }
    assert queries.unit("water").until_at is None
    end("water", successor="municipal")
    told = entries_of(f"unit:{_uid('water')}")[-1]
    assert told.facts == {"successor": "municipal", "held": {"case": 7}}
    assert verify().intact


def test_a_unit_that_holds_nothing_ends_without_one(held):
    held["water"] = Holding("case", 1)
    end("power")
    assert queries.unit("power").successor is None


def test_the_successors_desk_answers_for_what_the_unit_had_and_for_the_units_below_it(held):
    put("pumps", UnitKind.CONTRACTOR, "water")
    desk = member(Post.DEPARTMENT_DESK, "municipal")
    for code in ("water", "pumps"):
        assert not queries.allow(desk, "case.acknowledge", Matter(unit=code), at=MONDAY_9AM + A_DAY)
    end("water", successor="municipal")
    for code in ("water", "pumps"):
        assert queries.allow(desk, "case.acknowledge", Matter(unit=code), at=MONDAY_9AM + A_DAY)
    assert {"water", "pumps"} <= queries.sight(desk, "case.read", at=MONDAY_9AM + A_DAY).units


def test_what_a_unit_had_goes_on_to_the_last_successor():
    end("water", successor="municipal")
    end("municipal", successor="sanitation", at=MONDAY_9AM + 2 * A_DAY)
    assert queries.answering_unit("water", at=MONDAY_9AM) == "water"
    assert queries.answering_unit("water", at=MONDAY_9AM + A_DAY) == "municipal"
    assert queries.answering_unit("water", at=MONDAY_9AM + 2 * A_DAY) == "sanitation"


def test_nobody_takes_over_who_is_the_same_unknown_or_has_ended():
    end("power")
    with pytest.raises(UnitSucceedsItself):
        end("water", successor="water")
    with pytest.raises(NotFound):
        end("water", successor="nowhere")
    with pytest.raises(UnitEnded):
        end("water", successor="power", at=MONDAY_9AM + 2 * A_DAY)
    assert queries.unit("water").until_at is None


# --- members --------------------------------------------------------------------------------------------------------


def leave(uid, *, handed_to=None):
    seen = queries.member_version(uid)
    people.end_member(uid, handed_to=handed_to, seen=seen, by=FOUNDER, at=MONDAY_9AM + A_DAY)


def test_a_member_who_leaves_in_the_middle_of_a_case_names_who_takes_it_over(held):
    chen, lin = add("8001"), add("8002")
    held[str(chen)] = Holding("case", 2, ("2026-000001",))
    with pytest.raises(MemberStillHolds) as refused:
        leave(chen)
    assert refused.value.facts == {"member": "8001", "holds": "case 2 (2026-000001)", "count": 2}
    leave(chen, handed_to=lin)
    told = entries_of(f"member:{chen}")[-1].facts
    assert (told["handed_to"], told["held"]) == (str(lin), {"case": 2})
    assert verify().intact


def test_work_is_handed_to_somebody_else_who_is_there(held):
    chen, lin = add("8001"), add("8002")
    held[str(chen)] = Holding("case", 1)
    leave(lin)
    for nobody, refusal in ((chen, NotFound), (_uid("water"), NotFound), (lin, MemberEnded)):
        with pytest.raises(refusal):
            leave(chen, handed_to=nobody)


def test_whoever_holds_nothing_just_leaves(held):
    chen = in_post("8001", Post.HANDLER, "water")
    held["somebody else"] = Holding("case", 1)
    leave(queries.member_uid("8001"))
    assert not queries.allow(chen, "case.submit_result", Matter(unit="water"), at=MONDAY_9AM + A_DAY)


def test_the_last_keeper_hands_over_no_work_without_a_successor_in_the_post(held):
    (last,) = queries.appointments(at=MONDAY_9AM, post=Post.SYSTEM_ADMINISTRATOR)
    lin = add("8002")
    held[str(last.member)] = Holding("case", 1)
    with pytest.raises(LastKeeper):
        leave(last.member, handed_to=lin)
