"""A small city with a member whose record the tests damage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from gongzhi.audit import registry
from gongzhi.kernel.actor import Actor, ActorKind

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def monday_9am() -> datetime:
    return MONDAY


@pytest.fixture
def clerk() -> Actor:
    return Actor(id="01970000-0000-7000-8000-000000000001", kind=ActorKind.MEMBER, post="clerk", unit="bureau")


@pytest.fixture
def hours() -> Callable[[], datetime]:
    """One hour after the other."""
    passed = count()
    return lambda: MONDAY + timedelta(hours=next(passed))


@pytest.fixture
def bureau(db, clerk, hours) -> str:
    from gongzhi.people.operations import add_unit

    add_unit("bureau", kind="bureau", name_zh="市城管执法局", name_en="City bureau", by=clerk, at=hours())
    return "unit"


@pytest.fixture
def officer(bureau, clerk, hours):
    """An officer with five entries: added, appointed, appointed again, one post ended, appointed once more."""
    from gongzhi.people.models import Member
    from gongzhi.people.operations import add_member, appoint, end_appointment

    uid = add_member("0417", name="林小雨", by=clerk, at=hours())
    first = appoint(uid, post="collector", unit="bureau", seen=1, by=clerk, at=hours())
    appoint(uid, post="checker", unit="bureau", seen=2, by=clerk, at=hours())
    end_appointment(first, seen=3, by=clerk, at=hours())
    appoint(uid, post="dispatcher", unit="bureau", seen=4, by=clerk, at=hours())
    return Member.objects.get(uid=uid)


@pytest.fixture
def city(db, clerk, hours) -> str:
    """A city with three settings turned."""
    from gongzhi.parameters.operations import found_city, set_parameter
    from gongzhi.parameters.queries import edition

    found_city(
        "xm", name_zh="厦门", name_en="Xiamen", time_zone="Asia/Shanghai", standard_ref="x", by=clerk, at=hours()
    )
    for value in (60, 70, 80):
        set_parameter("duplicate_radius_m", value, seen=edition(), by=clerk, at=hours())
    return "city:xm"


@pytest.fixture
def placed(officer, city, hours) -> None:
    """Every entry has its position."""
    from gongzhi.audit.seals import place_entries

    while place_entries(at=hours()):
        pass


@pytest.fixture
def sql() -> Callable[..., None]:
    """Somebody with the database's password."""

    from django.db import connection

    def execute(statement: str, *values: str | int | bytes | None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return execute


@pytest.fixture
def only_these_listen(monkeypatch) -> None:
    """No room listens but those of the test."""
    monkeypatch.setattr(registry._registry, "subscribers", {})
