"""The ground of every map: our own outlines, small, kept by browsers, and nothing from another host."""

from __future__ import annotations

import gzip
import json

import pytest
from django.conf import settings
from django.test import Client

from gongzhi.web import maps

pytestmark = pytest.mark.django_db


def test_the_ground_is_the_citys_outlines_and_comes_once(city):
    first = Client().get("/map/ground.json", headers={"accept-encoding": "gzip"})
    said = gzip.decompress(first.content)
    kinds = {one["properties"]["kind"] for one in json.loads(said)["features"]}
    assert {"district", "street", "community", "district-name", "street-name"} <= kinds
    assert len(first.content) < 40_000
    again = Client().get("/map/ground.json", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    frame = maps.frame()
    west, south, east, north = map(float, frame.bounds.split(","))
    assert (frame.is_schematic, west < 118.09 < east, south < 24.46 < north) == (True, True, True)


def test_without_a_city_there_is_no_ground():
    assert Client().get("/map/ground.json").status_code == 404
    assert maps.frame().bounds == ""


def test_maps_loosen_the_policy_of_no_page(city, client):
    """MapLibre's worker is a file of ours: no blob, no inline script, no other host."""
    policy = client.get("/map/").headers["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert [one for one in ("blob:", "unsafe", "http", "*") if one in policy] == []
    page = client.get("/map/").content.decode()
    assert "maplibre-gl.mjs" in page
    assert "maplibre" not in client.get("/").content.decode(), "the first page loads no map"
    assert settings.GONGZHI_MAP_CREDIT == ""
