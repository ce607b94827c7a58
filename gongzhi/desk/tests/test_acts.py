"""The tables of moves: every move that somebody makes at a desk has its line, and asks for what its operation takes."""

from __future__ import annotations

import inspect

import pytest

from gongzhi.cases.lifecycle import CASE
from gongzhi.desk.acts import CASE_ACTS, REPORT_ACTS, name_of
from gongzhi.desk.queues import QUEUES
from gongzhi.intake.lifecycle import REPLY, REPORT
from gongzhi.people.states import Post

OF_THE_REQUEST = {"seen", "by", "at"}
ELSEWHERE = {"uphold_objection": "decided with the objection, on the page of the report"}


def test_every_move_of_a_case_that_a_person_makes_has_its_form():
    made_alone = {Post.TIMER, Post.REPORTER}
    by_people = {one.act for one in CASE.moves if set(one.by) - made_alone}
    assert set(CASE_ACTS) == by_people - set(ELSEWHERE)


@pytest.mark.parametrize("act", [*CASE_ACTS.values(), *REPORT_ACTS.values()], ids=lambda one: one.name)
def test_a_form_asks_for_what_its_operation_takes(act):
    takes = list(inspect.signature(act.operation).parameters.values())[1:]
    named = {one.name for one in takes}
    wanted = {one.name for one in takes if one.default is one.empty} - OF_THE_REQUEST
    asked = {one.name for one in act.fields}
    assert named >= OF_THE_REQUEST
    assert wanted <= asked <= named
    assert str(name_of(act))


def test_reports_are_moved_by_moves_that_there_are():
    known = {*REPORT.acts(), *(f"reply.{one}" for one in REPLY.acts()), "objection.uphold"}
    assert set(REPORT_ACTS) <= known


def test_a_queue_is_opened_by_a_power_of_the_lifecycles_and_moves_many_only_without_words():
    tables = {"case": CASE, "reply": REPLY, "report": REPORT}
    powers = {f"{name}.{act}" for name, table in tables.items() for act in table.acts()} | {"case.read"}
    assert {act for one in QUEUES for act in one.acts} <= powers
    bulk = [CASE_ACTS[one.bulk] for one in QUEUES if one.bulk]
    assert bulk
    assert not any(one.is_final for one in bulk)
