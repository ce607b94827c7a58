"""`gongzhi notices …`: look after messages that could not be delivered, and try a carrier."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import UUID

import click

from gongzhi.notices.states import OUTWARD, Carrier

if TYPE_CHECKING:
    from gongzhi.kernel.actor import Actor
    from gongzhi.notices.queries import MessageRow


@click.group()
def notices() -> None:
    """Look after messages that could not be delivered."""


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


@notices.command("test-carrier")
@click.argument("carrier", type=click.Choice(sorted(one.value for one in OUTWARD)))
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
        "about": one.about,
        "attempts": one.attempts,
        "fault": one.last_fault,
        "failed_at": None if one.failed_at is None else one.failed_at.isoformat(),
    }
    return json.dumps(told, ensure_ascii=False)


def _as_line(one: MessageRow) -> str:
    return f"{one.uid}\t{one.topic}\t{one.recipient}\t{one.carrier.value}\t{one.attempts}\t{one.last_fault}"


COMMANDS = (notices,)
