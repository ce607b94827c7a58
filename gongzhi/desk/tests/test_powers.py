"""Who may do this here, and why: the page, and the policy table behind it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from gongzhi.people import operations as people
from gongzhi.people import queries, registry
from gongzhi.people.states import CredentialKind, Post
from gongzhi.people.tests import persons
from gongzhi.scenarios.founding import GIVES_POWERS
from gongzhi.testing import moves
from gongzhi.testing.browsers import browser_of
from gongzhi.testing.cases import dispatched_case, handled_case
from gongzhi.testing.moves import MONDAY_9AM
from gongzhi.web.acts import ACTS, KINDS, kind_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def browser(city):
    return browser_of(Post.DISPATCHER)


def ask(browser, **said):
    answer = browser.get("/desk/powers/", said)
    return answer, answer.content.decode()


def numbers(lines):
    return {one.number for one in lines}


def number_of(post, unit=None):
    held = [one for one in queries.appointments(at=MONDAY_9AM, post=post) if unit in (None, one.unit)]
    return {queries.member(one.member, at=MONDAY_9AM).number for one in held}


def test_every_act_that_the_policy_table_may_hold_has_a_name_and_a_kind():
    acts = {one.act for one in registry.default_grants()}
    assert sorted(acts - set(ACTS)) == []
    assert {kind_of(act) for act in acts} == set(KINDS)


def test_the_page_says_who_may_do_something_in_a_place_and_who_only_elsewhere(browser):
    answer, page = ask(browser, act="case.submit_result", unit=moves.SIMING_BUREAU)
    assert answer.status_code == 200
    assert numbers(answer.context["may"]) == number_of(Post.HANDLER, moves.SIMING_BUREAU)
    assert number_of(Post.HANDLER, "water") <= numbers(answer.context["may_not"])
    for told in ("提交处置结果", "由其他单位负责", "由其单位或下属单位负责", "权限表：“处置人员”可办，范围是本单位"):
        assert told in page


def test_about_a_case_it_looks_at_the_hands_it_went_through(browser):
    case = handled_case()
    answer, page = ask(browser, act="case.close", case=case.number)
    assert answer.status_code == 200
    assert answer.context["found"].separation is not None
    stopped, _ = ask(browser, act="case.pass_check", case=case.number)
    assert stopped.status_code == 200
    assert "办过“" in page


def test_a_case_that_the_reader_may_not_see_is_as_one_that_is_not_there(city):
    case = dispatched_case()
    other = browser_of(Post.DEPARTMENT_DESK, unit="water")
    told = []
    for number in (case.number, "XM-0000"):
        answer, page = ask(other, act="case.close", case=number)
        assert answer.status_code == 422
        assert f'value="{number}"' in page
        told.append(answer.context["form"].errors["case"])
    assert told[0] == told[1]


def test_papers_substitutes_and_the_hour_decide_too(browser):
    people.put_credential_need(
        "case.dispatch", CredentialKind.LEGAL_QUALIFICATION, seen=queries.edition(), by=GIVES_POWERS, at=MONDAY_9AM
    )
    answer, page = ask(browser, act="case.dispatch")
    assert answer.context["may"] == []
    assert "没有登记所需的证件" in page
    assert "须持有效的法律职业资格" in page
    (post, *_) = queries.appointments(at=MONDAY_9AM, post=Post.SHIFT_LEADER)
    member = persons.add("8001")
    persons.substitute(post.uid, member, until_at=MONDAY_9AM + timedelta(days=7))
    instead_of = queries.member(post.member, at=MONDAY_9AM).number
    hour, _ = ask(browser, act="case.close", hour="2026-11-24T09:00")
    assert ("8001", instead_of) in {(one.number, one.on_behalf_of) for one in hour.context["may"]}
    later, _ = ask(browser, act="case.close", hour="2027-01-24T09:00")
    assert "8001" not in numbers(later.context["may"])


@pytest.mark.parametrize(
    "said",
    [
        {"act": ""},
        {"act": "case.nothing"},
        {"act": "case.close", "hour": "soon"},
        {"act": "case.close", "hour": "0001-01-01T00:00"},
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(browser, said):
    answer, page = ask(browser, **said)
    assert answer.status_code == 422
    assert 'class="faults"' in page
    assert 'aria-invalid="true"' in page


def test_the_whole_table_can_be_read_and_narrowed(browser):
    every = browser.get("/desk/powers/table/")
    assert len(every.context["lines"]) == len(queries.grants())
    for said, fits in (
        ({"post": "dispatcher"}, lambda one: one.post == "dispatcher"),
        ({"kind": "people"}, lambda one: one.act.startswith("people.")),
        ({"scope": "area"}, lambda one: one.scope == "area"),
        ({"q": "结案"}, lambda one: "结案" in str(ACTS[one.act])),
        ({"post": "checker", "q": "核查"}, lambda one: one.post == "checker" and "核查" in str(ACTS[one.act])),
    ):
        shown = browser.get("/desk/powers/table/", said).context["lines"]
        assert len(shown) == sum(fits(one) for one in queries.grants()) > 0, said
    assert "请放宽条件" in browser.get("/desk/powers/table/", {"q": "没有这样的事"}).content.decode()


def test_both_pages_are_complete_in_english_and_ask_the_database_a_fixed_number_of_times(
    city, django_assert_max_num_queries
):
    english = browser_of(Post.ACCEPTOR, language="en")
    for address in ("/desk/powers/?act=case.submit_result", "/desk/powers/table/"):
        with django_assert_max_num_queries(30):
            page = english.get(address).content.decode()
        main = page[page.index('<div class="desk-page">') : page.index("<dialog")]
        assert not re.findall(r">[^<]*[一-鿿][^<]*<", main), address
