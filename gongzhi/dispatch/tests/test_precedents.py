"""A ruling between units is kept, found by class, place, unit and words, and may become a rule."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gongzhi.audit.operations import ChangedMeanwhile, NothingToErase
from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.cases import queries as case_queries
from gongzhi.dispatch import operations as dispatch
from gongzhi.dispatch import queries
from gongzhi.dispatch.models import PrecedentTerm
from gongzhi.dispatch.operations import PrecedentEnded, PrecedentIsRule, RuleExists
from gongzhi.dispatch.tests.rulings import GROUNDS, ruling
from gongzhi.intake.rules import GivenPlace
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.kernel.terms import terms, wanted_terms
from gongzhi.norms import queries as norms
from gongzhi.people import queries as people_queries
from gongzhi.people.operations import GroundsNeeded, NotPermitted
from gongzhi.people.states import Post
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, staff, turns
from gongzhi.testing.cases import filed_case
from gongzhi.testing.moves import MONDAY_9AM, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

A_DAY = timedelta(days=1)
LATER = MONDAY_9AM + A_DAY
AUDITOR = Post.AUDIT_ADMINISTRATOR


def found(**asked):
    return [one.unit_code for one in queries.precedents(at=LATER, **asked)]


def end(kept, *, grounds="职责已调整", by=None, at=LATER, seen=None):
    dispatch.end_precedent(
        kept.uid, grounds=grounds, seen=seen or kept.version, by=by or member(Post.SHIFT_LEADER), at=at
    )


# --- kept -----------------------------------------------------------------------------------------------------------


def test_a_ruling_is_kept_with_its_case_class_place_and_units():
    kept = ruling()
    ruled = case_queries.case(kept.case)
    assert (kept.number, kept.class_key, kept.area) == (ruled.number, ruled.class_key, ruled.area)
    assert (kept.unit_code, kept.units, kept.grounds) == ("bikes", (moves.SIMING_BUREAU, "bikes"), GROUNDS)
    of_the_case = entries_of(ruled.stream)[-1].facts
    assert of_the_case["precedent"] == str(kept.uid)
    assert of_the_case["in_dispute"] == [moves.SIMING_BUREAU, "bikes"]
    told = entries_of(kept.stream)[0]
    assert (told.type, told.facts["unit"]) == ("precedent.set", "bikes")
    assert verify().intact


def test_its_grounds_are_in_no_entry_and_in_no_table_in_clear():
    kept = ruling()
    assert "单车" not in str(entries_of(kept.stream))
    assert not PrecedentTerm.objects.filter(term__in=["单车", "企业"]).exists()
    assert PrecedentTerm.objects.filter(precedent__uid=kept.uid).exists()


def test_the_units_of_a_ruling_are_those_that_sent_it_back_those_they_named_and_the_one_that_answers():
    case = turns.send_away(moves.dispatch(filed_case()), proposed="water")
    turns.arbitrate(case, unit="municipal")
    (kept,) = queries.precedents(at=LATER)
    assert kept.units == (moves.SIMING_BUREAU, "water", "municipal")
    assert found(unit="water") == found(unit=moves.SIMING_BUREAU) == ["municipal"]


def test_a_ruling_that_is_refused_leaves_no_precedent():
    case = turns.send_away(moves.dispatch(filed_case()))
    with pytest.raises(NotFound):
        turns.arbitrate(case, unit="nowhere")
    assert queries.precedents(at=LATER) == []
    assert moves.now(case) == case


# --- found ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(city):
    """Three rulings: on bicycles in one district, on a pipe in another, on a vendor in the first."""
    ruling()
    ruling(unit="water", place=GivenPlace(118.13, 24.51), grounds="供水管道由水务集团抢修（DN300）")
    ruling(
        unit="municipal",
        grounds="绿化带由市政园林管护",
        case=filed_case(class_key=moves.GOODS_OUTSIDE_A_SHOP, condition=moves.GOODS_ON_THE_PAVEMENT),
    )


@pytest.mark.parametrize(
    ("asked", "units"),
    [
        ({}, ["municipal", "water", "bikes"]),
        ({"text": "单车"}, ["bikes"]),
        ({"text": "运营企业  单车"}, ["bikes"]),
        ({"text": "水"}, ["water"]),
        ({"text": "dn300"}, ["water"]),
        ({"text": "ＤＮ３００ 水务"}, ["water"]),
        ({"text": "DN30"}, []),
        ({"text": "车单"}, []),
        ({"text": "单车 水务"}, []),
        ({"text": "，、 "}, ["municipal", "water", "bikes"]),
        ({"area": "350200/350206"}, ["water"]),
        ({"area": "350200"}, ["municipal", "water", "bikes"]),
        ({"area": "350200/35020"}, []),
        ({"class_key": moves.GOODS_OUTSIDE_A_SHOP}, ["municipal"]),
        ({"unit": "bikes"}, ["bikes"]),
        ({"unit": "bikes", "text": "单车", "area": "350200/350203"}, ["bikes"]),
        ({"unit": "bikes", "text": "管道"}, []),
        ({"unit": "bike"}, []),
        ({"limit": 2}, ["municipal", "water"]),
    ],
)
def test_a_ruling_is_found_by_words_place_class_and_unit(three, asked, units):
    assert found(**asked) == units


def test_a_ruling_is_found_by_the_names_of_its_class_and_unit(three):
    assert found(text=people_queries.unit("water").name_zh) == ["water"]
    assert found(text=norms.managed_class(moves.STREET_VENDOR).zh) == ["water", "bikes"]


def test_terms_are_pairs_of_chinese_characters_and_whole_other_words():
    assert wanted_terms("井盖破损 No.12") == {"井盖", "盖破", "破损", "no", "12"}
    assert wanted_terms("。") == frozenset()
    assert wanted_terms("井盖破损") <= terms("三处井盖破损")
    assert not wanted_terms("盖井") <= terms("三处井盖破损")


def test_a_precedent_that_can_no_longer_be_found_by_its_words_is_noticed():
    kept = ruling()
    PrecedentTerm.objects.filter(precedent__uid=kept.uid).first().delete()
    assert [one.stream for one in verify().findings] == [kept.stream]


# --- told -----------------------------------------------------------------------------------------------------------


def test_a_suggestion_tells_of_a_ruling_in_the_same_district_and_class():
    kept = ruling()
    suggestion = queries.suggest(filed_case().uid, at=LATER)
    assert suggestion.unit_code == moves.SIMING_BUREAU  # a ruling binds nobody until it is a rule
    assert suggestion.ruling == queries.Ruling(kept.uid, kept.number, "bikes", kept.decided_at)
    elsewhere = filed_case(place=GivenPlace(118.13, 24.51))
    assert queries.suggest(elsewhere.uid, at=LATER).ruling is None
    other = filed_case(class_key=moves.GOODS_OUTSIDE_A_SHOP, condition=moves.GOODS_ON_THE_PAVEMENT)
    assert queries.suggest(other.uid, at=LATER).ruling is None
    told = entries_of(moves.dispatch(filed_case(), at=LATER).stream)[-1].facts
    assert told["ruling"] == str(kept.uid)


def test_the_nearest_ruling_is_told_and_of_equally_near_ones_the_latest():
    first = ruling()
    second = ruling(unit="municipal")

    def told(area):
        return queries.ruling(class_key=first.class_key, area=area, at=LATER)

    assert told(first.area).precedent == second.uid
    end(second)
    assert told(first.area).precedent == first.uid
    assert told("") is None
    assert told("350200") is None


# --- made a rule ----------------------------------------------------------------------------------------------------


def make_rule(kept, *, code="ruling 1", from_on=date(2026, 1, 1), by=FOUNDER, **said):
    return dispatch.make_rule_of(kept.uid, code=code, from_on=from_on, seen=queries.edition(), by=by, at=LATER, **said)


def test_a_ruling_becomes_a_rule_and_the_next_case_goes_there_by_itself():
    kept = ruling()
    made = make_rule(kept)
    assert (made.unit_code, made.class_prefix, made.area) == ("bikes", kept.class_key, kept.area)
    assert queries.suggest(filed_case().uid, at=LATER).source == "ruling 1"
    assert queries.precedent(kept.uid).rule == "ruling 1"
    assert entries_of(queries.STREAM)[-1].facts["precedent"] == str(kept.uid)
    assert entries_of(kept.stream)[-1].type == "precedent.made-rule"
    assert verify().intact


def test_of_a_ruling_one_rule_is_made_at_a_time():
    kept = ruling()
    make_rule(kept, until_on=date(2026, 6, 1))
    with pytest.raises(PrecedentIsRule) as refused:
        make_rule(kept, code="ruling 2")
    assert refused.value.facts["rule"] == "ruling 1"
    make_rule(kept, code="ruling 2", from_on=date(2026, 6, 1))
    assert queries.precedent(kept.uid).rule == "ruling 2"


def test_the_rule_may_reach_further_and_names_the_unit_that_took_over():
    kept = ruling()
    staff.end_unit("bikes", successor="municipal", at=LATER)
    made = make_rule(kept, area="350200", until_on=date(2027, 1, 1))
    assert (made.unit_code, made.area, made.until_on) == ("municipal", "350200", date(2027, 1, 1))


def test_only_who_writes_rules_makes_one_of_a_ruling_that_stands_and_overwrites_none():
    kept = ruling()
    for code in ("ruling 1", queries.all_rules()[0].code):
        with pytest.raises(NotPermitted):
            make_rule(kept, code=code, by=member(Post.SHIFT_LEADER))
    with pytest.raises(RuleExists):
        make_rule(kept, code=queries.all_rules()[0].code)
    with pytest.raises(ChangedMeanwhile):
        dispatch.make_rule_of(kept.uid, code="x", from_on=date(2026, 1, 1), seen=0, by=FOUNDER, at=LATER)
    with pytest.raises(NotFound):
        dispatch.make_rule_of(
            new_id(), code="x", from_on=date(2026, 1, 1), seen=queries.edition(), by=FOUNDER, at=LATER
        )
    end(kept)
    with pytest.raises(PrecedentEnded):
        make_rule(kept)
    assert queries.precedent(kept.uid).rule == ""


def test_a_rule_of_a_unit_that_ended_leads_to_its_successor():
    case = filed_case()
    staff.end_unit(moves.SIMING_BUREAU, successor="bureau", at=case.moved_at)
    assert queries.suggest(case.uid, at=case.moved_at).unit_code == "bureau"


# --- ended, erased --------------------------------------------------------------------------------------------------


def test_a_ruling_that_ended_is_found_no_more_and_stays_readable():
    kept = ruling()
    end(kept)
    assert found() == []
    assert [one.uid for one in queries.precedents(at=LATER - timedelta(minutes=1))] == [kept.uid]
    assert queries.precedent(kept.uid).until_at == LATER
    assert "职责" not in str(entries_of(kept.stream))
    assert verify().intact
    with pytest.raises(PrecedentEnded):
        end(queries.precedent(kept.uid))


def test_it_is_ended_with_grounds_by_those_who_rule_on_what_was_seen():
    kept = ruling()
    with pytest.raises(GroundsNeeded):
        end(kept, grounds="\u3000")
    with pytest.raises(NotPermitted):
        end(kept, by=member(Post.DISPATCHER), seen=9)
    with pytest.raises(ChangedMeanwhile):
        end(kept, seen=9)
    end(kept)
    with pytest.raises(NotPermitted):
        end(kept, by=member(Post.DISPATCHER))


def test_its_words_are_erased_with_what_they_were_found_by():
    kept = ruling()
    assert found(text="监督") == ["bikes"]
    before = PrecedentTerm.objects.filter(precedent__uid=kept.uid).count()
    auditor = member(AUDITOR)
    dispatch.erase_grounds(kept.uid, rule="consent_withdrawn", grounds="含个人信息", seen=1, by=auditor, at=LATER)
    erased = queries.precedent(kept.uid)
    assert (erased.grounds, erased.unit_code) == (None, "bikes")
    assert found(text="监督") == []
    assert found(unit="bikes") == ["bikes"]
    assert PrecedentTerm.objects.filter(precedent__uid=kept.uid).count() < before
    report = verify()
    assert report.intact
    assert report.erased
    with pytest.raises(NothingToErase):
        dispatch.erase_grounds(kept.uid, rule="x", grounds="再次", seen=2, by=auditor, at=LATER)
    with pytest.raises(NotPermitted):
        dispatch.erase_grounds(kept.uid, rule="x", grounds="y", seen=2, by=FOUNDER, at=LATER)


def test_everybody_who_reads_cases_may_search_rulings():
    for post in (Post.DEPARTMENT_DESK, Post.HANDLER, Post.DISPATCHER, Post.LEADER):
        assert "precedent.read" in people_queries.acts_of(member(post), at=MONDAY_9AM)
