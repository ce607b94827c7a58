"""Taking turns at the store: how long a scenario holds it at a time, and how long it leaves it to others in between."""

from __future__ import annotations

from typing import Final

TURN_S: Final = 0.02
"""After so long a transaction takes in nothing further. With what it still has in hand, the delivery of facts and the
commit it is over within 50 ms or so, which is how long others wait for it."""

REST_S: Final = 0.01
"""So long an import leaves the store alone between two turns: SQLite lets those who wait look for it only now and
then, and without a gap they would find it taken for seconds."""
