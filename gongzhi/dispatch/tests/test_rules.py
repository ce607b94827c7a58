"""Choosing the unit: the narrowest rule that covers the case."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.dispatch.rules import Choice, Rule, choose, covers, specificity

TODAY, NOON = date(2026, 11, 23), time(12)


def rule(code, **said):
    return Rule(**({"code": code, "unit_code": f"unit of {code}", "from_on": date(2026, 1, 1)} | said))


def chosen(*rules, class_key="std|event|09001", area="3502/350203/350203001", on=TODAY, clock=NOON):
    return choose(rules, class_key=class_key, area=area, on=on, clock=clock)


CITY, DISTRICT = rule("city"), rule("district", area="3502/350203")
STREET = rule("street", area="3502/350203/350203001")
MAJOR, MINOR = rule("major", class_prefix="std|event|09"), rule("minor", class_prefix="std|event|09001")
EVENING = rule("evening", from_=time(18), until=time(22))


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([CITY, DISTRICT], "district"),
        ([DISTRICT, STREET], "street"),
        ([MAJOR, STREET], "major"),  # what it is goes before where it is
        ([MAJOR, MINOR], "minor"),
        ([MINOR, rule("minor here", class_prefix="std|event|09001", area="3502/350203")], "minor here"),
        ([CITY, rule("day", from_=time(8), until=time(18))], "day"),
        ([rule("b"), rule("a")], "a"),  # equals are decided by their code
    ],
)
def test_the_narrowest_rule_wins_whatever_their_order(rules, code):
    assert chosen(*rules).rule == chosen(*reversed(rules)).rule == code


def test_the_choice_names_all_rules_that_were_weighed_best_first():
    assert chosen(CITY, EVENING, STREET, MAJOR) == Choice("unit of major", "major", ("major", "street", "city"))


def test_where_no_rule_covers_a_case_there_is_no_choice():
    assert chosen() is None
    assert chosen(EVENING) is None


@pytest.mark.parametrize(
    ("from_", "until", "clock", "holds"),
    [
        (time(18), time(22), time(17, 59), False),
        (time(18), time(22), time(18), True),
        (time(18), time(22), time(22), False),
        (time(22), time(6), time(23), True),  # across midnight
        (time(22), time(6), time(0), True),
        (time(22), time(6), time(5, 59), True),
        (time(22), time(6), time(6), False),
        (time(22), time(6), NOON, False),
    ],
)
def test_a_rule_for_certain_hours_holds_in_them(from_, until, clock, holds):
    assert (chosen(rule("night", from_=from_, until=until), clock=clock) is not None) == holds


@pytest.mark.parametrize(
    ("on", "holds"),
    [(date(2026, 5, 31), False), (date(2026, 6, 1), True), (date(2026, 8, 31), True), (date(2026, 9, 1), False)],
)
def test_a_rule_holds_from_its_first_day_until_the_day_it_ends(on, holds):
    summer = rule("summer", from_on=date(2026, 6, 1), until_on=date(2026, 9, 1))
    assert (chosen(summer, on=on) is not None) == holds


def test_a_division_whose_code_only_begins_alike_is_another():
    assert chosen(DISTRICT, area="3502/3502031") is None
    assert chosen(DISTRICT, area="3502/350203").rule == "district"
    assert chosen(DISTRICT, area="") is None


areas = st.sampled_from(["", "3502", "3502/350203", "3502/350203/350203001", "3502/350206"])
class_keys = st.sampled_from(["", "std|event|09", "std|event|09001", "std|component|01001"])
hours = st.one_of(st.none(), st.tuples(st.times(), st.times()))
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def some_rules(draw):
    rules = []
    for number in range(draw(st.integers(0, 8))):
        from_, until = draw(hours) or (None, None)
        rules.append(
            rule(
                f"r{number}",
                class_prefix=draw(class_keys),
                area=draw(areas),
                from_=from_,
                until=until,
                from_on=draw(days),
            )
        )
    return rules


@given(rules=some_rules(), class_key=class_keys, area=areas, on=days, clock=st.times())
def test_the_choice_covers_the_case_and_nothing_narrower_does(rules, class_key, area, on, clock):
    said = {"class_key": class_key, "area": area, "on": on, "clock": clock}
    choice = choose(rules, **said)
    covering = [one for one in rules if covers(one, **said)]
    if choice is None:
        assert covering == []
    else:
        (winner,) = [one for one in covering if one.code == choice.rule]
        assert choice.unit_code == winner.unit_code
        assert max(specificity(one) for one in covering) == specificity(winner)
        assert sorted(choice.weighed) == sorted(one.code for one in covering)
