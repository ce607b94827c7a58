"""What stands in the record of the ground: one digest over divisions and layers, computed before a change begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from gongzhi.audit import operations as audit
from gongzhi.places.models import Division, Layer, PlacesVersion
from gongzhi.places.queries.divisions import SnapshotRow, division_rows
from gongzhi.places.queries.ground import version_rows
from gongzhi.places.queries.layers import EditionRow, all_editions, layer_rows

IMPORT = "places.import"
"""The power to change divisions and layers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Digests of the ground as it shall stand: of the divisions, of the layers, and of all rows together."""

    divisions: str
    layers: str
    rows: str

    @classmethod
    def of(
        cls,
        *,
        divisions: Iterable[SnapshotRow] | None = None,
        layers: Iterable[Layer] | None = None,
        editions: Iterable[EditionRow] | None = None,
    ) -> Self:
        """Return the digests; what is not given is as it is on file."""
        drawn = list(division_rows(Division.objects.all()) if divisions is None else divisions)
        layered = list(
            layer_rows(
                Layer.objects.all() if layers is None else layers, all_editions() if editions is None else editions
            )
        )
        of_divisions, of_layers = audit.rows_digest(drawn), audit.rows_digest(layered) if layered else ""
        rows = audit.rows_digest([*drawn, *version_rows(of_divisions, of_layers), *layered])
        return cls(divisions=of_divisions, layers=of_layers, rows=rows)


def locked_version() -> PlacesVersion:
    """Let one change of the ground in at a time."""
    PlacesVersion.objects.get_or_create(id=1, defaults={"digest": audit.rows_digest([])})
    return PlacesVersion.objects.select_for_update().get(id=1)
