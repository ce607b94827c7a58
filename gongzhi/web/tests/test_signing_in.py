"""The pages of signing in, as somebody at a browser meets them."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from gongzhi import desk
from gongzhi.audit.queries import entries_of
from gongzhi.cases import queries as cases
from gongzhi.config import settings as shipped
from gongzhi.kernel.clock import wall_clock
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.models import StaffSession
from gongzhi.people.rules import DEMO_PASSWORD
from gongzhi.people.states import Post
from gongzhi.people.tests import persons
from gongzhi.scenarios.founding import GIVES_POWERS
from gongzhi.testing import staff
from gongzhi.testing.browsers import browser_of
from gongzhi.testing.cases import filed_case
from gongzhi.testing.moves import MONDAY_9AM
from gongzhi.web import access, sessions, signing_in
from gongzhi.web import operations as kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

PASSWORD = "八月桂花香满园2026"
WORK = "/desk/powers/"
ELSEWHERE = re.compile(
    r"(?:src|href|action)=\"(?:https?:)?//|<script(?! type=\"module\" src=\"/static/)| style=| on[a-z]+="
)


def set_clock(monkeypatch, at):
    for door in (access, signing_in):
        monkeypatch.setattr(door, "wall_clock", lambda: at)


def sign_in(browser, name="dispatcher", password=DEMO_PASSWORD, **said):
    return browser.post("/sign-in/", {"username": name, "password": password, **said})


def give_password(name):
    row = queries.account_named(name)
    people.set_password(row.uid, PASSWORD, seen=row.version, by=GIVES_POWERS, at=MONDAY_9AM)


def text(answer):
    return answer.content.decode()


def session_of(browser):
    return browser.session[sessions.SESSION]


def test_whoever_asks_for_a_page_of_staff_signs_in_and_comes_back_to_it():
    browser = Client()
    asked = browser.get(f"{WORK}?act=case.dispatch")
    assert asked["Location"] == "/sign-in/?next=%2Fdesk%2Fpowers%2F%3Fact%3Dcase.dispatch"
    page = browser.get(asked["Location"])
    assert 'value="/desk/powers/?act=case.dispatch"' in text(page)
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    answer = sign_in(browser, next=f"{WORK}?act=case.dispatch")
    assert answer["Location"] == f"{WORK}?act=case.dispatch"
    assert browser.get(answer["Location"])["Cache-Control"] == "no-store, private"
    assert sign_in(Client())["Location"] == "/desk/"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "http://testserver//evil.example/",
        "https://testserver//evil.example/",
        "http://testserver/\\evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/sign-out/",
        "desk",
        "/sign-in/",
    ],
)
def test_nobody_is_led_elsewhere_by_what_an_address_says(wanted):
    assert sign_in(Client(), next=wanted)["Location"] == "/desk/"


def test_the_browser_gets_a_session_that_nobody_knew_before_in_a_cookie_no_script_reads():
    browser = Client()
    browser.cookies["gongzhi_session"] = "abcdefghijklmnopqrstuvwxyz012345"
    sign_in(browser)
    cookie = browser.cookies["gongzhi_session"]
    assert cookie.value != "abcdefghijklmnopqrstuvwxyz012345"
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    first = cookie.value
    sign_in(browser, "acceptor")
    assert browser.cookies["gongzhi_session"].value != first
    thief = Client()
    thief.cookies["gongzhi_session"] = first
    assert thief.get(WORK).status_code == 302
    assert "SESSION_COOKIE_SECURE = True" in shipped.__loader__.get_source(shipped.__name__)


def test_failures_are_told_in_one_way_and_what_was_typed_stays_but_for_the_password():
    for name in ("dispatcher", "nobody"):
        page = sign_in(Client(), name, "geheim-geheim")
        assert page.status_code == 422
        assert "账号或密码不对" in text(page)
        assert f'value="{name}"' in text(page)
        assert "geheim" not in text(page)
    empty = sign_in(Client(), "", "")
    assert text(empty).count('aria-invalid="true"') == 2
    for _ in range(4):
        sign_in(Client(), "nobody", "wrong")
    shut = sign_in(Client(), "nobody", "wrong")
    assert (shut.status_code, "15 分钟后再试" in text(shut)) == (429, True)


def test_a_form_without_our_token_signs_nobody_in():
    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 403


def test_one_click_changes_the_user_of_a_shared_computer_and_the_next_one_goes_on_there():
    browser = browser_of(Post.DISPATCHER)
    before = session_of(browser)
    page = browser.get("/sign-out/", {"next": WORK})
    assert "换人" in text(page)
    answer = browser.post("/sign-out/", {"change": "yes", "next": WORK})
    assert answer["Location"] == "/sign-in/?next=%2Fdesk%2Fpowers%2F"
    assert entries_of(f"session:{before}")[-1].facts["why"] == "signed-out"
    assert sign_in(browser, "acceptor", next=WORK)["Location"] == WORK

    now = session_of(browser)
    assert "前一人即退出" in text(browser.get("/sign-in/"))
    sign_in(browser, "dispatcher", "wrong")
    assert session_of(browser) == now
    sign_in(browser, "dispatcher")
    assert entries_of(f"session:{now}")[-1].facts["why"] == "another-signed-in"
    waited_for = session_of(browser)
    persons.in_post("8001", Post.ACCEPTOR, "centre")
    give_password("8001")
    assert sign_in(browser, "8001", PASSWORD)["Location"] == "/sign-in/authenticator/"
    assert entries_of(f"session:{waited_for}")[-1].facts["why"] == "another-signed-in", "also where no code follows"
    sign_in(browser, "dispatcher")
    browser.post("/sign-out/")
    assert browser.get(WORK).status_code == 302


def test_a_session_ends_after_idle_minutes_and_lasts_while_somebody_works(monkeypatch):
    start = wall_clock()
    browser = browser_of(Post.DISPATCHER)
    for minute, status in ((20, 200), (45, 200), (74, 200), (105, 302)):
        set_clock(monkeypatch, start + timedelta(minutes=minute))
        assert browser.get(WORK).status_code == status, minute
    ended = entries_of(f"session:{session_of(browser)}")[-1]
    assert (ended.type, ended.facts["why"]) == ("session.ended", "idle")


def test_what_was_typed_when_a_session_ended_is_given_back_to_the_same_member_only():
    browser = browser_of(Post.DISPATCHER)
    people.sign_out(StaffSession.objects.get().uid, at=wall_clock())
    form = {"grounds": "道路破损，\n请尽快处置", "seen": "3", "secret_password": "geheim", "csrfmiddlewaretoken": "x"}
    page = browser.post("/desk/cases/XM1/moves/void/", form)
    assert (page.status_code, "已保留" in text(page)) == (401, True)
    kept = page.context["kept"]
    assert urlsafe_b64decode(kept)[:1] == b"\x01", "encrypted with the key of values, and not only signed"
    assert sign_in(Client(), "acceptor", kept=kept)["Location"] == "/desk/"

    assert sign_in(browser, kept=kept)["Location"] == "/sign-in/resume/"
    resumed = text(browser.get("/sign-in/resume/"))
    assert "<dt>理由</dt>" in resumed
    assert "<dt>seen</dt>" not in resumed
    assert 'action="/desk/cases/XM1/moves/void/"' in resumed
    assert '<textarea name="grounds" hidden>\n道路破损，\n请尽快处置</textarea>' in resumed
    assert "geheim" not in resumed
    assert browser.session[sessions.GOING]["kept"] == kept
    browser.post("/desk/cases/XM1/moves/void/", form)
    assert browser.session[sessions.GOING]["kept"] == "", "what was sent on is kept no longer"
    assert sign_in(browser, kept=kept)["Location"] == "/sign-in/resume/"
    assert browser.post("/sign-in/resume/", {"next": WORK})["Location"] == WORK
    assert browser.get("/sign-in/resume/")["Location"] == "/desk/", "and what was let go of neither"
    stranger = Client().post("/desk/cases/XM1/moves/void/", form)
    assert (stranger.status_code, stranger.context["kept"]) == (401, "")


def test_somebody_new_sets_up_an_authenticator_chooses_a_password_and_a_post(monkeypatch):
    member = persons.add("8001")
    staff.appoint(member, post=Post.ACCEPTOR, unit="centre", at=MONDAY_9AM)
    staff.appoint(member, post=Post.SHIFT_LEADER, unit="centre", at=MONDAY_9AM)
    give_password("8001")
    browser = Client()
    assert sign_in(browser, "8001", PASSWORD, next=WORK)["Location"] == "/sign-in/authenticator/"
    assert browser.get(WORK).status_code == 302
    page = browser.get("/sign-in/authenticator/")
    assert "<svg" in text(page)
    assert not ELSEWHERE.search(text(page))
    secret = page.context["secret"].replace(" ", "")
    assert browser.post("/sign-in/authenticator/", {"code": "000000"}).status_code == 422
    assert page.context["secret"] == browser.get("/sign-in/authenticator/").context["secret"]
    code = pyotp.TOTP(secret).at(wall_clock())
    assert browser.post("/sign-in/authenticator/", {"code": code})["Location"] == "/sign-in/password/"
    assert browser.get(WORK)["Location"].startswith("/sign-in/password/")
    said = {"old_password": PASSWORD, "new_password": "白鹭洲公园夜灯三千盏", "again_password": "白鹭洲公园夜灯三千"}
    differs = browser.post("/sign-in/password/", said)
    assert "两次填写的新密码不一致" in text(differs)
    said["again_password"] = said["new_password"]
    assert browser.post("/sign-in/password/", said)["Location"] == "/sign-in/post/"
    choices = browser.get("/sign-in/post/")
    assert text(choices).count('type="radio"') == 2
    assert browser.post("/sign-in/post/").status_code == 422
    seat = choices.context["seats"][1]["uid"]
    assert browser.post("/sign-in/post/", {"seat": str(seat)})["Location"] == WORK
    assert queries.session(StaffSession.objects.get().uid, at=wall_clock()).actor.post == Post.SHIFT_LEADER
    assert "已绑定验证器" in text(browser.get("/sign-in/authenticator/"))
    mine = browser_of(Post.DISPATCHER)
    mine.get("/sign-in/authenticator/")
    asked = mine.post("/sign-in/authenticator/", {"code": "000000", "password": "wrong"})
    assert (asked.status_code, "password" in asked.context["form"].errors) == (422, True), "a browser left open"

    another = Client()
    assert sign_in(another, "8001", said["new_password"])["Location"] == "/sign-in/code/"
    assert another.post("/sign-in/code/", {"code": code}).status_code == 422
    later = wall_clock() + timedelta(seconds=30)
    set_clock(monkeypatch, later)
    assert another.post("/sign-in/code/", {"code": pyotp.TOTP(secret).at(later)})["Location"] == "/sign-in/post/"
    assert Client().get("/sign-in/code/")["Location"] == "/sign-in/"


def test_a_power_that_is_missing_is_told_with_whom_to_ask():
    browser = browser_of(Post.DISPATCHER)
    page = access.staff_page(act="people.appoint")(lambda request, /: HttpResponse("never shown"))
    request = RequestFactory().get("/desk/people/")
    request.session = browser.session
    refused = page(request)
    assert refused.status_code == 403
    for told in ("无权办理“任职”", "/desk/powers/?act=people.appoint", "安全管理员"):
        assert told in text(refused)


def test_a_post_that_ended_is_not_acted_in_any_more():
    browser = browser_of(Post.DISPATCHER)
    row = queries.session(StaffSession.objects.get().uid, at=wall_clock())
    (post,) = queries.appointments_of_account(row.account, at=wall_clock())
    staff.end_appointment(post.uid, at=wall_clock())
    assert browser.get(WORK)["Location"].startswith("/sign-in/post/")
    assert "没有任何岗位" in text(browser.get("/sign-in/post/"))
    form = {"grounds": "道路破损", "seen": "3"}
    page = "/desk/cases/XM1/"
    sent = browser.post(f"{page}moves/void/", form, headers={"Referer": f"http://testserver{page}"})
    assert sent["Location"].startswith("/sign-in/post/")
    another = staff.appoint(row.member, post=Post.ACCEPTOR, unit="centre", at=wall_clock())
    assert browser.post("/sign-in/post/", {"seat": str(another)})["Location"] == "/sign-in/resume/"
    assert "道路破损" in text(browser.get("/sign-in/resume/")), "what was typed waits until they act in a post again"


def test_a_form_is_not_taken_in_another_post_than_the_one_it_was_opened_in():
    browser = browser_of(Post.DISPATCHER)
    row = queries.session(StaffSession.objects.get().uid, at=wall_clock())
    staff.appoint(row.member, post=Post.SHIFT_LEADER, unit="centre", at=wall_clock())
    case = filed_case()
    page = text(browser.get(f"/desk/cases/{case.number}/?do=send_for_correction"))
    (seat,) = set(re.findall(r'name="seat" value="([^"]+)"', page))
    leads = next(one for one in queries.seats(row.account, at=wall_clock()) if one.post == Post.SHIFT_LEADER)
    browser.post("/sign-in/post/", {"seat": str(leads.uid)})
    form = {"seat": seat, "seen": case.version, "grounds": "立案条件选错"}
    refused = browser.post(f"/desk/cases/{case.number}/moves/send_for_correction/", form)
    assert (refused.status_code, "您换了岗位" in text(refused)) == (409, True)
    assert "立案条件选错" in text(refused)
    assert cases.case(case.uid).version == case.version
    (own,) = [one for one in queries.seats(row.account, at=wall_clock()) if one.post == Post.DISPATCHER]
    browser.post("/sign-in/post/", {"seat": str(own.uid)})
    assert browser.post(f"/desk/cases/{case.number}/moves/send_for_correction/", form).status_code == 302


def test_every_form_of_staff_names_the_post_in_which_it_was_opened():
    forms = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)
    there = [
        (page.name, form)
        for page in (Path(desk.__file__).parent / "templates" / "desk").rglob("*.html")
        for form in forms.findall(page.read_text(encoding="utf-8"))
    ]
    assert len(there) > 4
    assert [name for name, form in there if "{% seat %}" not in form] == []


def test_the_owner_of_a_name_is_let_in_where_they_were_before_whatever_others_fail():
    mine, stranger = browser_of(Post.DISPATCHER), Client()
    mine.post("/sign-out/")
    assert [sign_in(stranger, password="wrong").status_code for _ in range(6)] == [422] * 5 + [429]
    assert sign_in(mine)["Location"] == "/desk/"
    mine.post("/sign-out/")
    assert sign_in(mine, "acceptor").status_code == 302
    mine.post("/sign-out/")
    assert sign_in(mine)["Location"] == "/desk/", "a browser knows more than one"


def test_after_a_refused_form_one_comes_back_to_the_page_it_was_on():
    browser = browser_of(Post.DISPATCHER)
    page = "http://testserver/desk/queues/to-dispatch/"
    refused = browser.post("/desk/queues/no-such/moves/", {}, headers={"Referer": page})
    assert "?next=/desk/queues/to-dispatch/" in text(refused)
    assert "no-such" not in re.findall(r"\?next=([^\"]+)", text(refused))


def test_invented_accounts_are_listed_in_a_demo_and_never_in_production(settings):
    assert DEMO_PASSWORD in text(Client().get("/sign-in/"))
    settings.GONGZHI_MODE = "production"
    page = text(Client().get("/sign-in/"))
    assert DEMO_PASSWORD not in page
    assert "dispatcher" not in page
    assert sign_in(Client()).status_code == 422


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_runs_under_the_strict_policy_in_both_languages(language):
    browser = browser_of(Post.DISPATCHER, language=language)
    for address in ("", "post/", "password/", "authenticator/"):
        page = browser.get(f"/sign-in/{address}")
        assert page.status_code == 200, address
        assert not ELSEWHERE.search(text(page)), address
        assert "'unsafe" not in page["Content-Security-Policy"]
        assert f'<html lang="{language}">' in text(page)
        assert (language == "zh-hans") or not re.search(r"<h1>[^<]*[一-鿿]", text(page)), address


def test_the_next_one_takes_the_seat_and_what_the_first_had_typed_waits_for_the_first_alone():
    browser, case = Client(), filed_case()
    sign_in(browser)
    page = f"/desk/cases/{case.number}/"
    address = f"{page}moves/dispatch/"
    assert f'formaction="/sign-in/change/" formnovalidate name="form_address" value="{address}"' in text(
        browser.get(f"{page}?do=dispatch")
    )
    typed = {"seen": case.version, "unit_code": "", "grounds": "路口正在施工，请绕行", "form_address": address}
    left = browser.post("/sign-in/change/", {**typed, "next": page})
    assert left["Location"].startswith("/sign-in/?next=%2Fdesk%2Fcases%2F")
    assert sessions.SESSION not in browser.session, "nobody is signed in between the two"
    assert cases.case(case.uid).version == case.version, "nothing was done"

    assert sign_in(browser, "acceptor")["Location"] == "/desk/", "it is none of the next one's business"
    assert "路口正在施工" not in text(browser.get("/sign-in/resume/", follow=True))
    browser.post("/sign-in/change/")
    assert sign_in(Client(), next=page)["Location"] == "/sign-in/resume/", "wherever the first one signs in again"
    assert sign_in(browser, next=page)["Location"] == "/sign-in/resume/"
    back = text(browser.get("/sign-in/resume/"))
    assert "路口正在施工，请绕行" in back
    assert f'action="{address}"' in back
    assert "form_address" not in back
    sent = browser.post(address, {name: value for name, value in typed.items() if name != "form_address"})
    assert sent.status_code == 302
    assert sign_in(Client())["Location"] == "/desk/", "what was sent does not wait any more"

    browser.post("/sign-in/change/", {**typed, "form_address": "https://evil.example/"})
    assert sign_in(browser)["Location"] == "/desk/", "only a form of ours is kept"


def test_what_waited_for_a_day_is_let_go():
    at, account = wall_clock(), queries.account_named("dispatcher").uid
    kept.keep_form(account, "sealed", at=at)
    assert kept.sweep_forms(at + timedelta(hours=23)) == 0
    assert kept.sweep_forms(at + timedelta(hours=24)) == 1
