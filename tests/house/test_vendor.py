"""What our pages load of others is exactly what the lock names."""

from __future__ import annotations

import json
import shutil

from scripts import vendor


def test_every_file_of_others_is_the_one_that_the_lock_names():
    assert vendor.faults() == []
    assert vendor.faults(vendor.TESTS_FOLDER, vendor.TESTS_LOCK, is_served=False) == []
    for one in json.loads(vendor.LOCK.read_text(encoding="utf-8"))["packages"]:
        assert {"name", "version", "licence", "for"} <= set(one)
        assert f"{one['name']}/LICENSE.txt" in one["files"], "a licence travels with what it allows"


def test_a_file_that_was_changed_added_or_taken_away_is_named(tmp_path):
    folder = tmp_path / "vendor"
    shutil.copytree(vendor.FOLDER, folder)
    sheet = folder / "maplibre-gl" / "maplibre-gl.css"
    sheet.write_bytes(sheet.read_bytes() + b"/* ours */")
    (folder / "maplibre-gl" / "LICENSE.txt").unlink()
    (folder / "tracker.js").write_text("", encoding="utf-8")
    assert vendor.faults(folder) == [
        "maplibre-gl/LICENSE.txt is not there",
        "tracker.js is in no lock",
        "maplibre-gl/maplibre-gl.css is not what the lock names",
        "maplibre-gl/maplibre-gl.css.gz holds something else",
    ]
