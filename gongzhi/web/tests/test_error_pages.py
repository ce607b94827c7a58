"""What people read instead of a page: in their language, in the design of the others, with nothing from elsewhere."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from gongzhi.config import urls

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

ELSEWHERE = re.compile(r"(?:src|href|action)=\"(?:https?:)?//|<script|style=")


def failing(_request):
    raise ZeroDivisionError("13800000000")


def refusing(_request):
    from django.core.exceptions import PermissionDenied

    raise PermissionDenied


@pytest.fixture
def ask(monkeypatch):
    """Ask for a page as a browser does, also for one that fails and for one that is not allowed."""
    from django.urls import clear_url_caches, path

    extra = [path("fails/", failing), path("refused/", refusing)]
    monkeypatch.setattr(urls, "urlpatterns", [*extra, *urls.urlpatterns])
    clear_url_caches()
    yield lambda address, language: Client(raise_request_exception=False).get(
        address, headers={"accept-language": language}
    )
    monkeypatch.undo()
    clear_url_caches()


PAGES = [
    ("/nope", 404, "没有这个页面", "There is no such page"),
    ("/cases/?state=nope", 404, "没有这个页面", "There is no such page"),
    ("/refused/", 403, "无权查看", "You may not see this"),
    ("/fails/", 500, "系统发生故障", "The system failed"),
]


@pytest.mark.parametrize(("address", "status", "chinese", "english"), PAGES)
def test_what_went_wrong_is_told_in_the_readers_language(ask, address, status, chinese, english):
    for language, code, words in (("zh-CN", "zh-hans", chinese), ("en", "en", english)):
        answer = ask(address, language)
        page = answer.content.decode()
        assert answer.status_code == status
        assert f'<html lang="{code}">' in page
        assert f"<h1>{words}</h1>" in page
        assert 'href="/"' in page
        assert "gongzhi.css" in page
        assert not ELSEWHERE.search(page)
        assert "13800000000" not in page


def test_a_form_that_was_open_too_long_is_refused_with_what_to_do():
    said = {"language": "en", "next": "/"}
    answer = Client(enforce_csrf_checks=True).post("/language/", said, headers={"accept-language": "zh-CN"})
    assert (answer.status_code, "还没有提交" in answer.content.decode()) == (403, True)


def test_a_request_for_another_host_is_refused_on_a_page_of_ours():
    answer = Client().get("/", headers={"host": "gongzhi.example", "accept-language": "zh-CN"})
    assert (answer.status_code, "请求无法读取" in answer.content.decode()) == (400, True)


def test_the_page_after_a_failure_asks_the_database_nothing(ask, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ask("/fails/", "en").status_code == 500


def test_a_form_that_is_too_old_comes_back_with_what_was_typed_but_only_to_our_own_pages():
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "zh-hans"})
    typed = {
        "grounds": "照片看不清\n<b>请重拍</b>",
        "unit_code": "municipal",
        "seat": "dispatcher:centre:",
        "seen": "3",
    }
    ours = browser.post("/desk/cases/x/moves/dispatch/?a=1", typed, headers={"sec-fetch-site": "same-origin"})
    page = ours.content.decode()
    assert ours.status_code == 403
    assert 'action="/desk/cases/x/moves/dispatch/?a=1"' in page
    assert "<dd>照片看不清<br>&lt;b&gt;请重拍&lt;/b&gt;</dd>" in page
    for field in (
        'name="unit_code" hidden>\nmunicipal',
        'name="seen" hidden>\n3',
        'name="seat" value="dispatcher:centre:"',
    ):
        assert field in page
    again = browser.post("/language/", {"language": "en", "csrfmiddlewaretoken": browser.cookies["csrftoken"].value})
    assert again.status_code == 302, "the page brought a token that counts"

    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}, {}):
        theirs = browser.post("/desk/cases/x/moves/dispatch/", typed, headers=headers)
        assert (theirs.status_code, "municipal" in theirs.content.decode()) == (403, False)
    secret = {"username": "acceptor", "password": "gongzhi-demo"}
    assert "gongzhi" not in re.sub(
        r"gongzhi\.\w+",
        "",
        browser.post("/sign-in/", secret, headers={"sec-fetch-site": "same-origin"}).content.decode(),
    )
