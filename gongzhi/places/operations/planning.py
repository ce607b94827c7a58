"""What taking over a layer would do: read, judged, and compared with what is there. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import numpy as np
import shapely

from gongzhi.audit.operations import rows_digest
from gongzhi.kernel.geo import Crs
from gongzhi.kernel.refusals import Refusal
from gongzhi.people.rules import within_area
from gongzhi.places import registry
from gongzhi.places.layers.frames import Judgement, judged_by_parents, judged_by_twins, require_declared_system
from gongzhi.places.layers.grids import Ground as GroundToCut
from gongzhi.places.layers.grids import made_grid, responsibility_groups
from gongzhi.places.layers.locating import CellIndex
from gongzhi.places.layers.raw import Note
from gongzhi.places.layers.readers import Columns, PlaceColumnsMissing, read_layer, read_table, require_areas
from gongzhi.places.layers.systems import System
from gongzhi.places.layers.topology import USUAL_TOLERANCES, Landmark, Report, Tolerances, examined
from gongzhi.places.models import Division
from gongzhi.places.queries.divisions import SnapshotRow
from gongzhi.places.queries.ground import city
from gongzhi.places.queries.layers import all_editions, draft_row, edition_on, feature_rows, outlines_of
from gongzhi.places.rules import features as rules
from gongzhi.places.rules.features import FeatureDraft
from gongzhi.places.rules.ground import Cells, Ground, Overlay, Overlays, Proposed
from gongzhi.places.states import DivisionLevel, KnownLayer, OverlayKind

MADE_HERE: Final = "gongzhi places make-grid"
_ALWAYS_AREAS: Final = frozenset({KnownLayer.UNIT_GRIDS.value, KnownLayer.OVERLAYS.value})
_AREAS: Final = frozenset({"Polygon", "MultiPolygon"})
_UNTIED: Final = frozenset(
    {KnownLayer.UNIT_GRIDS.value, KnownLayer.RESPONSIBILITY_GRIDS.value, KnownLayer.OVERLAYS.value}
)


class LayerHasErrors(Refusal):
    """The topology report found errors: the layer would put a matter into two areas, or into the wrong one."""

    code = "layer-has-errors"


class NothingToCut(Refusal):
    """No community with an outline is in force, so there is no ground to be cut into unit grids."""

    code = "grid-nothing-to-cut"


class NoUnitGrids(Refusal):
    """Responsibility grids group unit grids, and there are none."""

    code = "grid-none-to-group"


class SurveyedGridsThere(Refusal):
    """Surveyed unit grids are in force; made ones would take their place."""

    code = "grid-surveyed-there"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileGiven:
    """A file as somebody gives it for a layer.

    Attributes:
        system: what its coordinates are declared to be in.
        part: which of several layers in it.
        columns: for some of our words, the column of the file; `lon`, `lat` and `wkt` name those of the place.
        heading_row: of a table.
    """

    content: bytes
    file: str
    system: System
    part: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    heading_row: int = 1

    @property
    def declared(self) -> Crs:
        """The system in which its degrees are shifted; plain CGCS2000 for a registered system."""
        return self.system.crs


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEdition:
    """An edition of a layer that may be written."""

    layer: str
    from_on: date
    source: str
    system: str
    is_schematic: bool
    drafts: tuple[FeatureDraft, ...]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerPlan:
    """What an import of a layer would do.

    Attributes:
        report: what the topology report found; None for layers without areas and for grids that were made here.
        judgement: how the declared coordinate system fits what is known; None where nothing could be compared.
        notes: what the reader left out or filled in.
        added, corrected, gone, unchanged: features, compared with the edition in force on its first day.
        effects: what it would change for open matters, by what is counted.
    """

    edition: NewEdition
    report: Report | None
    judgement: Judgement | None
    notes: Mapping[Note, int]
    added: int
    corrected: int
    gone: int
    unchanged: int
    effects: Mapping[str, Mapping[str, int]]

    @property
    def changes_nothing(self) -> bool:
        """Whether the edition in force is the same already."""
        return not (self.added or self.corrected or self.gone)

    def require_sound(self) -> None:
        """Refuse a layer in which the report found errors, or that lies in another system than was declared.

        Raises: LayerInAnotherSystem, LayerShifted, LayerHasErrors.
        """
        require_declared_system(self.judgement)
        require_no_errors(self.report, layer=self.edition.layer)


def require_no_errors(report: Report | None, *, layer: str) -> None:
    """Refuse a layer in which the topology report found errors.

    Raises: LayerHasErrors.
    """
    if report is None or not report.errors:
        return
    errors = {kind: count for kind, count in report.counts.items() if kind.is_error}
    raise LayerHasErrors(
        layer=layer,
        errors=sum(errors.values()),
        kinds=", ".join(f"{kind.value} {count}" for kind, count in errors.items()),
        first=", ".join(report.errors[0].codes),
    )


def plan_layer(
    given: FileGiven,
    *,
    layer: str,
    from_on: date,
    on: date,
    is_schematic: bool = False,
    landmarks: Sequence[Landmark] = (),
    tolerances: Tolerances = USUAL_TOLERANCES,
) -> LayerPlan:
    """Read a file for a layer, judge it, and say what taking it over would do.

    It writes nothing and asks for no power: a door that lets others plan asks for that of importing.

    Args:
        given: the file.
        layer: one of `KnownLayer`, or a name of the city's own.
        from_on: the first day on which it shall hold.
        on: today: effects are looked at on the later of the two days.
        is_schematic: whether the source was drawn, not surveyed.
        landmarks: places known to lie in the city, for finding where the layer's shore is cut off.
        tolerances: of the topology report.

    Raises: LayerKeyUnusable; what `read_layer`, `read_table`, `require_areas`, `drafts_from_rows`, `with_cells` and
        `rules.require_sound` raise. What the topology report and the judgement of the system found is in the plan.
    """
    rules.require_layer_key(layer)
    rows, notes, system = rows_of(given, needs_areas=layer in _ALWAYS_AREAS)
    drafts = rules.drafts_from_rows(rows, file=given.file, layer=layer, named=given.columns)
    if layer == KnownLayer.RESPONSIBILITY_GRIDS:
        drafts = rules.with_cells(drafts, cells=_cells_on(from_on))
    return _planned(
        _Wanted(layer=layer, from_on=from_on, source=given.file, system=system, is_schematic=is_schematic),
        drafts,
        on=on,
        declared=given.declared,
        notes=notes,
        landmarks=landmarks,
        tolerances=tolerances,
    )


def plan_made_grid(
    *, from_on: date, on: date, cell_m: int | None = None, built_up: FileGiven | None = None, within: str = ""
) -> LayerPlan:
    """Cut the communities in force into schematic unit grids, and say what taking them over would do.

    Args:
        from_on: the first day on which they shall hold.
        on: today.
        cell_m: side of the cells; by class of area where it is not said.
        built_up: areas; only the ground in them is cut. Without it the whole of every community is.
        within: path of the only division whose communities are cut.

    Raises: SurveyedGridsThere, NothingToCut, GridTooFine, CellSizeImpossible, CommunityCodeUnusable, GroundUnusable;
        what reading a file raises.
    """
    there = edition_on(all_editions(), KnownLayer.UNIT_GRIDS, on=from_on)
    if there is not None and not there.is_schematic:
        raise SurveyedGridsThere(source=there.source, from_on=there.from_on.isoformat())
    grounds = _grounds_to_cut(from_on, cell_m=cell_m, built_up=built_up, within=within)
    if not grounds:
        raise NothingToCut(on=from_on.isoformat())
    drafts = [
        FeatureDraft(
            code=one.code, number=number, parent=one.community, outline=one.outline, told={"area_m2": one.area_m2}
        )
        for number, one in enumerate(made_grid(grounds), start=1)
    ]
    return _planned(_made(KnownLayer.UNIT_GRIDS, from_on=from_on), drafts, on=on)


def plan_made_groups(*, about: int, from_on: date, on: date) -> LayerPlan:
    """Group the unit grids in force into responsibility grids of about so many, and say what taking them over would do.

    Raises: NoUnitGrids.
    """
    cells = _cells_on(from_on)
    drafts = [
        FeatureDraft(code=f"{one.community}R{one.number:03d}", number=number, cells=one.cells)
        for number, one in enumerate(responsibility_groups(cells, about=about), start=1)
    ]
    wanted = _made(KnownLayer.RESPONSIBILITY_GRIDS, from_on=from_on)
    return _planned(wanted, rules.with_cells(drafts, cells=cells), on=on)


def rows_of(given: FileGiven, *, needs_areas: bool) -> tuple[list[rules.FileRow], Mapping[Note, int], str]:
    """Return the rows of a file with their outlines in CGCS2000, what the reader noted, and the system it was read in.

    A table without any column for the place gives rows without outlines, unless areas are needed.

    Raises: what `read_layer`, `read_table` and `require_areas` raise.
    """
    named = {name: given.columns.get(name, "") for name in ("lon", "lat", "wkt")}
    try:
        read = read_layer(
            given.content,
            file=given.file,
            system=given.system,
            name=given.part,
            columns=Columns(**named),
            heading_row=given.heading_row,
        )
    except PlaceColumnsMissing:
        if needs_areas:
            raise
        table = read_table(given.content, file=given.file, sheet=given.part, heading_row=given.heading_row)
        return [(row.number, row.values, None) for row in table.rows], {Note.WITHOUT_PLACE: len(table.rows)}, ""
    if needs_areas:
        require_areas(read)
    return [(one.number, one.properties, one.geometry) for one in read.features], read.notes, read.system


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """Which edition is asked for, before it is known what stands on it."""

    layer: str
    from_on: date
    source: str
    system: str
    is_schematic: bool


def _made(layer: KnownLayer, *, from_on: date) -> _Wanted:
    return _Wanted(layer=layer.value, from_on=from_on, source=MADE_HERE, system=Crs.CGCS2000.value, is_schematic=True)


def _planned(
    wanted: _Wanted,
    drafts: Sequence[FeatureDraft],
    *,
    on: date,
    declared: Crs | None = None,
    notes: Mapping[Note, int] | None = None,
    landmarks: Sequence[Landmark] = (),
    tolerances: Tolerances = USUAL_TOLERANCES,
) -> LayerPlan:
    ground = city().ground(on=wanted.from_on)
    placed = drafts if wanted.layer in _UNTIED else _with_divisions(drafts, ground=ground)
    rules.require_sound(placed, layer=wanted.layer, divisions=ground.paths)
    report = None
    if declared is not None:  # what is made here from sound outlines has nothing for a surveyor to see
        report = _report(wanted.layer, placed, ground=ground, landmarks=landmarks, tolerances=tolerances)
    rows = {one.code: draft_row(one) for one in placed}
    edition = NewEdition(
        layer=wanted.layer,
        from_on=wanted.from_on,
        source=wanted.source,
        system=wanted.system,
        is_schematic=wanted.is_schematic,
        drafts=tuple(placed),
        digest=rows_digest(rows[code] for code in sorted(rows)),
    )
    compared = _compared(edition, rows)
    is_sound = report is None or not report.errors
    return LayerPlan(
        edition=edition,
        report=report,
        judgement=None if declared is None else _judgement(edition, ground=ground, declared=declared),
        notes=notes or {},
        **compared,
        effects=_effects(edition, on=max(on, wanted.from_on)) if is_sound else {},
    )


def _with_divisions(drafts: Sequence[FeatureDraft], *, ground: Ground) -> list[FeatureDraft]:
    """Give features that name nothing they belong to the deepest division they lie in."""
    open_ = [place for place, one in enumerate(drafts) if not one.parent and one.outline is not None]
    if not open_:
        return list(drafts)
    inside = shapely.point_on_surface(np.array([drafts[place].outline for place in open_], dtype=object))
    codes = ground.divisions.deepest(shapely.get_x(inside), shapely.get_y(inside))
    found = list(drafts)
    for place, code in zip(open_, codes, strict=True):
        found[place] = replace(drafts[place], parent=code or "")
    return found


def _report(
    layer: str,
    drafts: Sequence[FeatureDraft],
    *,
    ground: Ground,
    landmarks: Sequence[Landmark],
    tolerances: Tolerances,
) -> Report | None:
    if layer == KnownLayer.UNIT_GRIDS:
        parents = ground.divisions.outlines
        outlines = rules.examinable(drafts, parent_of=lambda one: ground.deepest_drawn(one.code[:12]))
        return examined(outlines, parents=parents, landmarks=landmarks, tolerances=tolerances)
    areas = [one for one in drafts if one.outline is not None and one.outline.geom_type in _AREAS]
    if layer == KnownLayer.RESPONSIBILITY_GRIDS or (layer != KnownLayer.OVERLAYS and not areas):
        return None
    examinable = drafts if layer == KnownLayer.OVERLAYS else areas
    return examined(rules.examinable(examinable, parent_of=lambda _: None), tolerances=tolerances, may_overlap=True)


def _judgement(edition: NewEdition, *, ground: Ground, declared: Crs) -> Judgement | None:
    """Compare with the edition before, or else, for unit grids, with the divisions they belong to."""
    drawn = {one.code: one.outline for one in edition.drafts if one.outline is not None and one.outline.is_valid}
    held = edition_on(all_editions(), edition.layer, on=edition.from_on)
    if held is not None:
        twins = judged_by_twins(drawn, dict(zip(*outlines_of(held.pk), strict=True)), declared=declared)
        if twins is not None:
            return twins
    if edition.layer != KnownLayer.UNIT_GRIDS:
        return None
    outlines = ground.divisions.outlines
    parents = [outlines.get(ground.deepest_drawn(code[:12]) or "") for code in drawn]
    return judged_by_parents(list(drawn.values()), parents, declared=declared)


def _compared(edition: NewEdition, rows: Mapping[str, SnapshotRow]) -> dict[str, int]:
    """Count what is new, other, gone and the same beside the edition in force on the first day."""
    held = edition_on(all_editions(), edition.layer, on=edition.from_on)
    if held is None:
        return {"added": len(rows), "corrected": 0, "gone": 0, "unchanged": 0}
    before = {str(row[0]): row for row in feature_rows(held.pk)}
    is_other_kind = held.is_schematic != edition.is_schematic
    same = 0 if is_other_kind else sum(before.get(code) == row for code, row in rows.items())
    known = len(before.keys() & rows.keys())
    return {
        "added": len(rows) - known,
        "corrected": known - same,
        "gone": len(before) - known,
        "unchanged": same,
    }


def _effects(edition: NewEdition, *, on: date) -> Mapping[str, Mapping[str, int]]:
    before = city().ground(on=on)
    return registry.effects_of(lambda: Proposed(before=before, after=_proposed(before, edition), on=on))


def _proposed(ground: Ground, edition: NewEdition) -> Ground:
    """Return the ground as it would be with an edition; layers that place nothing leave it as it is."""
    drawn = [(one, one.outline) for one in edition.drafts if one.outline is not None]
    match edition.layer:
        case KnownLayer.UNIT_GRIDS:
            index = CellIndex([one.code for one, _ in drawn], [outline for _, outline in drawn])
            return replace(ground, cells=Cells(index=index, is_schematic=edition.is_schematic))
        case KnownLayer.RESPONSIBILITY_GRIDS:
            return replace(ground, group_of={cell: one.code for one in edition.drafts for cell in one.cells})
        case KnownLayer.OVERLAYS:
            return replace(ground, overlays=Overlays([(_overlay(one), outline) for one, outline in drawn]))
        case _:
            return ground


def _overlay(one: FeatureDraft) -> Overlay:
    return Overlay(
        code=one.code,
        kind=OverlayKind(one.kind),
        name_zh=one.name_zh,
        name_en=one.name_en,
        unit=one.unit,
        division=one.parent,
    )


def _cells_on(on: date) -> dict[str, shapely.Geometry]:
    held = edition_on(all_editions(), KnownLayer.UNIT_GRIDS, on=on)
    if held is None:
        raise NoUnitGrids(on=on.isoformat())
    return dict(zip(*outlines_of(held.pk), strict=True))


def _grounds_to_cut(on: date, *, cell_m: int | None, built_up: FileGiven | None, within: str) -> list[GroundToCut]:
    ground = city().ground(on=on)
    drawn = ground.divisions.outlines
    built = None if built_up is None else _whole(built_up)
    communities = Division.objects.filter(level=DivisionLevel.COMMUNITY.value).values_list("code", flat=True)
    return [
        GroundToCut(
            community=code,
            outline=drawn[code],
            area_class=ground.class_at(ground.paths[code]),
            built_up=built,
            cell_m=cell_m,
        )
        for code in sorted(communities)
        if code in drawn and (not within or within_area(ground.paths[code], [within]))
    ]


def _whole(given: FileGiven) -> shapely.Geometry:
    rows, _, _ = rows_of(given, needs_areas=True)
    return shapely.union_all([outline for _, _, outline in rows if outline is not None])
