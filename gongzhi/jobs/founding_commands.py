"""`gongzhi init`: make the database and found a city."""

from __future__ import annotations

import click


@click.command()
@click.option("--pack", "pack_name", default="xiamen", show_default=True, help="The city pack to found from.")
@click.option("--with-people", is_flag=True, help="Add the pack's invented members (never in production).")
def init(pack_name: str, with_people: bool) -> None:
    """Make the database and found a city from a pack; doing it again changes nothing."""
    from django.conf import settings
    from django.utils.translation import get_language

    from gongzhi.jobs.labels import FOUNDING
    from gongzhi.jobs.upgrade import bring_up_to_date
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.parameters.queries import city
    from gongzhi.scenarios import founding, packs

    if with_people and settings.GONGZHI_MODE == "production":
        raise click.UsageError("--with-people adds invented accounts, which production refuses")
    pack = packs.load(pack_name)
    taken = bring_up_to_date()
    if taken:
        click.echo(str(FOUNDING["taken_over"]).format(count=taken))
    fresh = founding.found(
        pack, at=wall_clock(), with_people=with_people, progress=lambda step: click.echo(f"  {FOUNDING[step]}")
    )
    here = city()
    name = here.name_en if get_language() == "en" else here.name_zh
    click.echo(str(FOUNDING["founded" if fresh else "founded_before"]).format(city=name, key=here.key))


COMMANDS = (init,)
