"""Duty, credentials and rulings at the terminal."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

import click

from gongzhi.jobs.terminal import WHEN, instant_of, security, terminal
from gongzhi.people.states import Post


@click.group()
def duty() -> None:
    """See who is on duty, and the nights in which urgent matters lay in fewer hands."""


@duty.command("on")
@click.option("--post", default=Post.DUTY_LEADER, show_default=True, help="The post.")
@click.option("--unit", help="The unit.")
def list_on_duty(post: str, unit: str | None) -> None:
    """List who holds a post now, substitutes after those who were appointed."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import queries

    at = wall_clock()
    for one in queries.in_post(post, unit=unit, at=at):
        instead = getattr(one, "instead_of", None)
        shown = "" if instead is None else f"  ({queries.member(instead, at=at).number})"
        click.echo(f"{queries.member(one.member, at=at).number}  {one.post}@{one.unit}{shown}")


@duty.command("nights")
@click.option("--to-review", is_flag=True, help="Only those that are over and that nobody has looked back upon.")
def list_nights(to_review: bool) -> None:
    """List the night duties with the number of acts that they relaxed."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.parameters.queries import city
    from gongzhi.people import queries

    found = queries.unreviewed_night_duties(at=wall_clock()) if to_review else queries.night_duties()
    zone = city().zone
    for one in found:
        span = f"{one.from_at.astimezone(zone):%Y-%m-%d %H:%M}–{one.until_at.astimezone(zone):%H:%M}"
        click.echo(f"{one.uid}  {one.area}  {span}  {one.relaxed}  {one.outcome or one.state.value}")


@duty.command("acts")
@click.argument("day", type=click.DateTime(formats=["%Y-%m-%d"]))
def list_relaxed_acts(day: datetime) -> None:
    """List what was done on a DAY by hands that would otherwise have been kept apart."""
    from gongzhi.people import queries

    begins = instant_of(day)
    ends = instant_of(datetime.combine(day.date() + timedelta(days=1), time()))
    for one in queries.relaxed_acts(from_at=begins, until_at=ends):
        click.echo(f"{one.about}  {one.act} > {', '.join(one.crossed)}  {one.member}  {one.night_duty}")


@click.group()
def credential() -> None:
    """Keep the papers without which certain acts are not done."""


@credential.command("add")
@click.argument("number")
@click.argument("kind")
@click.argument("printed")
@click.option("--body", required=True, help="Who issued it.")
@click.option("--field", default="", help="For which field of work.")
@click.option("--area", default="", help="Where it counts, as a path of division codes; everywhere otherwise.")
@click.option("--from", "from_", type=WHEN, required=True, help="Since when it counts, in the city's time.")
@click.option("--until", type=WHEN, required=True, help="Until when, in the city's time.")
def add_credential(
    number: str, kind: str, printed: str, body: str, field: str, area: str, from_: datetime, until: datetime
) -> None:
    """Enter for the member with staff NUMBER a credential of a KIND with the number PRINTED on it; print its id."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    member = queries.member_uid(number)
    uid = operations.add_credential(
        member,
        kind=kind,
        number=printed,
        body=body,
        field=field,
        area=area,
        from_at=instant_of(from_),
        until_at=instant_of(until),
        seen=queries.member_version(member),
        by=security(),
        at=wall_clock(),
    )
    click.echo(uid)


@credential.command("list")
@click.option("--number", help="Only those of the member with this staff number.")
@click.option("--within-days", type=click.IntRange(0, 3650), help="Only those that run out within so many days.")
def list_credentials(number: str | None, within_days: int | None) -> None:
    """List credentials, or those that ran out or do so soon and were not renewed."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.parameters.queries import city
    from gongzhi.people import queries

    at = wall_clock()
    if within_days is None:
        found = queries.credentials(member=None if number is None else queries.member_uid(number))
    else:
        found = queries.credentials_expiring(before=at + timedelta(days=within_days), at=at)
    for one in found:
        if number in (None, one.holder):
            until = one.until_at.astimezone(city().zone)
            click.echo(f"{one.uid}  {one.holder}  {one.kind}  {one.number or '-'}  {one.status}  < {until:%Y-%m-%d}")


@credential.command("suspend")
@click.argument("credential", type=click.UUID)
@click.option("--grounds", required=True, help="Why.")
def suspend_credential(credential: UUID, grounds: str) -> None:
    """Let a CREDENTIAL not count until it is restored."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    seen = queries.credential(credential).version
    operations.suspend_credential(credential, grounds=grounds, seen=seen, by=security(), at=wall_clock())


@credential.command("restore")
@click.argument("credential", type=click.UUID)
def restore_credential(credential: UUID) -> None:
    """Let a suspended CREDENTIAL count again."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    seen = queries.credential(credential).version
    operations.restore_credential(credential, seen=seen, by=security(), at=wall_clock())


@credential.command("withdraw")
@click.argument("credential", type=click.UUID)
@click.option("--grounds", required=True, help="Why.")
def withdraw_credential(credential: UUID, grounds: str) -> None:
    """Let a CREDENTIAL count never again."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations, queries

    seen = queries.credential(credential).version
    operations.withdraw_credential(credential, grounds=grounds, seen=seen, by=security(), at=wall_clock())


@click.group()
def precedent() -> None:
    """Find the rulings on which unit answers, and make rules of them."""


@precedent.command("list")
@click.argument("words", nargs=-1)
@click.option("--class", "class_key", help="Only those about this class of matters.")
@click.option("--area", help="Only those in this division, as a path of division codes.")
@click.option("--unit", help="Only those in which this unit took part.")
def list_precedents(words: tuple[str, ...], class_key: str | None, area: str | None, unit: str | None) -> None:
    """List the rulings that stand and hold all WORDS, the latest first."""
    from gongzhi.dispatch import queries
    from gongzhi.kernel.clock import wall_clock

    found = queries.precedents(text=" ".join(words), class_key=class_key, area=area, unit=unit, at=wall_clock())
    for one in found:
        disputed = ", ".join(one.units)
        click.echo(f"{one.uid}  {one.number}  {one.class_key}  {one.area}  {disputed} → {one.unit_code}")
        click.echo(f"  {one.grounds or '-'}")


@precedent.command("make-rule")
@click.argument("precedent", type=click.UUID)
@click.argument("code")
@click.option("--from", "from_", type=click.DateTime(formats=["%Y-%m-%d"]), required=True, help="From which day on.")
@click.option("--until", type=click.DateTime(formats=["%Y-%m-%d"]), help="Until which day.")
@click.option("--area", help="Where it holds, as a path of division codes; where the matter lay otherwise.")
def make_rule(precedent: UUID, code: str, from_: datetime, until: datetime | None, area: str | None) -> None:
    """Make a ruling a rule of dispatch with a CODE."""
    from gongzhi.dispatch import operations, queries
    from gongzhi.kernel.clock import wall_clock

    until_on: date | None = None if until is None else until.date()
    made = operations.make_rule_of(
        precedent,
        code=code,
        from_on=from_.date(),
        until_on=until_on,
        area=area,
        seen=queries.edition(),
        by=terminal(),
        at=wall_clock(),
    )
    click.echo(f"{made.code}  {made.class_prefix}  {made.area} → {made.unit_code}")


COMMANDS = (duty, credential, precedent)
