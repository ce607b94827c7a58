"""Bringing a database up to this version of the program."""

from __future__ import annotations


def bring_up_to_date() -> int:
    """Make or migrate the tables and put onto the record what earlier versions kept outside; return how many accounts.

    Doing it again changes nothing.
    """
    from django.core.management import call_command

    from gongzhi.kernel.actor import Actor, ActorKind
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import operations as people
    from gongzhi.people.states import Post

    call_command("migrate", verbosity=0, interactive=False)
    upgrade = Actor(id="upgrade", kind=ActorKind.MACHINE, post=Post.SYSTEM_ADMINISTRATOR)
    _index_words()
    return people.take_over_accounts(by=upgrade, at=wall_clock())


def _index_words() -> None:
    """Let reports be found by their words that came in before they were."""
    from gongzhi.intake import operations as intake

    reached: int | None = 0
    while reached is not None:
        reached = intake.draw_missing_terms(after=reached, limit=200)
