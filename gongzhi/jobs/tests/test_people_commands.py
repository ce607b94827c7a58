"""What an administrator types after founding a city."""

import pytest
from click.testing import CliRunner
from django.contrib.auth import authenticate

from gongzhi.jobs.people_commands import parameter, people, policy
from gongzhi.kernel.actor import ActorKind
from gongzhi.kernel.clock import wall_clock
from gongzhi.kernel.refusals import NotFound
from gongzhi.parameters.queries import parameter as value_of
from gongzhi.parameters.rules import BadParameter
from gongzhi.people.labels import NOBODY
from gongzhi.people.operations import PasswordWeak
from gongzhi.people.queries import actor_of_token, members, units

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


PASSWORD = "八月桂花香满园2026"


def typed(group, *words, given=None):
    result = CliRunner().invoke(group, words, input=given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output.strip()


def test_a_machine_is_added_appointed_given_a_token_and_stopped():
    typed(people, "add-unit", "sensors", "--kind", "department", "--name", "监测站", "--name-en", "Sensor station")
    typed(people, "add-member", "9001", "监测平台", "--machine")
    appointment = typed(people, "appoint", "9001", "machine", "sensors")
    token = typed(people, "make-token", appointment, "--name", "sensors")
    by = actor_of_token(token, at=wall_clock())
    assert by is not None
    assert (by.kind, by.post, by.unit) == (ActorKind.MACHINE, "machine", "sensors")

    shown = typed(people, "list")
    assert appointment in shown
    assert token not in shown
    (held,) = [tokens for one in members(at=wall_clock()) if one.number == "9001" for _, tokens in one.posts]
    typed(people, "end-token", str(held[0].uid))
    assert actor_of_token(token, at=wall_clock()) is None
    typed(people, "end-appointment", appointment)
    assert appointment not in typed(people, "list")


@pytest.fixture
def chen(city):
    """The staff number of a member with an account named chen."""
    return typed(people, "add-member", "8001", "陈小明", "--username", "chen")


def test_a_member_bears_another_name_and_leaves(chen):
    typed(people, "rename-member", chen, "陈大明")
    assert "8001  陈大明  chen" in typed(people, "list")
    appointment = typed(people, "appoint", chen, "acceptor", "centre")
    token = typed(people, "make-token", appointment, "--name", "desk")
    typed(people, "end-member", chen)
    assert chen not in typed(people, "list")
    assert actor_of_token(token, at=wall_clock()) is None


def test_an_account_is_closed_and_opened_again(chen):
    typed(people, "close-account", "chen")
    assert "8001  陈小明  (chen)" in typed(people, "list")
    typed(people, "reopen-account", "chen")
    assert "8001  陈小明  chen" in typed(people, "list")


@pytest.mark.parametrize(
    ("words", "given"),
    [((), f"{PASSWORD}\n{PASSWORD}\n"), (("--password-stdin",), f"{PASSWORD}\n"), (("--password-stdin",), PASSWORD)],
    ids=["asked for", "piped in", "piped in without a line's end"],
)
def test_a_password_is_given_without_ever_being_shown(chen, words, given):
    shown = typed(people, "set-password", "chen", *words, given=given)
    assert PASSWORD not in shown
    assert authenticate(username="chen", password=PASSWORD) is not None


def test_a_password_is_no_argument(chen):
    result = CliRunner().invoke(people, ["set-password", "chen", PASSWORD])
    assert result.exit_code == 2
    assert authenticate(username="chen", password=PASSWORD) is None


def test_a_weak_password_is_refused_at_the_terminal(chen):
    with pytest.raises(PasswordWeak):
        typed(people, "set-password", "chen", "--password-stdin", given="123\n")


def test_a_unit_is_ended_at_the_terminal():
    typed(people, "end-unit", "water")
    assert "water" not in [one.code for one in units(at=wall_clock())]


def test_a_power_is_given_explained_and_taken_at_the_terminal(chen):
    typed(people, "appoint", chen, "night_clerk", "bureau-350203")
    assert typed(policy, "put", "night_clerk", "case.accept", "unit") == "night_clerk  case.accept  unit"
    assert typed(policy, "list", "--post", "night_clerk") == "night_clerk  case.accept  unit"
    said = typed(policy, "why", "case.accept", "--post", "night_clerk", "--unit", "bureau-350203")
    assert said.startswith("+ 8001  night_clerk@bureau-350203  ")
    said = typed(policy, "why", "case.accept", "--post", "night_clerk", "--unit", "bureau-350206")
    assert said.startswith("- 8001  night_clerk@bureau-350203  ")
    typed(policy, "end", "night_clerk", "case.accept")
    assert typed(policy, "list", "--post", "night_clerk") == ""
    assert typed(policy, "seed") == "0"


def test_a_setting_is_turned_at_the_terminal():
    typed(parameter, "set", "report_text_limit", "500")
    assert value_of("report_text_limit", at=wall_clock()) == 500
    assert "report_text_limit  500" in typed(parameter, "list")


def test_an_act_that_nobody_knows_is_refused_and_one_that_nobody_holds_is_told_so():
    with pytest.raises(NotFound):
        typed(policy, "why", "nope")
    assert typed(policy, "why", "case.accept", "--post", "night_clerk") == NOBODY


def test_a_setting_below_zero_is_a_value_and_no_option():
    with pytest.raises(BadParameter):
        typed(parameter, "set", "report_text_limit", "-5")
