"""Commands about one case."""

from __future__ import annotations

import json

import click


@click.command("explain-deadline")
@click.argument("case")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
def explain_deadline(case: str, as_json: bool) -> None:
    """Replay the disposal deadline of CASE (its number or id) as a readable walk."""
    from gongzhi.calendars.labels import explain_text
    from gongzhi.cases import queries
    from gongzhi.kernel.clock import utc_text
    from gongzhi.parameters.queries import city

    found = queries.explain_deadline(case)
    zone = city().zone
    if as_json:
        steps = [
            {
                "kind": step.kind.value,
                "on": step.on.isoformat(),
                "from": utc_text(step.from_),
                "until": None if step.until is None else utc_text(step.until),
                "consumed_s": int(step.consumed.total_seconds()),
                "left_s": int(step.left.total_seconds()),
                "name": step.name_zh,
                "provisional": step.provisional,
            }
            for step in found.steps
        ]
        due = None if found.due_at is None else utc_text(found.due_at)
        told = {"case": found.case.number, "limit": found.limit_text, "calendar": found.calendar_key, "due_at": due}
        click.echo(json.dumps({**told, "provisional": found.provisional, "steps": steps}, ensure_ascii=False))
        return
    click.echo(f"{found.case.number}  {found.limit_text}  [{found.calendar_key}]")
    for line in explain_text(found.steps, zone=zone):
        click.echo(f"  {line}")


COMMANDS = (explain_deadline,)
