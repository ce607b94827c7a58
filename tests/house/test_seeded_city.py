"""The city that benchmarks measure: plausible, always the same, kept only when it is whole."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import _seeded, _stores
from benchmarks._seeded import seeded_city

CASES = 60
CHECKOUT = Path(_seeded.__file__).resolve().parent.parent
VERIFY = """
import django, json
django.setup()
from gongzhi.audit import seals
from gongzhi.audit.verify import verify
found = verify(anchors=[seals.home_anchor()])
print(json.dumps({"findings": [str(one) for one in found.findings], "unsealed": found.unsealed}))
"""
LOOK = """
import django, json
django.setup()
from django.db.models import F
from gongzhi.cases.models import Case, CaseStage
from gongzhi.cases.queries import explain_deadline
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.geo import Point
from gongzhi.parameters.queries import city
from gongzhi.places.queries import locate
other_deadlines, other_places = [], []
for row in Case.objects.order_by("id"):
    if row.clock_from_at is not None:
        told = explain_deadline(str(row.uid))
        if told.due_today != row.due_at:
            other_deadlines.append([str(told.due_today), str(row.due_at), row.state])
    if row.lon_e7 is not None:
        place = locate(Point(row.lon_e7, row.lat_e7), on=local_date(row.reported_at, city().zone))
        if (place.division, place.path, place.area_class.value) != (row.division, row.area, row.area_class):
            other_places.append([place.path, row.area])
clocks = Case.objects.exclude(clock_from_at=None)
print(json.dumps({
    "clocks": clocks.count(),
    "weeks": len({one.date().isocalendar()[:2] for one in clocks.values_list("reported_at", flat=True)}),
    "other_deadlines": other_deadlines,
    "other_places": other_places,
}))
"""
WHAT_HAPPENED = """
SELECT number, state, version, is_late, class_key, area, unit_code, lon_e7, lat_e7, reported_at, due_at, ended_at
  FROM cases_case ORDER BY reported_at, id
"""
INSTANTS_OF_COPIES = """
SELECT json_extract(body, '$.at') FROM (
  SELECT p.position, CAST(e.body AS text) AS body FROM audit_position p JOIN audit_entry e USING (stream, seq))
 WHERE json_extract(body, '$.at') = json_extract(body, '$.recorded_at') ORDER BY position
"""
RAN_OUT_UNNOTICED = """
SELECT count(*) FROM cases_casestage WHERE ended_at IS NULL AND NOT is_late AND due_at < '2026-11-23 06:50:00'
"""
ENDED = ("closed", "void", "merged", "not_accepted")


pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def on_sqlite():
    """The benchmarks' own stores are SQLite here, whatever database the tests run on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GONGZHI_DATABASE_URL", "")
        patch.setattr(_seeded, "_digest", lambda: "one-program")  # somebody may be changing it meanwhile
        yield patch


@pytest.fixture(scope="module")
def cache(on_sqlite, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    on_sqlite.setenv("GONGZHI_BENCH_CACHE", str(folder))
    return folder


@pytest.fixture(scope="module")
def city(cache):
    with seeded_city(cases=CASES) as made:
        yield made


def rows(environment, query):
    with sqlite3.connect(Path(environment["GONGZHI_HOME"]) / "gongzhi.sqlite3") as store:
        return store.execute(query).fetchall()


def said_in(city, program):
    environment = {**os.environ, **city.environment}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=CHECKOUT, stdout=subprocess.PIPE, check=True, text=True
    )
    return json.loads(done.stdout)


def test_the_record_of_a_seeded_city_is_intact_and_sealed_to_its_end(city):
    assert said_in(city, VERIFY) == {"findings": [], "unsealed": 0}
    assert not city.from_cache


def test_every_deadline_and_division_is_what_the_product_itself_would_find(city):
    found = said_in(city, LOOK)
    assert (found["other_deadlines"], found["other_places"]) == ([], [])
    assert found["clocks"] > CASES / 3
    assert found["weeks"] > 5, "copies lie in other weeks than what was played"


def test_a_seeded_city_has_late_cases_open_ones_and_photographs(city):
    states = [state for (state,) in rows(city.environment, "SELECT state FROM cases_case")]
    assert len(states) == CASES == city.told["cases"]
    assert {"reported", "handling", "returned", "suspended", "checking"} < set(states) - set(ENDED)
    assert rows(city.environment, "SELECT count(*) FROM cases_case WHERE is_late AND state = 'closed'") > [(0,)]
    files = rows(city.environment, "SELECT path FROM evidence_storedfile")
    assert len({path for (path,) in files}) == len(files) > 0


def test_no_clock_of_a_seeded_city_ran_out_unnoticed(city):
    assert rows(city.environment, RAN_OUT_UNNOTICED) == [(0,)]


def test_every_message_that_waits_is_known_to_those_who_carry_it(city):
    waiting = rows(city.environment, "SELECT count(*) FROM notices_message WHERE state = 'waiting'")
    assert waiting == rows(city.environment, "SELECT count(*) FROM notices_sending")
    assert rows(city.environment, "SELECT count(*) FROM notices_message WHERE state = 'sent'") > [(CASES,)]


def test_entries_have_their_positions_in_the_order_in_which_copies_happened(city):
    copied = [at for (at,) in rows(city.environment, INSTANTS_OF_COPIES)]
    assert len(copied) > CASES
    assert copied == sorted(copied)


def test_the_same_number_of_cases_is_the_same_city(city, tmp_path, on_sqlite):
    first = rows(city.environment, WHAT_HAPPENED)
    with _stores.own_store() as environment:
        _stores.run_with(environment, "benchmarks._city", "--cases", str(CASES))
        assert rows(environment, WHAT_HAPPENED) == first


def test_a_city_is_kept_and_each_who_works_in_it_gets_a_copy(city, cache):
    with seeded_city(cases=CASES) as copy:
        assert copy.from_cache
        assert copy.environment["GONGZHI_HOME"] != city.environment["GONGZHI_HOME"]
        with sqlite3.connect(Path(copy.environment["GONGZHI_HOME"]) / "gongzhi.sqlite3") as store:
            store.execute("DROP TABLE cases_casestage")
    with seeded_city(cases=CASES, shared=True) as kept:
        assert rows(kept.environment, "SELECT count(*) FROM cases_casestage") > [(0,)]
        assert Path(kept.environment["GONGZHI_HOME"]).parent == cache


def test_a_city_that_was_broken_off_is_not_taken_for_one(on_sqlite, tmp_path, monkeypatch):
    monkeypatch.setenv("GONGZHI_BENCH_CACHE", str(tmp_path))

    def breaks_off(environment, *arguments):
        (Path(environment["GONGZHI_HOME"]) / "gongzhi.sqlite3").write_bytes(b"half a city")
        raise subprocess.CalledProcessError(1, arguments)

    def makes(environment, *arguments):
        assert not list(Path(environment["GONGZHI_HOME"]).iterdir())
        return {"cases": CASES}

    monkeypatch.setattr(_seeded, "run_with", breaks_off)
    with pytest.raises(subprocess.CalledProcessError), seeded_city(cases=CASES):
        pass
    assert not [one for one in tmp_path.iterdir() if one.is_dir()], "nothing half is left"
    monkeypatch.setattr(_seeded, "run_with", makes)
    with seeded_city(cases=CASES, shared=True) as made:
        assert not made.from_cache
        home = Path(made.environment["GONGZHI_HOME"])
    (home / "seeded.json").unlink()  # killed before it was whole
    with seeded_city(cases=CASES, shared=True) as again:
        assert not again.from_cache
    with seeded_city(cases=CASES, shared=True) as kept:
        assert kept.from_cache
