"""What verification finds, as the tests compare it."""

from __future__ import annotations

from gongzhi.audit.registry import Finding
from gongzhi.audit.verify import verify


def found() -> list[Finding]:
    """What verification finds, without the rooms' own checks."""
    return verify(files=False).findings


def named() -> list[tuple[str, str, int | None]]:
    """What verification finds: the damage and its exact place."""
    return [(one.damage.value, one.stream, one.seq) for one in found()]
