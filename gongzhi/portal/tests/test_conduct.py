"""Complaining about somebody of the service, and reading what was answered: without an account, without a name."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from gongzhi.accountability import operations as conduct
from gongzhi.accountability import queries
from gongzhi.accountability.models import ConductComplaint
from gongzhi.accountability.states import Outcome
from gongzhi.kernel.ids import new_id
from gongzhi.people.states import Post
from gongzhi.portal import conduct as door
from gongzhi.testing.moves import MONDAY_9AM, SIMING_BUREAU, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

AT = MONDAY_9AM + timedelta(hours=1)
FORM = {"text": "执法时骂人", "person": "胸牌 0317", "unit": SIMING_BUREAU, "about": "", "name": "", "phone": ""}


@pytest.fixture
def phone(monkeypatch) -> Client:
    monkeypatch.setattr(door, "wall_clock", lambda: AT)
    return Client(headers={"accept-language": "zh-hans"})


def test_somebody_complains_and_reads_the_answer_with_number_and_code(phone):
    key = str(new_id())
    answer = phone.post("/conduct/", {**FORM, "key": key}, follow=True)
    receipt = answer.content.decode()
    number = re.search(r"D\d{4}-\d{5}", receipt)[0]
    code = re.search(r'class="big code">([0-9A-Z]{8})<', receipt)[1]
    assert "督察员须在" in receipt
    again = phone.post("/conduct/", {**FORM, "key": key}, follow=True).content.decode()
    assert number in again
    assert ConductComplaint.objects.count() == 1
    row = queries.held_by_code(number, code=code)
    inspector = member(Post.CONDUCT_INSPECTOR)
    row = conduct.take_up(row.uid, seen=row.version, by=inspector, at=AT)
    conduct.answer_complaint(
        row.uid, outcome=Outcome.SUBSTANTIATED, answer="已责令道歉。", seen=row.version, by=inspector, at=AT
    )
    phone.post("/conduct/leave/")
    assert phone.get("/conduct/answer/").headers["Location"] == "/conduct/find/"
    told = phone.post("/conduct/find/", {"number": f" {number.lower()}", "code": code}, follow=True)
    assert "已责令道歉。" in told.content.decode()
    assert code not in told.content.decode()
    assert told.headers["Cache-Control"] == "no-store"


def test_what_is_wrong_is_said_and_everything_typed_stays(phone):
    for changed, said in (({"text": " "}, "请写明发生了什么事"), ({"unit": "no-such"}, "没有这个单位")):
        answer = phone.post("/conduct/", {**FORM, **changed, "key": str(new_id())})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in page
        assert "胸牌 0317" in page
    assert not ConductComplaint.objects.exists()
    wrong = phone.post("/conduct/find/", {"number": "D2026-00001", "code": "\x00"})
    assert (wrong.status_code, "没有找到" in wrong.content.decode()) == (404, True)
