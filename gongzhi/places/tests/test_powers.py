"""Who imports divisions, and that nobody changes what they have not seen."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.verify import verify
from gongzhi.kernel.geo import Crs
from gongzhi.people import queries as people
from gongzhi.people.rules import NotAppointed
from gongzhi.people.states import Post
from gongzhi.places import facts, operations, queries
from gongzhi.places.operations import DivisionDraft, divisions
from gongzhi.places.states import DivisionLevel
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import powers, staff
from gongzhi.testing.city import put_city
from gongzhi.testing.moves import MONDAY_9AM
from gongzhi.testing.races import at_once

COMMUNITY = DivisionDraft(
    code="350203001999",
    level=DivisionLevel.COMMUNITY,
    name_zh="示意社区",
    parent="350203001",
    from_on=date(2026, 1, 1),
)
CHANGE = partial(operations.import_divisions, [COMMUNITY], source="survey", crs=Crs.CGCS2000, at=MONDAY_9AM)


@pytest.mark.django_db
def test_only_the_administrator_imports_divisions():
    put_city()
    powers.only_the_administrator_makes(CHANGE, act="places.import", stream=facts.STREAM, edition=queries.edition)
    assert queries.division(COMMUNITY.code).path == "350200/350203/350203001/350203001999"
    assert verify().intact


@pytest.mark.django_db
def test_divisions_are_not_imported_on_an_old_picture():
    put_city()
    CHANGE(seen=queries.edition(), by=FOUNDER)
    powers.nobody_makes_it_on_an_old_picture(CHANGE, thing=facts.STREAM, edition=queries.edition)


@pytest.mark.django_db
def test_whoever_lost_the_power_while_the_file_was_compared_imports_nothing(monkeypatch):
    put_city()
    post, seen = people.appointments(at=MONDAY_9AM, post=Post.SYSTEM_ADMINISTRATOR)[0], queries.edition()
    compare = divisions._change
    staff.appoint(staff.with_account("8001", at=MONDAY_9AM), post=post.post, unit=post.unit, at=MONDAY_9AM)

    def compared_for_long(*given, **said):
        change = compare(*given, **said)
        staff.end_appointment(post.uid, at=MONDAY_9AM)
        return change

    monkeypatch.setattr(divisions, "_change", compared_for_long)
    with pytest.raises(NotAppointed):
        CHANGE(seen=seen, by=post.actor())
    assert queries.edition() == seen


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_once_one_is_told_that_the_divisions_changed():
    put_city()
    seen = queries.edition()
    results = at_once(*[partial(CHANGE, seen=seen, by=FOUNDER)] * 2)
    (refused,) = [one for one in results if isinstance(one, Exception)]
    assert isinstance(refused, ChangedMeanwhile)
    assert refused.facts == {"thing": facts.STREAM, "seen": seen, "now": seen + 1}
    assert queries.edition() == seen + 1
    assert verify().intact
