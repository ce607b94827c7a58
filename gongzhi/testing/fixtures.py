"""Fixtures for every room: `city`, the people in their posts, and cases in each state.

Imported before Django starts, so each fixture imports what it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

    from gongzhi.cases.queries import CaseRow
    from gongzhi.kernel.actor import Actor
    from gongzhi.testing.city import FoundedCity


@pytest.fixture(autouse=True)
def reader_of_chinese() -> Iterator[None]:
    """Let every test begin in Chinese, whatever language the one before it ended in."""
    from django.conf import settings
    from django.utils import translation

    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Let every test begin with an empty cache: figures that another test saw belong to another city."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def founded_city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[FoundedCity]:
    """Found the city once, in a database beside that of the tests."""
    from gongzhi.testing.city import FoundedCity

    with django_db_blocker.unblock():
        founded = FoundedCity()
    yield founded
    with django_db_blocker.unblock():
        founded.remove()


@pytest.fixture
def city(founded_city: FoundedCity, db: None) -> Iterator[None]:
    """Have a founded city, with its people, as it is at the beginning of 2026."""
    from django.db import connection

    from gongzhi.testing.city import put_city

    if connection.in_atomic_block:
        with founded_city.lent():
            yield
    else:
        put_city()
        yield


@pytest.fixture
def monday_9am() -> datetime:
    """Return an ordinary working moment: Monday 23 November 2026, 9:00 in the city."""
    from gongzhi.testing.moves import MONDAY_9AM

    return MONDAY_9AM


@pytest.fixture
def photo(city: None) -> Callable[..., UUID]:
    """Return a function that uploads a photograph."""
    from gongzhi.testing import moves

    return moves.photo


def _member(post: str, *, unit: str | None = None, number: int = 0) -> Actor:
    from gongzhi.testing import moves

    return moves.member(post, unit, number=number)


@pytest.fixture
def acceptor(city: None) -> Actor:
    """Return an acceptor of the centre."""
    return _member("acceptor")


@pytest.fixture
def shift_leader(city: None) -> Actor:
    """Return a shift leader of the centre."""
    return _member("shift_leader")


@pytest.fixture
def dispatcher(city: None) -> Actor:
    """Return the dispatcher of the centre."""
    return _member("dispatcher")


@pytest.fixture
def collector(city: None) -> Actor:
    """Return a collector."""
    return _member("collector")


@pytest.fixture
def checker(city: None) -> Actor:
    """Return a checker."""
    return _member("checker")


@pytest.fixture
def desk(city: None) -> Actor:
    """Return the desk of the Siming district bureau, to which the usual case goes."""
    return _member("department_desk", unit="bureau-350203")


@pytest.fixture
def handler(city: None) -> Actor:
    """Return a handler of the Siming district bureau."""
    return _member("handler", unit="bureau-350203")


def _case_fixture(name: str) -> Callable[[None], CaseRow]:
    def case(city: None) -> CaseRow:
        from gongzhi.testing import cases

        made: CaseRow = getattr(cases, name)()
        return made

    case.__name__, case.__doc__ = name, f"Return the usual street vendor's case as a {name.replace('_', ' ')}."
    return pytest.fixture(case)


reported_case = _case_fixture("reported_case")
verifying_case = _case_fixture("verifying_case")
accepted_case = _case_fixture("accepted_case")
filed_case = _case_fixture("filed_case")
dispatched_case = _case_fixture("dispatched_case")
handling_case = _case_fixture("handling_case")
handled_case = _case_fixture("handled_case")
checking_case = _case_fixture("checking_case")
rework_case = _case_fixture("rework_case")
checked_case = _case_fixture("checked_case")
closed_case = _case_fixture("closed_case")
