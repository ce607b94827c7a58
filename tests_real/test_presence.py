"""The figures we state speak of exactly these files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

FILES = [
    "complaints_zh/messages_with_replies_dev.csv.gz",
    "service_requests_311/sf311_requests_dev.csv.gz",
]


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_the_one_its_checksum_names(real_data: Path, name: str):
    path = real_data / name
    sums = (path.parent / "SHA256SUMS").read_text(encoding="utf-8").split("\n")
    stated = {line.split(maxsplit=1)[1].lstrip("*./"): line.split()[0] for line in sums if line.strip()}
    assert hashlib.sha256(path.read_bytes()).hexdigest() == stated[path.name]
