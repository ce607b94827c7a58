"""A layer in the wrong coordinate system gives itself away by a constant shift."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.kernel.geo import Crs, degrees_from, degrees_in
from gongzhi.places.layers.charts import Chart
from gongzhi.places.layers.frames import (
    LayerInAnotherSystem,
    LayerShifted,
    judged_by_borders,
    judged_by_twins,
    require_declared_system,
)

LONS = [118.05, 118.063, 118.084, 118.092, 118.122]
LATS = [24.45, 24.477, 24.486, 24.505, 24.52]
KNOWN = {
    f"{row}{column}": shapely.box(LONS[column], LATS[row], LONS[column + 1], LATS[row + 1])
    for row in range(4)
    for column in range(4)
}
SYSTEMS = [Crs.CGCS2000, Crs.GCJ02, Crs.BD09]


def read_as(declared: Crs, *, truly: Crs) -> dict[str, shapely.Geometry]:
    """Return the known city as it is read from a file in one system that was declared to be in another."""

    def misread(corners):
        return np.column_stack(degrees_from(*degrees_in(corners[:, 0], corners[:, 1], crs=truly), crs=declared))

    return {code: shapely.transform(outline, misread) for code, outline in KNOWN.items()}


def moved(east_m: float, north_m: float) -> dict[str, shapely.Geometry]:
    chart = Chart.around(list(KNOWN.values()))
    return {
        code: chart.degrees(
            shapely.transform(chart.metres(outline), lambda corners: corners + np.array([east_m, north_m]))
        )
        for code, outline in KNOWN.items()
    }


@pytest.mark.parametrize("truly", SYSTEMS)
@pytest.mark.parametrize("declared", [*SYSTEMS, Crs.WGS84])
def test_a_layer_in_another_system_than_declared_is_noticed_and_the_right_one_named(truly, declared):
    found = read_as(declared, truly=truly)
    judgements = [
        judged_by_twins(found, KNOWN, declared=declared),
        judged_by_borders(list(found.values()), list(KNOWN.values()), declared=declared),
    ]
    for judgement in judgements:
        if truly is declared or {truly, declared} == {Crs.CGCS2000, Crs.WGS84}:
            require_declared_system(judgement)
            assert judgement.declared.off_m < 1
        else:
            with pytest.raises(LayerInAnotherSystem) as refused:
                require_declared_system(judgement)
            assert refused.value.facts["fits"] == truly.value
            assert refused.value.facts["share_percent"] == 100
            assert refused.value.facts["left_m"] <= 5  # the middle of a twisted outline is not the twisted middle


def test_web_map_outlines_declared_as_satellite_positions_lie_about_580_m_off():
    judgement = judged_by_twins(read_as(Crs.WGS84, truly=Crs.GCJ02), KNOWN, declared=Crs.WGS84)
    assert judgement.declared.off_m == pytest.approx(584, abs=10)
    assert (judgement.east_m, judgement.north_m) == pytest.approx((505, -295), abs=20)
    assert judgement.spread_m < 10


def test_a_constant_shift_that_no_system_explains_is_told_with_its_direction():
    with pytest.raises(LayerShifted) as refused:
        require_declared_system(judged_by_twins(moved(-300.0, 400.0), KNOWN, declared=Crs.CGCS2000))
    assert refused.value.facts == {"declared": "cgcs2000", "off_m": 500, "east_m": -300, "north_m": 400}


@given(east_m=st.floats(-60, 60), north_m=st.floats(-60, 60))
@settings(max_examples=25, deadline=None)
def test_a_layer_that_lies_within_the_tolerance_passes(east_m, north_m):
    require_declared_system(judged_by_twins(moved(east_m, north_m), KNOWN, declared=Crs.CGCS2000))


def test_outlines_that_differ_here_and_there_are_no_shift():
    chance = np.random.default_rng(7)
    scattered = {code: moved(*chance.uniform(-900, 900, 2))[code] for code in KNOWN}
    require_declared_system(judged_by_twins(scattered, KNOWN, declared=Crs.CGCS2000))


def test_where_nothing_can_be_compared_nothing_is_said():
    assert judged_by_twins({"other": KNOWN["00"]}, KNOWN, declared=Crs.CGCS2000) is None
    assert judged_by_twins({"00": shapely.Polygon()}, KNOWN, declared=Crs.CGCS2000) is None
    assert judged_by_borders([], list(KNOWN.values()), declared=Crs.CGCS2000) is None
    assert judged_by_borders(list(KNOWN.values()), [], declared=Crs.CGCS2000) is None
    require_declared_system(None)
