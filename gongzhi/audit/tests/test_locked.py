"""A row that is read and locked by the quick way is the row that the mapper reads."""

from __future__ import annotations

import pytest

from gongzhi.audit.queries import recorded_models
from gongzhi.people.models import Appointment, Member


@pytest.mark.usefixtures("officer", "city")
def test_every_column_of_every_row_comes_as_the_mapper_reads_it():
    read = 0
    for model in recorded_models().values():
        for row in model.objects.all():
            found = model.locked(**{model.key_column: getattr(row, model.key_column)})
            assert found is not None
            assert [getattr(found, one.attname) for one in model._meta.concrete_fields] == [
                getattr(row, one.attname) for one in model._meta.concrete_fields
            ]
            assert found.changed() == {}
            read += 1
    assert read > 5


def test_an_empty_column_is_asked_for_like_a_value(officer):
    found = Appointment.locked(member_id=officer.uid, post="checker", until_at=None)
    assert found is not None
    assert found.member_id == officer.uid
    assert Appointment.locked(member_id=officer.uid, post="collector", until_at=None) is None


@pytest.mark.django_db
def test_a_row_that_is_not_there_is_none():
    assert Member.locked(number="0000") is None
