"""`gongzhi notices …`: messages that could not be delivered, the rules, units' and members' addresses, trials."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING
from uuid import UUID

import click

from gongzhi.notices.states import OUTWARD, Carrier, Timing

if TYPE_CHECKING:
    from gongzhi.kernel.actor import Actor
    from gongzhi.notices.queries import MessageRow


_CARRIER = click.Choice([one.value for one in Carrier])
_OUTWARD = click.Choice(sorted(one.value for one in OUTWARD))
_TIMING = click.Choice([one.value for one in Timing])


@click.group()
def notices() -> None:
    """Look after messages that could not be delivered, say who is told what, and keep addresses."""


@notices.command("failed")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many at most.")
def list_failed(as_json: bool, limit: int) -> None:
    """List what could not be delivered and nobody has cleared, the oldest failure first."""
    from django.utils.translation import pgettext

    from gongzhi.notices import queries

    found = queries.failed(limit=limit)
    for one in found:
        click.echo(_as_json(one) if as_json else _as_line(one))
    if not found and not as_json:
        click.echo(pgettext("notices command", "没有未能送达的消息。"))


@notices.command()
@click.argument("message", type=click.UUID)
def retry(message: UUID) -> None:
    """Let a failed MESSAGE be tried again from the beginning; a running worker takes it up."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.notices import operations, queries

    operations.retry_message(message, seen=queries.message(message).version, by=_terminal(), at=wall_clock())


@notices.command()
@click.argument("message", type=click.UUID)
@click.option("--grounds", required=True, help="Why it need not arrive any more.")
def clear(message: UUID, grounds: str) -> None:
    """Take a failed MESSAGE off the list."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.notices import operations, queries

    seen = queries.message(message).version
    operations.clear_message(message, grounds=grounds, seen=seen, by=_terminal(), at=wall_clock())


@notices.command("about")
@click.argument("stream")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=200, show_default=True, help="How many at most.")
def list_about(stream: str, as_json: bool, limit: int) -> None:
    """List who was told about a matter, named by its STREAM such as case:<id>, and what became of it."""
    from gongzhi.notices import queries

    for one in queries.messages_about(stream, limit=limit):
        click.echo(_as_json(one) if as_json else _as_line(one))


@notices.command("rules")
def list_rules() -> None:
    """List who is told what by which carrier now; a star marks what the city has not set itself."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.notices import queries

    for one in queries.rules_in_force(at=wall_clock()):
        line = one.line
        star = "\t*" if one.is_default else ""
        click.echo(f"{one.topic}\t{line.audience}\t{line.carrier.value}\t{line.timing.value}{star}")


@notices.command("put-rule")
@click.argument("topic")
@click.argument("audience")
@click.argument("carrier", type=_CARRIER)
@click.option("--timing", type=_TIMING, default=Timing.IMMEDIATE.value, show_default=True, help="At once or gathered.")
def put_rule(topic: str, audience: str, carrier: str, timing: str) -> None:
    """Let an AUDIENCE (member, desk, post, post:<post>) of a TOPIC be told by a CARRIER from now on."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.notices import operations, queries
    from gongzhi.notices.rules import Line

    line = Line(audience, Carrier(carrier), Timing(timing))
    operations.put_rule(topic, line, seen=queries.edition(), by=_terminal(), at=wall_clock())


@notices.command("end-rule")
@click.argument("topic")
@click.argument("audience")
@click.argument("carrier", type=_CARRIER)
def end_rule(topic: str, audience: str, carrier: str) -> None:
    """Stop telling an AUDIENCE of a TOPIC by a CARRIER from now on."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.notices import operations, queries

    operations.end_rule(
        topic,
        audience=audience,
        carrier=Carrier(carrier),
        seen=queries.edition(),
        by=_terminal(),
        at=wall_clock(),
    )


@notices.command("put-address")
@click.argument("owner")
@click.argument("carrier", type=_OUTWARD)
@click.option("--address-stdin", is_flag=True, help="Read the address from standard input instead of asking for it.")
def put_address(owner: str, carrier: str, address_stdin: bool) -> None:
    """Keep where a CARRIER finds OWNER (unit:<code> or member:<id>); print a new webhook's secret, this once."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.notices import operations, queries
    from gongzhi.notices.rules import recipient_of

    address = sys.stdin.readline().strip() if address_stdin else click.prompt("address")
    seen = queries.reach_of(owner).version
    _, secret = operations.change_address(
        recipient_of(owner), Carrier(carrier), address, seen=seen, by=_terminal(), at=wall_clock()
    )
    if secret:
        click.echo(secret)


@notices.command("erase-addresses")
@click.argument("owner")
@click.argument("carriers", nargs=-1, required=True, type=_OUTWARD)
def erase_addresses(owner: str, carriers: tuple[str, ...]) -> None:
    """Erase for ever where CARRIERS find OWNER (unit:<code> or member:<id>)."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.notices import operations, queries
    from gongzhi.notices.rules import recipient_of

    operations.erase_addresses(
        recipient_of(owner),
        rule="on request",
        seen=queries.reach_of(owner).version,
        by=_terminal(),
        at=wall_clock(),
        only=[Carrier(one) for one in carriers],
    )


@notices.command("test-carrier")
@click.argument("carrier", type=_OUTWARD)
@click.argument("address")
def test_carrier(carrier: str, address: str) -> None:
    """Send one harmless message by a CARRIER to an ADDRESS; exit with 1 when the carrier could not take it."""
    from django.utils.translation import pgettext

    from gongzhi.kernel.clock import wall_clock
    from gongzhi.kernel.refusals import Outage
    from gongzhi.notices import operations

    try:
        reference = operations.try_carrier(Carrier(carrier), address, by=_terminal(), at=wall_clock())
    except Outage as fault:
        click.echo(str(fault), err=True)
        raise SystemExit(1) from fault
    click.echo(pgettext("notices command", "已送出（{reference}）。").format(reference=reference or "-"))


def _terminal() -> Actor:
    """Return the person at the terminal: whoever can start this program administers the system."""
    from gongzhi.kernel.actor import Actor, ActorKind
    from gongzhi.people.states import Post

    return Actor(id="terminal", kind=ActorKind.MACHINE, post=Post.SYSTEM_ADMINISTRATOR)


def _as_json(one: MessageRow) -> str:
    told = {
        "message": str(one.uid),
        "topic": one.topic,
        "recipient": one.recipient,
        "carrier": one.carrier.value,
        "state": one.state.value,
        "about": one.about,
        "attempts": one.attempts,
        "fault": one.last_fault,
        "failed_at": None if one.failed_at is None else one.failed_at.isoformat(),
    }
    return json.dumps(told, ensure_ascii=False)


def _as_line(one: MessageRow) -> str:
    told = (one.uid, one.topic, one.recipient, one.carrier.value, one.state.value, one.attempts, one.last_fault)
    return "\t".join(str(each) for each in told)


COMMANDS = (notices,)
