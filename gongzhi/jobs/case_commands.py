"""Commands about one case."""

from __future__ import annotations

import json

import click


@click.command("explain-deadline")
@click.argument("case")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
def explain_deadline(case: str, as_json: bool) -> None:
    """Replay the disposal deadline of CASE (its number or id) as a readable walk, on the calendars of its day."""
    from gongzhi.calendars.labels import edition_text, explain_text
    from gongzhi.cases import queries
    from gongzhi.kernel.clock import utc_text
    from gongzhi.parameters.queries import city

    found = queries.explain_deadline(case)
    zone = city().zone
    if as_json:
        due = None if found.due_at is None else utc_text(found.due_at)
        told = {"case": found.case.number, "limit": found.limit_text, "calendar": found.calendar_key, "due_at": due}
        calendars = {
            "edition": found.edition,
            "present_edition": found.present_edition,
            "due_today": None if found.due_today is None else utc_text(found.due_today),
        }
        said = {**told, "provisional": found.provisional, **calendars}
        click.echo(json.dumps({**said, "steps": [step.as_row() for step in found.steps]}, ensure_ascii=False))
        return
    click.echo(f"{found.case.number}  {found.limit_text}  [{found.calendar_key}]")
    for line in explain_text(found.steps, zone=zone):
        click.echo(f"  {line}")
    for line in edition_text(
        edition=found.edition,
        since=found.edition_since,
        present=found.present_edition,
        due_at=found.due_at,
        today=found.due_today,
        zone=zone,
    ):
        click.echo(f"  {line}")


@click.command("stuck-timers")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each instead of words.")
def stuck_timers(as_json: bool) -> None:
    """List what ran out and no timer could mark late: stages, answers, work sheets. Each waits to be mended."""
    from gongzhi.cases import queries
    from gongzhi.intake import queries as intake
    from gongzhi.kernel.clock import utc_text

    for one in queries.stuck_timers():
        due = None if one.due_at is None else utc_text(one.due_at)
        if as_json:
            told = {"case": one.case, "stage": one.stage, "due_at": due, "since": utc_text(one.since)}
            tried = {"next_at": utc_text(one.next_at), "attempts": one.attempts, "error": one.error}
            click.echo(json.dumps({**told, **tried}, ensure_ascii=False))
        else:
            click.echo(f"{one.case}  {one.stage}  {due}  × {one.attempts}  {one.error}")
    for mark in intake.stuck_marks():
        if as_json:
            told = {mark.what: str(mark.of), "since": utc_text(mark.since), "next_at": utc_text(mark.next_at)}
            click.echo(json.dumps({**told, "attempts": mark.attempts, "error": mark.error}, ensure_ascii=False))
        else:
            click.echo(f"{mark.what}  {mark.of}  {utc_text(mark.since)}  × {mark.attempts}  {mark.error}")


COMMANDS = (explain_deadline, stuck_timers)
