"""What verification tells: what it looked at, how far seals and anchors reach, and everything that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gongzhi.audit.anchors import Cover
from gongzhi.audit.registry import Finding


@dataclass
class Verified:
    """What was verified and what was found. `erased` lists values that were erased on the record: no damage.

    Up to the position `sealed` the record's own seals fit; `unsealed` entries came later. `anchors` tell the same of
    each anchor outside the database.
    """

    entries: int = 0
    streams: int = 0
    rows: int = 0
    held: int = 0
    sealed: int = 0
    erased: list[str] = field(default_factory=list)
    anchors: Sequence[Cover] = ()
    findings: list[Finding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.findings

    @property
    def unsealed(self) -> int:
        """How many entries came after the last seal that fits, or wait for their position."""
        return max(0, self.entries - self.sealed)
