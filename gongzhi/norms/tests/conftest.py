from datetime import UTC, date, datetime

import pytest

from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.norms.tests.factories import STANDARD, line


@pytest.fixture
def norms_keeper():
    return Actor(id="norms-keeper", kind=ActorKind.MEMBER, post="shift_leader", unit="centre")


@pytest.fixture
def monday_9am():
    return datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def july():
    return date(2026, 7, 1)


@pytest.fixture
def calendars(db, norms_keeper, monday_9am):
    from gongzhi.calendars.operations import define_usual_calendars

    return define_usual_calendars(seen=0, by=norms_keeper, at=monday_9am)


@pytest.fixture
def catalogue(calendars, norms_keeper, monday_9am, july):
    from gongzhi.norms import operations, queries

    return operations.load_catalogue(
        [line(), line("006", zh="占道经营", en="Trading on the pavement")],
        standard_ref=STANDARD,
        from_on=july,
        seen=queries.edition(),
        by=norms_keeper,
        at=monday_9am,
    )
