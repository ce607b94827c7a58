"""A small invented file of requests in the shape of the profile sf311, and a way to replay it."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path

from gongzhi.scenarios.replay import profile, requests, run

SF311 = profile.load("sf311")
SEWERS, STREETS = "PUC Sewer Ops", "DPW Ops Queue"

USUAL = {
    "unique_key": "",
    "created_date": "2015-03-05 09:04:29+00:00",
    "closed_date": "2015-03-06 08:10:50+00:00",
    "status": "Closed",
    "status_notes": "resolved: done",
    "agency_name": SEWERS,
    "category": "Sewer Issues",
    "complaint_type": "Odor",
    "descriptor": "Odor From_catch_basin",
    "incident_address": "Not associated with a specific address",
    "supervisor_district": "3",
    "source": "Phone",
    "latitude": "37.79",
    "longitude": "-122.41",
}
OPEN = {"status": "Open", "closed_date": "", "status_notes": "open"}


def request(key: str, **changed: str) -> dict[str, str]:
    return {**USUAL, "unique_key": key, **changed}


INVENTED: Sequence[Mapping[str, str]] = (
    request("101"),
    request("102", created_date="2015-03-05 09:30:00+00:00", closed_date="2015-07-01 10:00:00+00:00"),
    request("103", agency_name=STREETS, category="Street Defects", supervisor_district="10", source="Web"),
    request("104", created_date="2015-03-05 10:00:00+00:00", agency_name=STREETS, category="Street Defects", **OPEN),
    request("105", created_date="2015-06-30 12:00:00+00:00", supervisor_district="-1", **OPEN),
    request("106", created_date="2015-04-01 00:10:00+00:00", closed_date="2015-04-01 00:10:00+00:00"),
    request("107", created_date="2015-12-30 12:00:00+00:00", closed_date="2016-01-04 09:00:00+00:00"),
    request("201", latitude="0.0", longitude="0.0"),
    request("202", latitude="", longitude=""),
    request("301", created_date="2015-05-02 10:00:00+00:00", closed_date="2015-05-02 09:00:00+00:00"),
)
"""Seven that can be replayed, two of them open; two without a place; one that was closed before it was opened."""


def write(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns)
        table.writeheader()
        table.writerows(rows)
    return path


def replay(path: Path, *, moves_at_once: int = 100) -> run.Replayed:
    return run.replay(requests.read(path, SF311), SF311, moves_at_once=moves_at_once)
