"""Where a point lies, what the city's divisions and layers are, who answers, and where a name is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage
from gongzhi.kernel.geo import ImpossiblePoint, Point, cell_int
from gongzhi.places.queries.base_map import BaseMap, base_map, centres
from gongzhi.places.queries.borders import (
    BorderRow,
    areas_that_see,
    areas_to_tell,
    border,
    border_of,
    rulings,
    subjects_seen_from,
    taken_by,
    unreceived,
)
from gongzhi.places.queries.codes import (
    PLATES_ON_A_PAGE,
    PlateRow,
    all_plates,
    exported_plates,
    plate,
    plates,
    plates_of,
)
from gongzhi.places.queries.divisions import (
    DivisionRow,
    NoSuchDivision,
    division,
    divisions,
    edition,
    outline,
    paths_within,
)
from gongzhi.places.queries.duties import (
    ResponsiblePerson,
    duties,
    duties_edition,
    responsible_people,
    snapshot_of_duties,
)
from gongzhi.places.queries.ground import city_bounds, locate, snapshot_rows
from gongzhi.places.queries.layers import (
    FeatureRow,
    LayerRow,
    NoSuchFeature,
    NoSuchLayer,
    altered_editions,
    feature,
    features,
    layers,
)
from gongzhi.places.queries.names import FoundPlace, search

if TYPE_CHECKING:
    from gongzhi.audit.models import RecordedRow


def wrong_cells(rows: QuerySet[Any]) -> Iterator[Finding]:
    """Compute the cell of each row that has `lon_e7`, `lat_e7` and `cell` again, and name what differs."""
    stored = rows.filter(~Q(lon_e7=None) | ~Q(cell=None)).values_list("pk", "lon_e7", "lat_e7", "cell")
    for pk, lon_e7, lat_e7, cell in stored.iterator(chunk_size=4000):
        try:
            expected = None if lon_e7 is None else cell_int(Point(lon_e7, lat_e7))
        except (ImpossiblePoint, TypeError):
            detail = "the coordinates are nowhere on Earth"
        else:
            detail = "" if expected == cell else "cell does not belong to the coordinates"
        if detail:
            yield Finding(Damage.ROW_ALTERED, _stream_of(rows.model, pk), None, detail)


def _stream_of(model: type[RecordedRow], pk: int) -> str:
    """Return a row's stream, or the row where somebody altered what should be its id."""
    try:
        return model._base_manager.only("uid").get(pk=pk).stream
    except ValueError:
        return f"{model.stream_kind} in row {pk}"


__all__ = [
    "PLATES_ON_A_PAGE",
    "BaseMap",
    "BorderRow",
    "DivisionRow",
    "FeatureRow",
    "FoundPlace",
    "LayerRow",
    "NoSuchDivision",
    "NoSuchFeature",
    "NoSuchLayer",
    "PlateRow",
    "ResponsiblePerson",
    "all_plates",
    "altered_editions",
    "areas_that_see",
    "areas_to_tell",
    "base_map",
    "border",
    "border_of",
    "centres",
    "city_bounds",
    "division",
    "divisions",
    "duties",
    "duties_edition",
    "edition",
    "exported_plates",
    "feature",
    "features",
    "layers",
    "locate",
    "outline",
    "paths_within",
    "plate",
    "plates",
    "plates_of",
    "responsible_people",
    "rulings",
    "search",
    "snapshot_of_duties",
    "snapshot_rows",
    "subjects_seen_from",
    "taken_by",
    "unreceived",
    "wrong_cells",
]
