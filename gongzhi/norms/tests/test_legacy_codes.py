"""Codes of earlier standards, which running systems still send, lead to the class of today."""

from __future__ import annotations

from functools import partial

import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.audit.verify import verify
from gongzhi.norms import operations, queries
from gongzhi.norms.rules import LegacyLine
from gongzhi.norms.states import LEGACY_STANDARD, STREAM, ClassKind
from gongzhi.norms.tests.factories import OUTSIDE_TRADING, STANDARD

pytestmark = pytest.mark.django_db

OLD = LegacyLine(ClassKind.EVENT, "0504", "店外经营", "09005")
GONE = LegacyLine(ClassKind.EVENT, "0409", "群发性事件")


@pytest.fixture
def load(catalogue, norms_keeper, monday_9am, july):
    def load(*lines, standard_ref=LEGACY_STANDARD):
        return operations.load_legacy_codes(
            lines,
            standard_ref=standard_ref,
            current_standard=STANDARD,
            from_on=july,
            seen=queries.edition(),
            by=norms_keeper,
            at=monday_9am,
        )

    return load


def test_a_legacy_code_leads_to_the_class_of_today(load, july):
    assert load(OLD, GONE).added == 2
    found = queries.class_of_legacy("0504", on=july)
    assert found is not None
    assert found.key == OUTSIDE_TRADING
    assert queries.class_of_legacy("0409", on=july) is None
    assert entries_of(STREAM)[-1].facts["added"] == 2
    assert verify().intact


def test_known_codes_stay_and_a_second_loading_records_nothing(load):
    load(OLD)
    seen = queries.edition()
    again = load(OLD)
    assert (again.added, again.unchanged, queries.edition()) == (0, 1, seen)


def test_a_code_nobody_had_is_refused_and_so_is_one_from_before_it_held(load, july):
    load(OLD)
    asked = partial(queries.class_of_legacy, on=july)
    for ask in (
        partial(asked, "9999"),
        partial(asked, "0504", standard_ref="GB/T 30428.2-2013"),
        partial(asked, "0504", kind=ClassKind.COMPONENT),
        partial(queries.class_of_legacy, "0504", on=july.replace(year=2020)),
    ):
        with pytest.raises(operations.LegacyCodeUnknown):
            ask()


def test_one_code_for_two_classes_and_a_class_that_is_none_keep_the_list_out(load):
    with pytest.raises(operations.ClassRepeated):
        load(OLD, OLD)
    with pytest.raises(operations.ClassUnknown):
        load(OLD, LegacyLine(ClassKind.EVENT, "0505", "机动车乱停放", "09099"))
    assert queries.edition() == 1


def test_the_shipped_list_has_fifty_codes_and_local_classes_take_the_sudden_events(norms_keeper, monday_9am, july):
    seeded = operations.seed_default_norms(from_on=july, seen=0, by=norms_keeper, at=monday_9am)
    assert seeded.legacy_codes == len(queries.legacy_codes(on=july)) == 50
    flooded = queries.class_of_legacy("0406", on=july)
    assert flooded is not None
    assert (flooded.code, flooded.is_local_extension) == ("10801", True)
    without = [one.code for one in queries.legacy_codes(on=july) if one.class_key is None]
    assert len(without) == 6
