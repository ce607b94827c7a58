"""Somebody writes a value of whatever kind into a case, a report or a file, and verification names it."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from gongzhi.audit import registry
from gongzhi.audit.states import Damage
from gongzhi.audit.tests.any_value import every_column, unnoticed
from gongzhi.audit.verify import verify
from gongzhi.evidence.models import StoredFile
from gongzhi.evidence.stores import file_home
from gongzhi.testing import cases

pytestmark = pytest.mark.django_db
TABLES = ("cases.Case", "cases.CaseStage", "intake.Report", "evidence.StoredFile")


def test_whatever_is_written_into_a_column_is_named(city, monkeypatch):
    for _ in range(12):  # so that each value can be written into a stream of its own
        cases.checked_case()
    # the city's configuration is not what is tampered with here, and looking at it takes the most of each verification
    monkeypatch.setattr(registry, "snapshots", dict)
    assert verify().intact
    missed = {(label, column): unnoticed(label, column) for label, column in every_column(*TABLES)}
    assert {place: values for place, values in missed.items() if values} == {}


@pytest.mark.parametrize("label", ["cases.Case", "intake.Report"])
def test_coordinates_that_are_nowhere_on_earth_are_named_and_hide_no_other_case(city, label):
    cases.filed_case()
    cases.filed_case()
    table = apps.get_model(label)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET lon_e7 = 99999999999 WHERE id = (SELECT min(id) FROM {table})")
        cursor.execute(f"UPDATE {table} SET cell = 1 WHERE id = (SELECT max(id) FROM {table})")
    details = [one.detail for one in verify().findings if one.damage is Damage.ROW_ALTERED]
    assert "the coordinates are nowhere on Earth" in details
    assert "cell does not belong to the coordinates" in details


def test_a_folder_where_a_file_lay_is_named_and_hides_no_other_file(checked_case):
    first, second, *_ = StoredFile.objects.order_by("id")
    (file_home() / first.path).unlink()
    (file_home() / first.path).mkdir()
    (file_home() / second.path).unlink()
    named = {(one.damage, one.stream) for one in verify().findings}
    assert named == {(Damage.FILE_MISSING, first.stream), (Damage.FILE_MISSING, second.stream)}
