"""Whether the product works, and who asks."""

from __future__ import annotations

from typing import Literal

from gongzhi.api.shapes import Out
from gongzhi.api.shapes.record import ActorOut


class MeOut(ActorOut):
    """The member behind the token, in the post that the token acts in, and what that post may do."""

    acts: list[str]


class HealthOut(Out):
    """Whether the product works."""

    status: Literal["ok"]
    version: str
    city: str
