"""Following what others reported instead of reporting it once more."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from gongzhi.cases import queries as cases
from gongzhi.intake import queries as intake
from gongzhi.intake.rules import GivenPlace
from gongzhi.portal import reporting
from gongzhi.testing import moves
from gongzhi.testing.moves import MONDAY_9AM, SIMING, STREET_VENDOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

LATER = MONDAY_9AM + timedelta(minutes=20)


def ready_to_send(phone: Client) -> str:
    """The last page of a report of a street vendor in the usual place."""
    page = phone.get("/report/", follow=True).content.decode()
    address = re.search(r'action="(/report/[0-9a-f-]+/)"', page)[1]
    phone.post(address, {"text": "又来了一个摊位"})
    phone.post(f"{address}place/", {"place": "phone", "lon": str(SIMING.lon), "lat": str(SIMING.lat), "address": ""})
    phone.post(f"{address}kind/", {"wants": "complaint", "class": STREET_VENDOR})
    return f"{address}send/"


def text_of(answer) -> str:
    return unescape(answer.content.decode())


def test_a_neighbour_joins_what_is_offered_and_nothing_else(monkeypatch):
    monkeypatch.setattr(reporting, "wall_clock", lambda: LATER)
    phone = Client(headers={"accept-language": "zh-hans"})
    mine = moves.report()
    elsewhere = moves.report(place=GivenPlace(118.19, 24.49))
    over = moves.refuse(moves.case_of(moves.report(place=SIMING)))
    address = ready_to_send(phone)
    page = text_of(phone.get(address))
    assert re.findall(r'name="joins" value="([^"]*)"( checked)?', page) == [(str(mine.case), ""), ("", " checked")]
    assert "流动摊贩，已有 1 人反映" in page, "in the words that people chose, not in those of the catalogue"

    for stranger in (elsewhere.case, over.uid, "x"):
        refused = phone.post(address, {"joins": str(stranger), "phone": "13800001234"})
        assert refused.status_code == 422
        assert "请单独提交" in text_of(refused)
        assert 'value="13800001234"' in text_of(refused)
    assert len(intake.page()) == 3

    sent = phone.post(address, {"joins": str(mine.case), "phone": "13800001234"})
    slip = text_of(phone.get(sent.headers["Location"]))
    assert "共有 2 人反映" in slip
    assert len(cases.page()) == 3, "no case more"
    assert mine.report in {one.uid for one in intake.reports_of(moves.case_of(mine).uid)}
    number, code = (re.search(rf'class="big{which}">([^<]+)<', slip)[1] for which in ("", " code"))
    assert [one.uid for one in intake.follow(number, code=code).cases] == [mine.case]
