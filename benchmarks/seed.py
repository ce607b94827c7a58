"""Cases made per second: a plausible city with entries, hot places and lateness, whose record verifies.

Some hundred cases are played through the product's operations, every usual way of a case among them. The rest are
their copies under other ids, numbers and places, in other weeks, chained, hashed and encrypted anew; three in a
hundred have photographs, each a file of its own. The city is kept for other benchmarks: a second run takes it from the
cache, with the figures of the run that made it. Run `gongzhi bench seed [--cases N] [--quick]`.
"""

from __future__ import annotations

import argparse
import json

from benchmarks._seeded import seeded_city
from benchmarks._stores import Result, tell

CASES, QUICK_CASES = 100_000, 2_000


def run(*, quick: bool, cases: int | None = None) -> Result:
    """Make the city, or find it in the cache, and return the figure; a record that does not verify has none."""
    wanted = cases or (QUICK_CASES if quick else CASES)
    with seeded_city(cases=wanted, shared=True) as city:
        told = {name: value for name, value in city.told.items() if name != "mark"}
        return {
            "name": "seed",
            "figure": told["cases_per_s"],
            "unit": "cases/s",
            **told,
            "from_cache": city.from_cache,
            "quick": quick,
        }


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description="Cases made per second, with a verified record.")
    reader.add_argument("--cases", type=int, help="how many cases")
    reader.add_argument("--quick", action="store_true", help="a small size")
    given = reader.parse_args()
    tell(json.dumps(run(quick=given.quick, cases=given.cases)))
