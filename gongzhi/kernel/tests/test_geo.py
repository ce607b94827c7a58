"""Points, shifted maps, distances and cells."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.kernel import geo
from gongzhi.kernel.geo import (
    Bounds,
    Crs,
    ImpossiblePoint,
    Point,
    degrees_from,
    degrees_in,
    distance_m,
    distances_m,
    from_point,
    to_point,
)

XIAMEN = Bounds(west=117.8, south=24.3, east=118.5, north=25.0)

PUBLISHED_SHIFTS = [
    ((118.0894, 24.4798), (118.0943771, 24.4771532)),
    ((118.1000, 24.6000), (118.1049825, 24.5973426)),
    ((118.1500, 24.7000), (118.1549114, 24.6972923)),
]

in_the_shifted_area = st.builds(Point, st.integers(721_000_000, 1_377_000_000), st.integers(9_000_000, 557_000_000))
anywhere = st.builds(Point, st.integers(-1_800_000_000, 1_800_000_000), st.integers(-900_000_000, 900_000_000))
in_xiamen = st.builds(Point, st.integers(1_178_000_000, 1_185_000_000), st.integers(243_000_000, 250_000_000))


@pytest.mark.parametrize(("true_place", "on_the_web_map"), PUBLISHED_SHIFTS)
def test_a_web_map_shows_a_place_where_the_published_shift_puts_it(true_place, on_the_web_map):
    shown = from_point(Point.from_degrees(*true_place), crs=Crs.GCJ02)
    assert shown == pytest.approx(on_the_web_map, abs=6e-8)


@pytest.mark.parametrize(("true_place", "on_the_web_map"), PUBLISHED_SHIFTS)
def test_a_place_tapped_on_a_web_map_is_brought_back_to_the_true_place(true_place, on_the_web_map):
    assert to_point(*on_the_web_map, crs=Crs.GCJ02) == Point.from_degrees(*true_place)


def test_an_untagged_web_map_coordinate_would_be_about_580_m_off_in_xiamen():
    place = Point.from_degrees(118.0894, 24.4798)
    assert distance_m(place, Point.from_degrees(*from_point(place, crs=Crs.GCJ02))) == pytest.approx(584, abs=10)


def test_baidu_lies_0_0065_east_and_0_006_north_of_the_web_map_give_or_take_its_twist():
    place = Point.from_degrees(118.0894, 24.4798)
    web_lon, web_lat = from_point(place, crs=Crs.GCJ02)
    baidu_lon, baidu_lat = from_point(place, crs=Crs.BD09)
    assert (baidu_lon - web_lon, baidu_lat - web_lat) == pytest.approx((0.0065, 0.006), abs=4e-4)


@given(place=in_the_shifted_area, crs=st.sampled_from(Crs))
def test_a_place_survives_the_way_to_another_map_and_back(place, crs):
    back = to_point(*from_point(place, crs=crs), crs=crs)
    assert (back.lon, back.lat) == pytest.approx((place.lon, place.lat), abs=1e-7)


@given(place=in_the_shifted_area, crs=st.sampled_from([Crs.GCJ02, Crs.BD09]))
def test_the_way_back_from_a_shifted_map_is_exact_to_a_ten_billionth_of_a_degree(place, crs):
    shown = from_point(place, crs=crs)
    unshifted = geo._unshifted(*shown, crs=crs)
    assert unshifted == pytest.approx((place.lon, place.lat), abs=1e-10)


@given(places=st.lists(anywhere, min_size=1, max_size=20), crs=st.sampled_from(Crs))
def test_a_whole_layer_is_shifted_and_brought_back_as_its_points_are_one_by_one(places, crs):
    lons, lats = degrees_in([one.lon for one in places], [one.lat for one in places], crs=crs)
    one_by_one = [from_point(place, crs=crs) for place in places]
    assert list(zip(lons, lats, strict=True)) == [pytest.approx(pair, abs=1e-10) for pair in one_by_one]
    back = degrees_from(lons, lats, crs=crs)
    unshifted = [geo._unshifted(lon, lat, crs=crs) for lon, lat in zip(lons, lats, strict=True)]
    assert list(zip(*back, strict=True)) == [pytest.approx(pair, abs=1e-10) for pair in unshifted]


@pytest.mark.parametrize("crs", Crs)
def test_outside_the_shifted_area_all_maps_agree(crs):
    san_francisco = Point.from_degrees(-122.4194, 37.7749)
    assert from_point(san_francisco, crs=crs) == (-122.4194, 37.7749)
    assert to_point(-122.4194, 37.7749, crs=crs) == san_francisco


@given(pair=st.tuples(st.floats(72.0, 72.01), st.floats(0.82, 55.83)), crs=st.sampled_from(Crs))
def test_a_place_on_the_edge_of_the_shifted_area_is_still_one_place_nearby(pair, crs):
    lon, lat = pair
    place = to_point(lon, lat, crs=crs)
    assert abs(place.lon - lon) < 0.03
    assert abs(place.lat - lat) < 0.03


@pytest.mark.parametrize("crs", Crs)
@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (math.nan, 24.48),
        (118.09, math.nan),
        (math.inf, 24.48),
        (118.09, -math.inf),
        (180.5, 24.48),
        (24.48, 118.09),
        (118.09, -90.0000001),
    ],
)
def test_coordinates_that_are_nowhere_on_earth_are_refused(lon, lat, crs):
    with pytest.raises(ImpossiblePoint) as refused:
        to_point(lon, lat, crs=crs)
    assert refused.value.facts == {"lon": str(lon), "lat": str(lat)}


def test_stored_integers_beyond_the_earth_are_refused_as_well():
    with pytest.raises(ImpossiblePoint):
        Point(lon_e7=1_800_000_001, lat_e7=0)


@given(place=anywhere)
def test_a_stored_place_reads_back_from_its_own_degrees(place):
    assert Point.from_degrees(place.lon, place.lat) == place


def test_zero_zero_is_recognised_as_the_place_a_device_sends_when_it_knows_none():
    assert to_point(0.0, 0.0, crs=Crs.WGS84).is_null_island
    assert not Point.from_degrees(0.0, 24.48).is_null_island


def test_swapped_coordinates_are_recognised_by_the_city_they_fall_into():
    assert geo.looks_swapped(24.48, 118.09, bounds=XIAMEN)
    assert not geo.looks_swapped(118.09, 24.48, bounds=XIAMEN)
    assert not geo.looks_swapped(121.47, 31.23, bounds=XIAMEN)


def test_a_pair_that_fits_both_ways_round_is_not_called_swapped():
    assert not geo.looks_swapped(10.0, 12.0, bounds=Bounds(west=0, south=0, east=20, north=20))


KNOWN_LENGTHS = [
    pytest.param(
        (144.424867889, -37.951033417), (143.926495528, -37.652821139), 54_972.271, id="Flinders Peak-Buninyong"
    ),
    pytest.param((0, 0), (1, 0), 111_319.491, id="one degree of the equator"),
    pytest.param((0, 0), (0, 90), 10_001_965.729, id="a quarter of the meridian"),
    pytest.param((0, 0), (0, 1), 110_574.389, id="the first degree of latitude"),
    pytest.param((179.5, 0), (-179.5, 0), 111_319.491, id="across the date line"),
]


@pytest.mark.parametrize(("a", "b", "known_m"), KNOWN_LENGTHS)
def test_a_distance_equals_the_surveyed_one(a, b, known_m):
    # 1e-7 degree is 11 mm, so the ends themselves are only known to that.
    assert distance_m(Point.from_degrees(*a), Point.from_degrees(*b)) == pytest.approx(known_m, abs=0.012)


@given(a=anywhere, b=anywhere)
def test_a_distance_is_the_same_both_ways_and_never_longer_than_half_the_earth(a, b):
    there, back = distance_m(a, b), distance_m(b, a)
    assert there == pytest.approx(back, rel=1e-9, abs=1e-6)
    assert 0 <= there <= 20_020_000


@given(offset=st.tuples(st.integers(-6_000_000, 6_000_000), st.integers(-6_000_000, 6_000_000)))
def test_the_other_side_of_the_earth_still_has_a_distance_good_to_less_than_a_hundredth(offset):
    xiamen = Point.from_degrees(118.0894, 24.4798)
    opposite = Point(lon_e7=xiamen.lon_e7 - 1_800_000_000 + offset[0], lat_e7=-xiamen.lat_e7 + offset[1])
    assert distance_m(xiamen, opposite) == pytest.approx(20_003_931, rel=0.008)


@given(a=in_xiamen, b=in_xiamen)
def test_many_distances_at_once_agree_with_the_single_one_in_a_city(a, b):
    assert distances_m(a, [b.lon_e7], [b.lat_e7])[0] == pytest.approx(distance_m(a, b), abs=0.002, rel=5e-6)


def test_many_distances_keep_the_order_of_the_places_and_cross_the_date_line():
    fiji = Point.from_degrees(179.999, -17.0)
    far = distances_m(fiji, np.array([1_799_990_000, -1_799_990_000]), np.array([-170_000_000, -170_000_000]))
    assert far.tolist() == pytest.approx([0.0, 212.9], abs=0.1)


def test_a_cell_is_a_number_that_fits_a_signed_big_integer_and_spells_like_the_text():
    place = Point.from_degrees(118.0894, 24.4798)
    assert 0 < geo.cell_int(place) < 2**63
    assert f"{geo.cell_int(place):x}" == geo.cell(place)


@given(
    lon=st.floats(-180, 180),
    lat=st.floats(-60, 60),
    radius_m=st.floats(1, 2000),
    bearing=st.floats(0, 2 * math.pi),
)
def test_the_cells_within_a_radius_hold_every_place_within_it(lon, lat, radius_m, bearing):
    origin = Point.from_degrees(lon, lat)
    north = math.degrees(radius_m * math.cos(bearing) / 6_356_752)
    east = math.degrees(radius_m * math.sin(bearing) / (6_378_137 * math.cos(math.radians(lat))))
    other = Point.from_degrees((lon + east + 180) % 360 - 180, lat + north)
    if distance_m(origin, other) <= radius_m:
        assert geo.cell_int(other) in geo.cells_within(origin, radius_m)


def test_a_wider_radius_takes_more_rings_of_cells():
    origin = Point.from_degrees(118.0894, 24.4798)
    assert [len(geo.cells_within(origin, radius_m)) for radius_m in (1, 50, 120, 2000)] == [7, 7, 19, 2269]


def test_the_cell_in_the_record_is_too_wide_to_name_a_house():
    home = Point.from_degrees(118.0894, 24.4798)
    across_the_quarter = Point.from_degrees(118.0930, 24.4810)
    assert geo.coarse_cell(home) == geo.coarse_cell(across_the_quarter)
    assert geo.cell(home) != geo.cell(across_the_quarter)
