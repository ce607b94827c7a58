"""The person at the terminal: whoever can start this program administers the system."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from gongzhi.people.states import Post

if TYPE_CHECKING:
    from gongzhi.kernel.actor import Actor

WHEN = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"])
"""A time as it is typed, by the city's clocks."""


def terminal() -> Actor:
    """Return the person at the terminal, as the one who administers the system."""
    from gongzhi.kernel.actor import Actor, ActorKind

    return Actor(id="terminal", kind=ActorKind.MACHINE, post=Post.SYSTEM_ADMINISTRATOR)


def security() -> Actor:
    """Return the person at the terminal who gives and takes powers; the record keeps the two hands apart."""
    return replace(terminal(), post=Post.SECURITY_ADMINISTRATOR)


def instant(local: datetime | None) -> datetime | None:
    """Return the instant at which the city's clocks show a time."""
    return None if local is None else instant_of(local)


def instant_of(local: datetime) -> datetime:
    """Return the instant at which the city's clocks show a time that was given."""
    from gongzhi.parameters.queries import city

    return local.replace(tzinfo=city().zone)
