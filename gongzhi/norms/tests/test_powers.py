"""Who sets norms, and that nobody changes what they have not seen."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from gongzhi.audit.operations import ChangedMeanwhile
from gongzhi.audit.verify import verify
from gongzhi.kernel.units import Limit
from gongzhi.norms import operations, queries
from gongzhi.norms.models import FilingCondition
from gongzhi.norms.rules import FixedTime, StageLimitDraft
from gongzhi.norms.states import STREAM, Stage, StageClock
from gongzhi.norms.tests.factories import STANDARD, draft, line
from gongzhi.places.states import AreaClass
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import powers
from gongzhi.testing.moves import MONDAY_9AM, VENDOR_BY_DAY
from gongzhi.testing.races import at_once

FROM_ON = date(2026, 12, 1)
NEW_LINE = line("801", zh="示例小类", en="Example class", is_local_extension=True)
CORE_CHECK = StageLimitDraft(Stage.CHECK, FixedTime(StageClock.WORKING, 900), "test", AreaClass.CORE, "office")
MORE = draft(code="event-09005-9", number=9, limit=Limit.parse("work_hour:3"))

CHANGES = {
    "load_catalogue": (
        "norms.load_catalogue",
        partial(operations.load_catalogue, [NEW_LINE], standard_ref=STANDARD, from_on=FROM_ON),
    ),
    "put_condition": ("norms.put", partial(operations.put_condition, MORE, from_on=FROM_ON)),
    "put_conditions": ("norms.put", partial(operations.put_conditions, [MORE], from_on=FROM_ON)),
    "put_stage_limit": ("norms.put", partial(operations.put_stage_limit, CORE_CHECK, from_on=FROM_ON)),
    "end_condition": ("norms.end", partial(operations.end_condition, VENDOR_BY_DAY, until_on=FROM_ON)),
    "end_stage_limit": ("norms.end", partial(operations.end_stage_limit, Stage.FILE, until_on=FROM_ON)),
}


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(("act", "change"), CHANGES.values(), ids=CHANGES)
def test_only_the_administrator_changes_norms(act, change):
    made = partial(change, at=MONDAY_9AM)
    powers.only_the_administrator_makes(made, act=act, stream=STREAM, edition=queries.edition)
    assert verify().intact


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("change", [change for _, change in CHANGES.values()], ids=CHANGES)
def test_norms_are_not_changed_on_an_old_picture(change):
    powers.nobody_makes_it_on_an_old_picture(partial(change, at=MONDAY_9AM), thing=STREAM, edition=queries.edition)


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_the_defaults_are_seeded_by_the_administrator_on_what_they_have_seen():
    seed = partial(operations.seed_default_norms, from_on=FROM_ON, at=MONDAY_9AM)
    powers.nobody_makes_it_on_an_old_picture(seed, thing=STREAM, edition=queries.edition)
    assert seed(seen=queries.edition(), by=FOUNDER) == operations.SeededNorms(0, 0, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("city")
def test_of_two_who_put_a_condition_at_once_one_is_told_that_the_norms_changed():
    seen = queries.edition()
    put = partial(operations.put_condition, MORE, from_on=FROM_ON, seen=seen, by=FOUNDER, at=MONDAY_9AM)
    results = at_once(put, put)
    (refused,) = [one for one in results if isinstance(one, Exception)]
    assert isinstance(refused, ChangedMeanwhile)
    assert refused.facts == {"thing": STREAM, "seen": seen, "now": seen + 1}
    assert FilingCondition.objects.filter(code=MORE.code).count() == 1
    assert verify().intact
