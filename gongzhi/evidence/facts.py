"""What this room announces beside its moves: who looked at originals.

It stands in a stream of its own, `look:<file>`, so that somebody who looks does not get into the way of somebody who
decides.
"""

from __future__ import annotations

from gongzhi.kernel.facts import FactType

VIEWED = FactType("look.view")
EXPORTED = FactType("look.export")
