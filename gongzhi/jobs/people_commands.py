"""Administration at the terminal: units, members, posts, tokens, and the city's settings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import click

from gongzhi.people.states import AccountKind, Post, UnitKind

if TYPE_CHECKING:
    from gongzhi.kernel.actor import Actor

_WHEN = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@click.group()
def people() -> None:
    """Keep the city's units, members, posts and tokens."""


@people.command("add-unit")
@click.argument("code")
@click.option("--kind", type=click.Choice([one.value for one in UnitKind]), required=True, help="What the unit is.")
@click.option("--name", required=True, help="Its Chinese name.")
@click.option("--name-en", required=True, help="Its English name.")
@click.option("--parent", help="The code of the unit above it.")
@click.option("--area", "areas", multiple=True, help="A path of division codes it answers for; may be repeated.")
def add_unit(code: str, kind: str, name: str, name_en: str, parent: str | None, areas: tuple[str, ...]) -> None:
    """Add a unit under CODE."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations

    operations.add_unit(
        code, kind=kind, name_zh=name, name_en=name_en, parent=parent, areas=areas, by=_terminal(), at=wall_clock()
    )
    click.echo(code)


@people.command("add-member")
@click.argument("number")
@click.argument("name")
@click.option("--username", help="The name of the account; the staff number otherwise.")
@click.option("--machine", is_flag=True, help="A system that reports to us, no person.")
def add_member(number: str, name: str, username: str | None, machine: bool) -> None:
    """Add the member with staff NUMBER and NAME, with an account for tokens."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations

    kind = AccountKind.MACHINE if machine else AccountKind.STAFF
    operations.add_member_with_account(
        number, name=name, username=username or number, kind=kind, by=_terminal(), at=wall_clock()
    )
    click.echo(number)


@people.command()
@click.argument("number")
@click.argument("post")
@click.argument("unit")
@click.option("--until", type=_WHEN, help="When the appointment ends, in the city's time.")
def appoint(number: str, post: str, unit: str, until: datetime | None) -> None:
    """Give the member with staff NUMBER a POST in a UNIT; print the appointment's id."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    member = queries.member_uid(number)
    click.echo(
        operations.appoint(member, post=post, unit=unit, by=_terminal(), at=wall_clock(), until_at=_instant(until))
    )


@people.command("end-appointment")
@click.argument("appointment", type=click.UUID)
def end_appointment(appointment: UUID) -> None:
    """End an APPOINTMENT now, and with it every token that acts in it."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations

    operations.end_appointment(appointment, by=_terminal(), at=wall_clock())


@people.command("make-token")
@click.argument("appointment", type=click.UUID)
@click.option("--name", required=True, help="What the token is for.")
@click.option("--until", type=_WHEN, help="When it ends, in the city's time.")
def make_token(appointment: UUID, name: str, until: datetime | None) -> None:
    """Make a token that acts in an APPOINTMENT and print it: this once, and never again."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations

    click.echo(operations.make_token(appointment, name=name, by=_terminal(), at=wall_clock(), until_at=_instant(until)))


@people.command("end-token")
@click.argument("token", type=click.UUID)
def end_token(token: UUID) -> None:
    """End a TOKEN now, named by the id that `gongzhi people list` shows."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations

    operations.end_token(token, by=_terminal(), at=wall_clock())


@people.command("list")
def list_people() -> None:
    """List members with the posts and tokens that they hold now."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import queries

    for one in queries.members(at=wall_clock()):
        click.echo(f"{one.number}  {one.name or '-'}")
        for post, tokens in one.posts:
            click.echo(f"  {post.uid}  {post.post}@{post.unit}")
            for token in tokens:
                click.echo(f"    {token.uid}  {token.name}")


@click.group()
def parameter() -> None:
    """Read and turn the city's settings."""


@parameter.command("set")
@click.argument("name")
@click.argument("value", type=int)
def set_parameter(name: str, value: int) -> None:
    """Set the setting NAME to VALUE from now on."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.parameters import operations

    operations.set_parameter(name, value, by=_terminal(), at=wall_clock())


@parameter.command("list")
def list_parameters() -> None:
    """List the settings with the values in force now."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.parameters.labels import PARAMETERS
    from gongzhi.parameters.queries import parameter as value_of

    at = wall_clock()
    for name, label in PARAMETERS.items():
        click.echo(f"{name}  {value_of(name, at=at)}  {label}")


def _terminal() -> Actor:
    """Return the person at the terminal: whoever can start this program administers the system."""
    from gongzhi.kernel.actor import Actor, ActorKind

    return Actor(id="terminal", kind=ActorKind.MACHINE, post=Post.SYSTEM_ADMINISTRATOR)


def _instant(local: datetime | None) -> datetime | None:
    """Return the instant at which the city's clocks show a time."""
    from gongzhi.parameters.queries import city

    return None if local is None else local.replace(tzinfo=city().zone)


COMMANDS = (people, parameter)
