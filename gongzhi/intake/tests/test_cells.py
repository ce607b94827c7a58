"""The fine cell stands in no entry, so verification computes it again."""

import pytest
from django.db import connection

from gongzhi.audit.states import Damage
from gongzhi.audit.verify import verify
from gongzhi.cases.models import Case
from gongzhi.intake.models import Report
from gongzhi.testing import moves


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Report, Case])
@pytest.mark.parametrize("value", [5, None])
def test_a_cell_that_does_not_belong_to_the_coordinates_is_named(city, model, value):
    moves.report(key="placed")
    assert verify().intact
    _write_cell(model, value)
    assert [one.damage for one in verify().findings] == [Damage.ROW_ALTERED]


def _write_cell(model, value):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET cell = %s", [value])
