"""The front page: anybody may ask, so its figures are not counted each time."""

import logging

import pytest
from django.core.cache import cache
from django.test import Client

from gongzhi.testing import moves

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def figures():
    return Client().get("/").context["kinds"]


def test_figures_are_counted_once_in_a_while():
    assert figures() == []
    moves.report()
    assert figures() == []
    cache.delete("portal-figures")
    assert [one.count for one in figures()] == [1]


def test_a_mistyped_address_does_not_fill_the_log(caplog):
    assert logging.getLogger("django.request").getEffectiveLevel() == logging.ERROR
    assert Client().get("/api/v1/no-such-thing").status_code == 404
    assert caplog.records == []
