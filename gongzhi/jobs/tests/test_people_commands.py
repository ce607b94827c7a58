"""What an administrator types after founding a city."""

import pytest
from click.testing import CliRunner

from gongzhi.jobs.people_commands import parameter, people
from gongzhi.kernel.actor import ActorKind
from gongzhi.kernel.clock import wall_clock
from gongzhi.parameters.queries import parameter as value_of
from gongzhi.people.queries import actor_of_token, members

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def typed(group, *words):
    result = CliRunner().invoke(group, words, catch_exceptions=False)
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


def test_a_setting_is_turned_at_the_terminal():
    typed(parameter, "set", "report_text_limit", "500")
    assert value_of("report_text_limit", at=wall_clock()) == 500
    assert "report_text_limit  500" in typed(parameter, "list")
