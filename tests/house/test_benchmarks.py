"""What benchmarks stand on: the name of a kept city, and a database that is whole again after bulk writing."""

import hashlib

import pytest
from click.testing import CliRunner
from django.db import connection

from benchmarks import _bulk, _seeded
from gongzhi.cases.models import Case, CaseStage
from gongzhi.jobs.bench_commands import bench

DEFINITIONS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE tbl_name LIKE 'cases_%'",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'cases_%'"
    " UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname LIKE 'cases_%'",
}


def test_a_kept_city_is_another_one_after_a_change_of_anything_that_shapes_it(monkeypatch):
    def named(*changed):
        monkeypatch.setattr(
            _seeded,
            "_hash_of",
            lambda path: hashlib.sha256(path.as_posix().endswith(changed).to_bytes()).digest(),
        )
        return _seeded._digest()

    as_it_is = named("no such file")
    for shapes_it in (
        "norms/data/conditions.csv",
        "cases/lifecycle.py",
        "packs/xiamen/city.json",
        "benchmarks/_stories.py",
    ):
        assert named(shapes_it) != as_it_is, shapes_it
    assert named("desk/views/home.py", "cases/tests/test_clocks.py", "benchmarks/pages.py") == as_it_is


@pytest.mark.django_db
def test_after_bulk_writing_every_index_and_constraint_stands_again():
    def definitions():
        with connection.cursor() as cursor:
            cursor.execute(DEFINITIONS[connection.vendor])
            return {one for one in cursor.fetchall() if one[1] is not None}

    before = definitions()
    with _bulk.without_indexes([Case, CaseStage]):
        assert len(definitions()) < len(before) - 5
    assert definitions() == before


def test_a_benchmark_without_cases_refuses_a_number_of_them():
    done = CliRunner().invoke(bench, ["locate", "--cases", "40"])
    assert done.exit_code == 2
    assert "takes no --cases" in done.output
