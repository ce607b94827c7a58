"""Verifying the whole record, with one module for each thing that is checked.

| module | what it answers |
|---|---|
| `chains` | does every stream hold just the entries that were written, in their order? |
| `fold` | what do the entries of a stream say should stand in the tables? |
| `rows` | do the tables hold just that? |
| `values` | does every held value fit the commitment in its entry? |
| `snapshots` | is every configuration table the one whose digest was recorded? |
| `positions` | has every entry one position, without a gap, and is none missed that a position or the outbox names? |
| `sealed` | do the seals fit the positions, and both fit the anchors? |
| `rooms` | what do the other rooms' own checks (files, cells) find? |
| `report` | what was verified, and how far seals and anchors reach |

`run` calls them in one walk over the record. `spelling` spells a stored value as the record
does; `stored` reads what lies in the database, of whatever kind somebody made it.
"""

from gongzhi.audit.verify.report import Verified
from gongzhi.audit.verify.run import verify

__all__ = ["Verified", "verify"]
