"""`gongzhi notices …` at the terminal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from gongzhi.jobs.notices_commands import notices
from gongzhi.jobs.worker import chores
from gongzhi.kernel.refusals import Outage
from gongzhi.notices import carriers, delivery, operations, queries, registry, rules
from gongzhi.notices.rules import Line
from gongzhi.notices.states import Carrier, MessageState
from gongzhi.people.states import Post
from gongzhi.testing.moves import MONDAY_9AM, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


class Refusing:
    """A carrier that refuses for good."""

    def send(self, parcel, *, at):
        raise Outage("somebody", permanent=True, detail="refused (550)")


def run(*words: str, exit_code: int = 0, given: str | None = None) -> str:
    result = CliRunner().invoke(notices, words, input=given, catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return result.output


@pytest.fixture
def failed(monkeypatch):
    """A message to a citizen that could not be delivered."""
    monkeypatch.setattr(registry, "_topics", dict(registry._topics))
    monkeypatch.setattr(registry, "_resolvers", dict(registry._resolvers))
    registry.register_topic("trial", title="试", text="试", lines=[Line("reporter", Carrier.SMS)])
    registry.register_addressee("reporter", lambda who, at: registry.Found(phone="13900000000"))
    by = member(Post.SYSTEM_ADMINISTRATOR)
    audience = rules.addressee("reporter", "1")
    (uid,) = operations.tell("trial", audience=audience, about="report:1", facts={}, key="1", by=by, at=MONDAY_9AM)
    with carriers.using({Carrier.SMS: Refusing()}):
        delivery.tick(MONDAY_9AM)
    return uid


def test_what_failed_is_listed_until_it_is_cleared(failed):
    assert str(failed) in run("failed")
    told = json.loads(run("failed", "--json"))
    assert (told["message"], told["recipient"], told["fault"]) == (
        str(failed),
        "reporter:1",
        "somebody: refused (550) (permanent)",
    )
    run("clear", str(failed), "--grounds", "已当面告知")
    assert queries.message(failed).state is MessageState.CLEARED
    assert run("failed") == "没有未能送达的消息。\n"
    assert run("failed", "--json") == ""


def test_what_failed_is_tried_again_by_a_worker(failed):
    run("retry", str(failed))
    assert queries.message(failed).state is MessageState.WAITING
    (chore,) = [one for one in chores() if one.name == "notices"]
    assert chore.do(MONDAY_9AM.replace(year=2027)) == 1
    assert queries.message(failed).state is MessageState.SENT


def test_a_carrier_is_tried_from_the_terminal():
    assert run("test-carrier", "sms", "13800001234") == "已送出（recorded）。\n"
    with carriers.using({Carrier.SMS: Refusing()}):
        assert "refused (550)" in run("test-carrier", "sms", "13800001234", exit_code=1)


def test_it_is_told_who_was_told_about_a_matter(failed):
    (line,) = run("about", "report:1").splitlines()
    assert line.split("\t")[:5] == [str(failed), "trial", "reporter:1", "sms", "failed"]
    assert json.loads(run("about", "report:1", "--json"))["state"] == "failed"
    assert run("about", "report:2") == ""


def test_the_rules_are_read_put_and_ended_at_the_terminal():
    line = f"notices.failed\tpost:{Post.LEADER}\temail\tdigest"
    run("put-rule", "notices.failed", f"post:{Post.LEADER}", "email", "--timing", "digest")
    assert line in run("rules").splitlines()
    run("end-rule", "notices.failed", f"post:{Post.LEADER}", "email")
    assert line not in run("rules").splitlines()


def test_the_address_of_a_unit_is_kept_and_erased_at_the_terminal():
    secret = run("put-address", "unit:water", "webhook", "--address-stdin", given="https://water.example.org/in\n")
    assert secret.startswith("whsec_")
    run("put-address", "unit:water", "email", given="water@example.org\n")
    assert queries.reach_of("unit:water").carriers == {Carrier.WEBHOOK, Carrier.EMAIL}
    run("erase-addresses", "unit:water", "webhook")
    assert queries.reach_of("unit:water").carriers == {Carrier.EMAIL}
    assert queries.webhook_secret_of("unit:water") == ""
