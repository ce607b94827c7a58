"""The city and its dated settings."""

from datetime import timedelta

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.parameters import operations as parameters
from gongzhi.parameters import rules
from gongzhi.parameters.labels import PARAMETERS
from gongzhi.parameters.operations import (
    AnotherCity,
    BadParameter,
    NoCity,
    UnknownParameter,
    UnknownTimeZone,
    found_city,
    set_parameter,
)
from gongzhi.parameters.queries import city, city_or_none, edition, parameter
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


def found(key="xiamen", *, time_zone="Asia/Shanghai"):
    return found_city(
        key,
        name_zh="厦门市",
        name_en="Xiamen",
        time_zone=time_zone,
        standard_ref="GB/T 47678.5-2026",
        by=FOUNDER,
        at=MONDAY_9AM,
    )


@pytest.fixture
def xiamen(db):
    return found()


def put(value, *, name="duplicate_radius_m", at=MONDAY_9AM):
    set_parameter(name, value, seen=edition(), by=FOUNDER, at=at)


def test_a_city_is_founded_once(xiamen):
    assert found() == xiamen == city()
    assert len(entries_of("city:xiamen")) == 1


def test_one_database_is_one_city(xiamen):
    with pytest.raises(AnotherCity) as refused:
        found("fuzhou")
    assert refused.value.facts == {"wanted": "fuzhou", "found": "xiamen"}


@pytest.mark.parametrize("time_zone", ["", "Mars/Olympus", "Asia", "../etc/passwd", "\0"])
def test_a_city_lives_in_a_time_zone_that_exists(time_zone):
    with pytest.raises(UnknownTimeZone):
        found(time_zone=time_zone)
    assert city_or_none() is None


def test_before_a_city_is_founded_nothing_can_be_set():
    with pytest.raises(NoCity):
        city()
    with pytest.raises(NoCity):
        put(80)


def test_a_setting_holds_its_default_until_the_city_sets_it(xiamen):
    assert parameter("duplicate_radius_m", at=MONDAY_9AM) == 50
    put(80)
    values = [parameter("duplicate_radius_m", at=MONDAY_9AM + days * A_DAY) for days in (-1, 0, 100)]
    assert values == [50, 80, 80]


def test_a_later_value_ends_the_one_before(xiamen):
    put(80)
    put(100, at=MONDAY_9AM + A_DAY)
    moments = (MONDAY_9AM, MONDAY_9AM + A_DAY - timedelta(microseconds=1), MONDAY_9AM + A_DAY)
    assert [parameter("duplicate_radius_m", at=at) for at in moments] == [80, 80, 100]
    assert entries_of("city:xiamen")[-1].facts == {"name": "duplicate_radius_m", "value": 100}
    assert verify().intact


def test_what_was_in_force_is_not_rewritten(xiamen):
    put(80)
    for at in (MONDAY_9AM, MONDAY_9AM - A_DAY):
        with pytest.raises(BadParameter):
            put(100, at=at)
    assert parameter("duplicate_radius_m", at=MONDAY_9AM) == 80


@pytest.mark.parametrize("declared", rules.DECLARED.values(), ids=lambda one: one.name)
def test_a_setting_takes_what_it_can_mean_and_nothing_else(declared):
    assert rules.checked(declared.name, declared.least) == declared.least
    assert rules.checked(declared.name, declared.greatest) == declared.greatest
    assert rules.checked(declared.name, declared.default) == declared.default
    for value in (declared.least - 1, declared.greatest + 1, True):
        with pytest.raises(BadParameter):
            rules.checked(declared.name, value)
    assert declared.name in PARAMETERS
    assert declared.source


def test_an_unknown_setting_is_refused(xiamen):
    with pytest.raises(UnknownParameter):
        put(1, name="mood")
    with pytest.raises(UnknownParameter):
        parameter("mood", at=MONDAY_9AM)


def test_a_refusal_of_a_setting_says_what_it_can_be():
    with pytest.raises(BadParameter) as refused:
        rules.checked("duplicate_radius_m", 0)
    assert refused.value.facts == {
        "name": "duplicate_radius_m",
        "value": 0,
        "least": 1,
        "greatest": 2000,
        "unit": "m",
    }
    assert parameters.BadParameter is BadParameter
