"""Administration at the terminal: units, members, posts, accounts, tokens, powers, and the city's settings."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import click

from gongzhi.jobs.terminal import WHEN, instant, instant_of, security, terminal
from gongzhi.people.states import AccountKind, Scope, UnitKind

if TYPE_CHECKING:
    from gongzhi.people.queries import AccountRow


@click.group()
def people() -> None:
    """Keep the city's units, members, posts, accounts and tokens."""


@people.command("add-unit")
@click.argument("code")
@click.option("--kind", type=click.Choice([one.value for one in UnitKind]), required=True, help="What the unit is.")
@click.option("--name", required=True, help="Its Chinese name.")
@click.option("--name-en", required=True, help="Its English name.")
@click.option("--parent", help="The code of the unit above it.")
@click.option("--area", "areas", multiple=True, help="A path of division codes it answers for; may be repeated.")
@click.option("--contract-until", type=WHEN, help="When a contractor's contract runs out, in the city's time.")
def add_unit(
    code: str,
    kind: str,
    name: str,
    name_en: str,
    parent: str | None,
    areas: tuple[str, ...],
    contract_until: datetime | None,
) -> None:
    """Add a unit under CODE."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations

    operations.add_unit(
        code,
        kind=kind,
        name_zh=name,
        name_en=name_en,
        parent=parent,
        areas=areas,
        contract_until_at=instant(contract_until),
        by=terminal(),
        at=wall_clock(),
    )
    click.echo(code)


@people.command("end-unit")
@click.argument("code")
@click.option("--successor", help="The unit that takes over; needed while the unit still holds something.")
def end_unit(code: str, successor: str | None) -> None:
    """End the unit CODE now: nothing is dispatched to it and nobody is appointed in it any more."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    seen = queries.unit(code).version
    operations.end_unit(code, successor=successor, seen=seen, by=terminal(), at=wall_clock())


@people.command("renew-contract")
@click.argument("code")
@click.argument("until", type=WHEN)
def renew_contract(code: str, until: datetime) -> None:
    """Let the contract of the contractor CODE run UNTIL a time, in the city's time."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    seen = queries.unit(code).version
    operations.renew_contract(code, until_at=instant_of(until), seen=seen, by=terminal(), at=wall_clock())


@people.command("units")
def list_units() -> None:
    """List the units at work with their levels, each under the one above it."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import queries

    levels = queries.unit_levels()
    for one in queries.units(at=wall_clock()):
        contract = "" if one.contract_until_at is None else f"  < {one.contract_until_at:%Y-%m-%d}"
        click.echo(f"{levels[one.code]}  {one.code}  {one.kind}  {one.name_zh}  {one.parent or '-'}{contract}")


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
        number, name=name, username=username or number, kind=kind, by=terminal(), at=wall_clock()
    )
    click.echo(number)


@people.command("rename-member")
@click.argument("number")
@click.argument("name")
def rename_member(number: str, name: str) -> None:
    """Let the member with staff NUMBER bear another NAME."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    member = queries.member_uid(number)
    operations.rename_member(member, name, seen=queries.member_version(member), by=terminal(), at=wall_clock())


@people.command("end-member")
@click.argument("number")
@click.option("--handed-to", help="The staff number of who takes over; needed while there is work in hand.")
def end_member(number: str, handed_to: str | None) -> None:
    """Let the member with staff NUMBER leave now: posts and tokens end with it, and the account is closed."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    member = queries.member_uid(number)
    other = None if handed_to is None else queries.member_uid(handed_to)
    seen = queries.member_version(member)
    operations.end_member(member, handed_to=other, seen=seen, by=terminal(), at=wall_clock())


@people.command("substitute")
@click.argument("appointment", type=click.UUID)
@click.argument("number")
@click.argument("until", type=WHEN)
@click.option("--grounds", required=True, help="Why the post must be taken care of.")
@click.option("--from", "from_", type=WHEN, help="From when on, in the city's time; now otherwise.")
def substitute(appointment: UUID, number: str, until: datetime, grounds: str, from_: datetime | None) -> None:
    """Let the member with staff NUMBER act in the post APPOINTMENT of another UNTIL a time; print the id."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    at = wall_clock()
    member = queries.member_uid(number)
    uid = operations.substitute(
        appointment,
        by_member=member,
        from_at=instant(from_) or at,
        until_at=instant_of(until),
        grounds=grounds,
        seen=queries.member_version(member),
        by=security(),
        at=at,
    )
    click.echo(uid)


@people.command("end-substitution")
@click.argument("substitution", type=click.UUID)
def end_substitution(substitution: UUID) -> None:
    """End a SUBSTITUTION now, and with it every token of the substitute."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    seen = queries.member_version(queries.substitution(substitution).member)
    operations.end_substitution(substitution, seen=seen, by=security(), at=wall_clock())


@people.command("close-account")
@click.argument("username")
def close_account(username: str) -> None:
    """Close the account USERNAME: neither its password nor its tokens open anything."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    row = queries.account_named(username)
    operations.close_account(row.uid, seen=row.version, by=security(), at=wall_clock())


@people.command("reopen-account")
@click.argument("username")
def reopen_account(username: str) -> None:
    """Open the closed account USERNAME again."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    row = queries.account_named(username)
    operations.reopen_account(row.uid, seen=row.version, by=security(), at=wall_clock())


@people.command("set-password")
@click.argument("username")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it.")
def set_password(username: str, password_stdin: bool) -> None:
    """Give the account USERNAME a password, asked for here and never shown."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    row = queries.account_named(username)
    password = _from_stdin() if password_stdin else click.prompt("password", hide_input=True, confirmation_prompt=True)
    operations.set_password(row.uid, password, seen=row.version, by=security(), at=wall_clock())


@people.command("end-second-factor")
@click.argument("username")
@click.option("--grounds", required=True, help="Why: the telephone was lost.")
def end_second_factor(username: str, grounds: str) -> None:
    """Take the authenticator away from the account USERNAME; its owner sets up another at the next sign-in."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    row = queries.account_named(username)
    operations.end_second_factor(row.uid, grounds=grounds, seen=row.version, by=security(), at=wall_clock())


@people.command()
@click.argument("number")
@click.argument("post")
@click.argument("unit")
@click.option("--until", type=WHEN, help="When the appointment ends, in the city's time.")
def appoint(number: str, post: str, unit: str, until: datetime | None) -> None:
    """Give the member with staff NUMBER a POST in a UNIT; print the appointment's id."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    member = queries.member_uid(number)
    seen = queries.member_version(member)
    click.echo(
        operations.appoint(
            member, post=post, unit=unit, seen=seen, by=security(), at=wall_clock(), until_at=instant(until)
        )
    )


@people.command("end-appointment")
@click.argument("appointment", type=click.UUID)
def end_appointment(appointment: UUID) -> None:
    """End an APPOINTMENT now, and with it every token that acts in it."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    seen = queries.member_version(queries.member_of_appointment(appointment))
    operations.end_appointment(appointment, seen=seen, by=security(), at=wall_clock())


@people.command("make-token")
@click.argument("appointment", type=click.UUID)
@click.option("--name", required=True, help="What the token is for.")
@click.option("--until", type=WHEN, help="When it ends, in the city's time.")
def make_token(appointment: UUID, name: str, until: datetime | None) -> None:
    """Make a token that acts in an APPOINTMENT and print it: this once, and never again."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    seen = queries.member_version(queries.member_of_appointment(appointment))
    click.echo(
        operations.make_token(
            appointment, name=name, seen=seen, by=security(), at=wall_clock(), until_at=instant(until)
        )
    )


@people.command("end-token")
@click.argument("token", type=click.UUID)
def end_token(token: UUID) -> None:
    """End a TOKEN now, named by the id that `gongzhi people list` shows."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    seen = queries.member_version(queries.member_of_token(token))
    operations.end_token(token, seen=seen, by=security(), at=wall_clock())


@people.command("list")
def list_people() -> None:
    """List members with their accounts, and the posts and tokens that they hold now."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import queries

    for one in queries.members(at=wall_clock()):
        click.echo(f"{one.number}  {one.name or '-'}  {_account(one.account)}")
        for post, tokens in one.posts:
            click.echo(f"  {post.uid}  {post.post}@{post.unit}")
            for token in tokens:
                click.echo(f"    {token.uid}  {token.name}")


@click.group()
def policy() -> None:
    """Read and change the table that says which post may do what, and how far."""


@policy.command("list")
@click.option("--post", help="Only the lines of this post.")
def list_policy(post: str | None) -> None:
    """List the policy table."""
    from gongzhi.people import queries

    for one in queries.grants():
        if post in (None, one.post):
            click.echo(f"{one.post}  {one.act}  {one.scope.value}")


@policy.command("put")
@click.argument("post")
@click.argument("act")
@click.argument("scope", type=click.Choice([one.value for one in Scope]))
def put_grant(post: str, act: str, scope: str) -> None:
    """Let a POST do an ACT as far as a SCOPE reaches; print the line as it now stands."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    operations.put_grant(post, act, Scope(scope), seen=queries.edition(), by=security(), at=wall_clock())
    click.echo(f"{post}  {act}  {scope}")


@policy.command("end")
@click.argument("post")
@click.argument("act")
def end_grant(post: str, act: str) -> None:
    """Take from a POST the power for an ACT."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    operations.end_grant(post, act, seen=queries.edition(), by=security(), at=wall_clock())


@policy.command("seed")
def seed_policy() -> None:
    """Add the default lines of acts that no line names yet; do this after an update of the program."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    click.echo(operations.seed_policy(seen=queries.edition(), by=security(), at=wall_clock()))


@policy.command("needs")
def list_needs() -> None:
    """List which acts need which credentials."""
    from gongzhi.people import queries

    for act, kind in queries.credential_needs():
        click.echo(f"{act}  {kind}")


@policy.command("put-need")
@click.argument("act")
@click.argument("kind")
def put_need(act: str, kind: str) -> None:
    """Let nobody do an ACT without a credential of a KIND."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    operations.put_credential_need(act, kind, seen=queries.edition(), by=security(), at=wall_clock())


@policy.command("end-need")
@click.argument("act")
@click.argument("kind")
def end_need(act: str, kind: str) -> None:
    """Let an ACT be done without a credential of a KIND."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    operations.end_credential_need(act, kind, seen=queries.edition(), by=security(), at=wall_clock())


@policy.command()
@click.argument("act")
@click.option("--post", help="Look at this post only.")
@click.option("--area", default="", help="The path of division codes in which the thing lies.")
@click.option("--unit", help="The code of the unit that answers for it.")
@click.option("--case", "about", help="The number or id of a case: its place, its unit and its hands.")
@click.option("--at", "hour", type=WHEN, help="The hour, in the city's time; now otherwise.")
def why(act: str, post: str | None, area: str, unit: str | None, about: str | None, hour: datetime | None) -> None:
    """Say who may do an ACT here at an hour, and who may not, each with the reason."""
    from gongzhi.base.words import words_of
    from gongzhi.cases import queries as cases
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import queries
    from gongzhi.people.labels import NOBODY, WHY
    from gongzhi.people.rules import Matter

    matter = Matter(area=area, unit=unit) if about is None else cases.find(about).matter
    found = queries.explain(act, matter=matter, at=instant(hour) or wall_clock(), post=post).powers
    if not found:
        click.echo(NOBODY)
    for one in found:
        instead = "" if one.on_behalf_of is None else f"  ({one.on_behalf_of})"
        reasons = [str(WHY[one.why]), *(words_of(stop) for stop in one.stops)]
        click.echo(f"{'+' if one.may else '-'} {one.number}{instead}  {one.post}@{one.unit}  {' '.join(reasons)}")


@click.group()
def parameter() -> None:
    """Read and turn the city's settings."""


@parameter.command("set", context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("value", type=int)
def set_parameter(name: str, value: int) -> None:
    """Set the setting NAME to VALUE from now on."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.parameters import operations, queries

    operations.set_parameter(name, value, seen=queries.edition(), by=terminal(), at=wall_clock())


@parameter.command("list")
def list_parameters() -> None:
    """List the settings with the values in force now."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.parameters.labels import PARAMETERS
    from gongzhi.parameters.queries import parameter as value_of

    at = wall_clock()
    for name, label in PARAMETERS.items():
        click.echo(f"{name}  {value_of(name, at=at)}  {label}")


def _account(row: AccountRow | None) -> str:
    """Return the name of an account, in brackets while it is closed."""
    if row is None or row.username is None:
        return "-"
    return row.username if row.is_active else f"({row.username})"


def _from_stdin() -> str:
    """Return the first line of standard input, as it was piped in."""
    return sys.stdin.readline().rstrip("\r\n")


COMMANDS = (people, policy, parameter)
