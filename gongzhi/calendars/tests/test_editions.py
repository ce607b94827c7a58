"""How the calendars stood is kept when they change, and nobody alters it unseen."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from gongzhi.audit.operations import rows_digest
from gongzhi.audit.queries import entries_of
from gongzhi.audit.states import Damage
from gongzhi.audit.verify import verify
from gongzhi.calendars import operations, queries
from gongzhi.calendars.models import PastEdition
from gongzhi.calendars.rules import pack, unpack
from gongzhi.calendars.states import STREAM, DayKind
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

XIAMEN = ZoneInfo("Asia/Shanghai")
A_DAY = date(2026, 12, 3)


def set_day(kind=DayKind.REST, on=A_DAY):
    seen = queries.edition()
    operations.set_day(on, kind, seen=seen, by=FOUNDER, at=MONDAY_9AM)
    return seen


def kind_in(edition):
    return queries.working_time("office", zone=XIAMEN, edition=edition).day(A_DAY).kind


def forget():
    queries._edition.cache_clear()
    queries._prepared.cache_clear()


def test_an_edition_is_kept_as_it_stood_when_the_next_change_replaces_it():
    before = list(queries.snapshot_rows())
    edition = set_day()
    forget()
    assert unpack(PastEdition.objects.get(number=edition).content) == before
    assert [kind_in(edition), kind_in(edition + 1), kind_in(None)] == [DayKind.WORKING, DayKind.REST, DayKind.REST]
    assert rows_digest(before) == entries_of(STREAM)[edition - 1].facts["rows_digest"]
    assert entries_of(STREAM)[-1].facts["kept"] == edition


def test_what_was_kept_is_small():
    days = sum(row[0] == "day" for row in queries.snapshot_rows())
    assert len(pack(queries.snapshot_rows())) < 10 * days


def test_all_earlier_editions_can_be_asked():
    first = set_day()
    set_day(DayKind.WORKING)
    set_day()
    forget()
    assert [kind_in(first + ahead).value for ahead in range(4)] == ["working", "rest", "working", "rest"]
    assert verify().intact


def test_a_change_that_was_refused_keeps_nothing():
    kept = PastEdition.objects.count()
    with pytest.raises(operations.YearNotEntered):
        operations.confirm_years([2026, 2040], notice="通知", seen=queries.edition(), by=FOUNDER, at=MONDAY_9AM)
    assert PastEdition.objects.count() == kept


@pytest.mark.parametrize("number", [0, 99])
def test_an_edition_that_never_was_is_unknown(number):
    with pytest.raises(queries.EditionNotKept) as refused:
        kind_in(number)
    assert refused.value.facts == {"edition": number}


def test_a_past_edition_that_was_altered_is_named():
    edition = set_day()
    kept = PastEdition.objects.get(number=edition)
    content = kept.content
    for altered in (
        content.replace('"working"', '"rest"'),
        "{}",
        "no JSON",
        '{"rows":[],"said":[],"days":[["t","x",[0]]]}',
    ):
        PastEdition.objects.filter(number=edition).update(content=altered)
        (found,) = verify().findings
        assert (found.damage, found.stream, found.seq) == (Damage.ROW_ALTERED, STREAM, edition)


def test_a_past_edition_that_was_removed_is_named():
    edition = set_day()
    PastEdition.objects.filter(number=edition).delete()
    (found,) = verify().findings
    assert (found.damage, found.stream, found.seq) == (Damage.ROW_MISSING, STREAM, edition)


def test_a_past_edition_that_never_was_is_named():
    PastEdition.objects.create(number=99, content=pack(queries.snapshot_rows()))
    (found,) = verify().findings
    assert (found.damage, found.stream, found.seq) == (Damage.ROW_ALTERED, STREAM, 99)
