"""Dispatch by the city's rules, explained; the norm's unit where no rule speaks."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.dispatch import operations as dispatch
from gongzhi.dispatch import queries
from gongzhi.dispatch.models import DispatchRule
from gongzhi.dispatch.operations import NoResponsibleUnit, RuleEndsBeforeItBegins, RuleHoursIncomplete, RuleRepeated
from gongzhi.dispatch.rules import Rule
from gongzhi.intake.rules import GivenPlace
from gongzhi.kernel.refusals import NotFound
from gongzhi.norms import operations as norms
from gongzhi.norms import queries as norm_queries
from gongzhi.norms.rules import ConditionDraft
from gongzhi.people import operations as people
from gongzhi.people.operations import NotPermitted, UnitEnded
from gongzhi.people.states import UnitKind
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, staff
from gongzhi.testing.cases import filed_case
from gongzhi.testing.city import FOUNDED_AT
from gongzhi.testing.moves import MONDAY_9AM, local

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

FROM_ON = date(2026, 1, 1)


def put(*rules):
    return dispatch.put_rules(rules, seen=queries.edition(), by=FOUNDER, at=MONDAY_9AM)


@pytest.fixture
def no_rules(city):
    """A city that wrote no rules: all of those it has ended yesterday."""
    put(*[_ended(one) for one in queries.all_rules()])


def _ended(one):
    return Rule(
        code=one.code,
        unit_code=one.unit_code,
        class_prefix=one.class_prefix,
        area=one.area,
        from_on=one.from_on,
        until_on=date(2026, 11, 22),
    )


def test_a_matter_of_the_street_goes_to_the_district_it_lies_in():
    siming = moves.dispatch(filed_case(place=moves.SIMING))
    huli = moves.dispatch(filed_case(place=GivenPlace(118.13, 24.51)))
    assert (siming.unit_code, huli.unit_code) == (moves.SIMING_BUREAU, moves.HULI_BUREAU)


def test_the_reason_stands_in_the_record():
    case = moves.dispatch(filed_case())
    told = entries_of(case.stream)[-1].facts
    assert (told["by"], told["source"]) == ("rule", "area 350200/350203")
    assert told["weighed"] == ["area 350200/350203"]


def test_a_matter_for_a_department_goes_there_wherever_it_lies():
    suggestion = queries.suggest(
        filed_case(class_key="GB/T 47678.5-2026|event|09011", condition="event-09011-1").uid, at=MONDAY_9AM
    )
    assert (suggestion.unit_code, suggestion.by) == ("bikes", "rule")


def test_in_the_evening_another_unit_answers_also_after_midnight():
    put(
        Rule(
            code="night shift",
            unit_code="bureau",
            class_prefix=moves.STREET_VENDOR,
            from_=time(20),
            until=time(2),
            from_on=FROM_ON,
        )
    )
    case = filed_case()
    units = [
        queries.suggest(case.uid, at=local(at)).unit_code
        for at in ("2026-11-23 19:59", "2026-11-23 20:00", "2026-11-24 01:59", "2026-11-24 02:00")
    ]
    assert units == [moves.SIMING_BUREAU, "bureau", "bureau", moves.SIMING_BUREAU]


def test_where_no_rule_speaks_the_norms_unit_answers(no_rules):
    norms.end_condition(
        moves.VENDOR_BY_DAY, until_on=date(2026, 11, 1), seen=norm_queries.edition(), by=FOUNDER, at=MONDAY_9AM
    )
    before = norm_queries.filing_condition(moves.VENDOR_BY_DAY, on=date(2026, 10, 31))
    drafted = ConditionDraft(
        **{name: getattr(before, name) for name in ConditionDraft.__slots__ if name != "unit_code"},
        unit_code="sanitation",
    )
    norms.put_condition(drafted, from_on=date(2026, 11, 1), seen=norm_queries.edition(), by=FOUNDER, at=MONDAY_9AM)
    case = moves.dispatch(filed_case())
    told = entries_of(case.stream)[-1].facts
    assert (case.unit_code, told["by"], told["source"]) == ("sanitation", "norm", moves.VENDOR_BY_DAY)


def test_where_neither_rule_nor_norm_names_a_unit_a_person_decides(no_rules):
    case = filed_case()
    with pytest.raises(NoResponsibleUnit) as refused:
        moves.dispatch(case)
    assert refused.value.facts == {"case": case.number, "class_key": case.class_key, "area": case.area}
    assert moves.dispatch(case, unit=moves.HULI_BUREAU).unit_code == moves.HULI_BUREAU


def test_what_the_rules_say_is_not_told_to_somebody_who_may_not_dispatch(no_rules, acceptor):
    with pytest.raises(NotPermitted):
        moves.dispatch(filed_case(), by=acceptor)


def test_a_unit_that_has_ended_is_suggested_no_more():
    case = filed_case()
    staff.end_unit(moves.SIMING_BUREAU, at=case.moved_at)
    with pytest.raises(NoResponsibleUnit):
        queries.suggest(case.uid, at=case.moved_at)
    with pytest.raises(NoResponsibleUnit):
        moves.dispatch(case)
    assert moves.now(case) == case


def test_where_the_narrowest_rule_names_a_unit_that_has_ended_the_next_rule_speaks():
    put(Rule(code="vendors", unit_code="water", class_prefix=moves.STREET_VENDOR, from_on=FROM_ON))
    case = filed_case()
    assert queries.suggest(case.uid, at=case.moved_at).unit_code == "water"
    staff.end_unit("water", at=case.moved_at)
    suggestion = queries.suggest(case.uid, at=case.moved_at)
    assert (suggestion.unit_code, suggestion.weighed) == (moves.SIMING_BUREAU, ("area 350200/350203",))


def test_a_norms_unit_that_has_ended_is_suggested_no_more(no_rules, monkeypatch):
    case = filed_case()
    condition = norm_queries.filing_condition(moves.VENDOR_BY_DAY, on=FROM_ON)
    monkeypatch.setattr(norm_queries, "filing_condition", lambda code, *, on: replace(condition, unit_code="water"))
    assert queries.suggest(case.uid, at=case.moved_at).by == "norm"
    staff.end_unit("water", at=case.moved_at)
    with pytest.raises(NoResponsibleUnit):
        queries.suggest(case.uid, at=case.moved_at)


def test_where_a_unit_has_ended_its_successor_answers_before_the_next_rule_speaks():
    put(Rule(code="vendors", unit_code="water", class_prefix=moves.STREET_VENDOR, from_on=FROM_ON))
    case = filed_case()
    staff.end_unit("water", successor="municipal", at=case.moved_at)
    suggestion = queries.suggest(case.uid, at=case.moved_at)
    assert (suggestion.unit_code, suggestion.source) == ("municipal", "vendors")
    staff.end_unit("municipal", at=case.moved_at)
    suggestion = queries.suggest(case.uid, at=case.moved_at)
    assert (suggestion.unit_code, suggestion.source) == (moves.SIMING_BUREAU, "area 350200/350203")


def test_where_a_norms_unit_has_ended_its_successor_answers(no_rules, monkeypatch):
    case = filed_case()
    condition = norm_queries.filing_condition(moves.VENDOR_BY_DAY, on=FROM_ON)
    monkeypatch.setattr(norm_queries, "filing_condition", lambda code, *, on: replace(condition, unit_code="water"))
    staff.end_unit("water", successor="municipal", at=case.moved_at)
    suggestion = queries.suggest(case.uid, at=case.moved_at)
    assert (suggestion.unit_code, suggestion.by) == ("municipal", "norm")
    assert moves.dispatch(case).unit_code == "municipal"


def test_a_contractor_whose_contract_is_over_is_passed_over():
    people.add_unit(
        "cleaners",
        kind=UnitKind.CONTRACTOR,
        name_zh="保洁公司",
        name_en="Cleaners",
        parent="bureau",
        contract_until_at=MONDAY_9AM + timedelta(hours=1),
        by=FOUNDER,
        at=FOUNDED_AT,
    )
    put(Rule(code="vendors", unit_code="cleaners", class_prefix=moves.STREET_VENDOR, from_on=FROM_ON))
    case = filed_case()
    assert queries.suggest(case.uid, at=case.moved_at).unit_code == "cleaners"
    later = MONDAY_9AM + timedelta(days=30)
    assert queries.suggest(case.uid, at=later).unit_code == moves.SIMING_BUREAU


def test_two_rules_of_one_code_at_once_are_refused_and_none_is_kept():
    before = queries.all_rules()
    with pytest.raises(RuleRepeated) as refused:
        put(*[Rule(code="new", unit_code=unit, from_on=FROM_ON) for unit in ("bureau", "water")])
    assert refused.value.facts == {"rule": "new"}
    assert queries.all_rules() == before


# --- the rules themselves -------------------------------------------------------------------------------------------


def test_rules_are_added_and_replaced_by_their_code_and_watched_over():
    before = len(queries.all_rules())
    assert put(Rule(code="new", unit_code="bureau", from_on=FROM_ON)) == 1
    put(Rule(code="new", unit_code="water", from_on=FROM_ON))
    rules = {one.code: one.unit_code for one in queries.all_rules()}
    assert (len(rules), rules["new"]) == (before + 1, "water")
    assert verify().intact

    DispatchRule.objects.filter(code="new").update(unit_id="bureau")
    assert [one.stream for one in verify().findings] == [queries.STREAM]


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"until_on": FROM_ON}, RuleEndsBeforeItBegins),
        ({"from_": time(8)}, RuleHoursIncomplete),
        ({"until": time(8)}, RuleHoursIncomplete),
        ({"unit_code": "nobody"}, NotFound),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused(said, refusal):
    with pytest.raises(refusal):
        put(Rule(**({"code": "new", "unit_code": "bureau", "from_on": FROM_ON} | said)))


def test_no_rule_names_a_unit_that_has_ended():
    staff.end_unit("water", at=MONDAY_9AM)
    with pytest.raises(UnitEnded):
        put(Rule(code="new", unit_code="water", from_on=FROM_ON))
