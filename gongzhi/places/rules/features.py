"""What stands on a layer, and what is asked of it before it is taken over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import shapely

from gongzhi.kernel.refusals import Refusal
from gongzhi.places.layers.tables import Cell, HeadingMissing, code_text, require_own_codes
from gongzhi.places.layers.topology import Outline
from gongzhi.places.states import BuildingPart, KnownLayer, OverlayKind

Told = str | int | bool | None | list[str]
FileRow = tuple[int, Mapping[str, Cell], shapely.Geometry | None]
"""A row of a file: its number there, its values, and its outline in CGCS2000."""

_MOST_NAMED: Final = 3
_COMMUNITY_DIGITS: Final = 12
_KEY: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
_GRID_CODE: Final = re.compile(r"\d{15}")
_BETWEEN_NAMES: Final = re.compile(r"[;；、|]")
_LONGEST: Final[Mapping[str, int]] = {"code": 64, "name": 150, "name_en": 150, "kind": 40, "parent": 64, "unit": 100}
_LONGEST_TOLD: Final = 500

USUAL_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("code", "代码", "编码", "标识码", "网格编码", "单元网格标识码", "责任网格编码", "adcode", "grid_code"),
    "name": ("name", "名称", "name_zh"),
    "name_en": ("name_en", "英文名称"),
    "kind": ("kind", "类型", "类别", "category"),
    "parent": ("parent", "上级", "上级代码", "所属", "社区代码", "community_code"),
    "unit": ("unit", "责任单位", "管理单位", "unit_code"),
    "also": ("also", "别名", "曾用名", "aliases"),
    "cell": ("cell", "单元网格", "单元网格编码", "cell_code"),
}
"""Our word for a column, and what sources usually call it."""


class LayerKeyUnusable(Refusal):
    """A layer's key is not small letters, digits and hyphens."""

    code = "layer-key-unusable"


class GridCodeFaulty(Refusal):
    """A unit grid's code is not fifteen digits."""

    code = "grid-code-faulty"


class GridWithoutCommunity(Refusal):
    """The first twelve digits of a unit grid name no community of the city."""

    code = "grid-without-community"


class FeatureNameMissing(Refusal):
    """A feature has no name where people look for it by name."""

    code = "feature-name-missing"


class FeaturePlaceMissing(Refusal):
    """A feature is not drawn where its place is what counts."""

    code = "feature-place-missing"


class FeatureValueTooLong(Refusal):
    """A value is longer than the layer keeps."""

    code = "feature-value-too-long"


class OverlayKindUnknown(Refusal):
    """An overlay area is of no kind that we know."""

    code = "overlay-kind-unknown"


class FeatureParentUnknown(Refusal):
    """A feature belongs to a division that the city does not have."""

    code = "feature-parent-unknown"


class BuildingPartUnknown(Refusal):
    """A feature on the layer of buildings is neither building nor floor nor room."""

    code = "building-part-unknown"


class BuildingPartLoose(Refusal):
    """A floor or a room lies in no building of the same file."""

    code = "building-part-loose"


class CellsUnknown(Refusal):
    """A responsibility grid names unit grids that the city does not have."""

    code = "responsibility-cells-unknown"


class CellTwice(Refusal):
    """One unit grid lies in two responsibility grids."""

    code = "responsibility-cell-twice"


class GroupAcrossCommunities(Refusal):
    """A responsibility grid has unit grids of two communities."""

    code = "responsibility-across-communities"


class GroupEmpty(Refusal):
    """A responsibility grid has no unit grid."""

    code = "responsibility-empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureDraft:
    """A feature as a source gives it.

    Attributes:
        number: its place in the file.
        kind: what it is, in the layer's words.
        parent: what it belongs to.
        unit: who answers for it.
        also: former and other names.
        outline: in CGCS2000, its corners in the order that any file would give; None where it is not drawn.
        cells: the unit grids of a responsibility grid, ascending.
        told: what else the source says.
    """

    code: str
    number: int
    name_zh: str = ""
    name_en: str = ""
    kind: str = ""
    parent: str = ""
    unit: str = ""
    also: tuple[str, ...] = ()
    outline: shapely.Geometry | None = None
    cells: tuple[str, ...] = ()
    told: Mapping[str, Told] = field(default_factory=dict)


def require_layer_key(key: str) -> None:
    """Refuse a key that cannot name a layer.

    Raises: LayerKeyUnusable.
    """
    if not _KEY.fullmatch(key):
        raise LayerKeyUnusable(layer=key)


def drafts_from_rows(rows: Sequence[FileRow], *, file: str, layer: str, named: Mapping[str, str]) -> list[FeatureDraft]:
    """Return the features that a file brings for a layer.

    Args:
        rows: of the file, in CGCS2000.
        file: its name, for the refusals.
        layer: which layer they are for.
        named: for some of our words, the column of the file; an empty one is not looked for.

    Raises: HeadingMissing, CodeMissing, CodeSpoiled, CodeTwice, FeatureValueTooLong.
    """
    columns = _columns([name for _, values, _ in rows[:1] for name in values], named=named, file=file)
    if "code" not in columns and layer in _CODED:
        raise HeadingMissing(file=file, heading="code", found=", ".join(name for _, one, _ in rows[:1] for name in one))
    if "cell" in columns and layer == KnownLayer.RESPONSIBILITY_GRIDS:
        return _grouped(rows, columns=columns)
    drafts = [_draft(number, values, outline, columns=columns) for number, values, outline in rows]
    if layer == KnownLayer.BUILDINGS:
        drafts = [replace(one, kind=one.kind or BuildingPart.BUILDING.value) for one in drafts]
    require_own_codes((one.code, one.name_zh or str(one.number), one.number) for one in drafts)
    return drafts


def column_of(ours: str, headings: Sequence[str], *, named: Mapping[str, str], file: str) -> str | None:
    """Return the column of a file that holds what we call by a word, or None where it has none.

    Raises: HeadingMissing for a column that was named and is not there.
    """
    if ours in named:
        if named[ours] and named[ours] not in headings:
            raise HeadingMissing(file=file, heading=named[ours], found=", ".join(headings))
        return named[ours] or None
    by_word = {heading.lower(): heading for heading in headings}
    return next((by_word[usual] for usual in USUAL_COLUMNS.get(ours, ()) if usual in by_word), None)


def require_sound(drafts: Sequence[FeatureDraft], *, layer: str, divisions: Mapping[str, str]) -> None:
    """Refuse features that cannot stand on their layer.

    Args:
        drafts: all features of the layer.
        layer: which layer.
        divisions: path of each division in force, by code.

    Raises: GridCodeFaulty, GridWithoutCommunity, FeatureNameMissing, FeaturePlaceMissing, OverlayKindUnknown,
        FeatureParentUnknown, BuildingPartUnknown, BuildingPartLoose.
    """
    _CHECKS.get(layer, _require_nothing)(drafts, divisions)


def with_cells(drafts: Sequence[FeatureDraft], *, cells: Mapping[str, shapely.Geometry]) -> list[FeatureDraft]:
    """Return responsibility grids with their unit grids, their outline and their community.

    Those that name their unit grids keep them; those that are drawn get the unit grids whose middle they hold.

    Args:
        drafts: responsibility grids.
        cells: the unit grids in force, by code.

    Raises: GroupEmpty, CellsUnknown, GroupAcrossCommunities, CellTwice.
    """
    inside = _cells_inside([one for one in drafts if not one.cells and one.outline is not None], cells)
    taken: dict[str, str] = {}
    found = []
    for one in drafts:
        own = one.cells or tuple(inside.get(one.code, ()))
        _require_group(one, own, cells=cells, taken=taken)
        whole = shapely.union_all([cells[code] for code in own])
        found.append(replace(one, cells=own, parent=own[0][:_COMMUNITY_DIGITS], outline=whole))
    return found


def examinable(drafts: Iterable[FeatureDraft], *, parent_of: Callable[[FeatureDraft], str | None]) -> list[Outline]:
    """Return features as the topology report takes them."""
    return [Outline(code=one.code, geometry=one.outline, number=one.number, parent=parent_of(one)) for one in drafts]


_CODED: Final = frozenset(
    {KnownLayer.UNIT_GRIDS, KnownLayer.RESPONSIBILITY_GRIDS, KnownLayer.OVERLAYS, KnownLayer.BUILDINGS}
)


def _columns(headings: Sequence[str], *, named: Mapping[str, str], file: str) -> dict[str, str]:
    found = {ours: column_of(ours, headings, named=named, file=file) for ours in USUAL_COLUMNS}
    return {ours: column for ours, column in found.items() if column is not None}


def _draft(
    number: int, values: Mapping[str, Cell], outline: shapely.Geometry | None, *, columns: Mapping[str, str]
) -> FeatureDraft:
    def text(ours: str) -> str:
        value = values.get(columns[ours]) if ours in columns else None
        said = "" if value is None else str(value).strip()
        if len(said) > _LONGEST.get(ours, _LONGEST_TOLD):
            raise FeatureValueTooLong(row=number, column=columns[ours], most=_LONGEST.get(ours, _LONGEST_TOLD))
        return said

    code = code_text(values.get(columns["code"]), number=number) if "code" in columns else str(number)
    if len(code) > _LONGEST["code"]:
        raise FeatureValueTooLong(row=number, column=columns["code"], most=_LONGEST["code"])
    parent = text("parent")
    used = set(columns.values())
    return FeatureDraft(
        code=code,
        number=number,
        name_zh=text("name"),
        name_en=text("name_en"),
        kind=text("kind"),
        parent=code_text(values[columns["parent"]], number=number) if parent else "",
        unit=text("unit"),
        also=tuple(name.strip() for name in _BETWEEN_NAMES.split(text("also")) if name.strip()),
        outline=None if outline is None else shapely.normalize(outline),
        told={name: _told(value) for name, value in values.items() if name not in used and value is not None},
    )


def _told(value: Cell) -> Told:
    """Return a value as the record can spell it: numbers with a fraction as text."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else repr(value)
    return value[:_LONGEST_TOLD] if isinstance(value, str) else value


def _grouped(rows: Sequence[FileRow], *, columns: Mapping[str, str]) -> list[FeatureDraft]:
    """Gather a table with one unit grid per row into responsibility grids."""
    groups: dict[str, list[FeatureDraft]] = {}
    cells: dict[str, list[str]] = {}
    for number, values, _ in rows:
        one = _draft(number, values, None, columns=columns)
        groups.setdefault(one.code, []).append(replace(one, told={}))
        cells.setdefault(one.code, []).append(code_text(values.get(columns["cell"]), number=number))
    return [replace(those[0], cells=tuple(sorted(cells[code]))) for code, those in groups.items()]


def _require_group(
    one: FeatureDraft, own: Sequence[str], *, cells: Mapping[str, shapely.Geometry], taken: dict[str, str]
) -> None:
    if not own:
        raise GroupEmpty(grid=one.code)
    unknown = [code for code in own if code not in cells]
    if unknown:
        raise CellsUnknown(grid=one.code, cells=len(unknown), first=unknown[0])
    others = sorted({code[:_COMMUNITY_DIGITS] for code in own})
    if len(others) > 1:
        raise GroupAcrossCommunities(grid=one.code, communities=", ".join(others[:_MOST_NAMED]))
    for code in own:
        if code in taken:
            raise CellTwice(cell=code, grid=one.code, other=taken[code])
        taken[code] = one.code


def _cells_inside(drawn: Sequence[FeatureDraft], cells: Mapping[str, shapely.Geometry]) -> dict[str, list[str]]:
    """Return for each drawn group the unit grids whose middle it holds."""
    if not drawn:
        return {}
    codes = sorted(cells)
    outlines = np.empty(len(codes), dtype=object)
    outlines[:] = [cells[code] for code in codes]
    groups = np.empty(len(drawn), dtype=object)
    groups[:] = [one.outline for one in drawn]
    places, holders = shapely.STRtree(groups).query(shapely.point_on_surface(outlines), predicate="intersects")
    found: dict[str, list[str]] = {}
    for place, holder in zip(places.tolist(), holders.tolist(), strict=True):
        found.setdefault(drawn[holder].code, []).append(codes[place])
    return {code: sorted(own) for code, own in found.items()}


def _require_sound_grids(drafts: Sequence[FeatureDraft], divisions: Mapping[str, str]) -> None:
    for one in drafts:
        if not _GRID_CODE.fullmatch(one.code):
            raise GridCodeFaulty(grid=one.code, row=one.number)
    homeless = [one.code for one in drafts if one.code[:_COMMUNITY_DIGITS] not in divisions]
    if homeless:
        raise GridWithoutCommunity(grid=homeless[0], community=homeless[0][:_COMMUNITY_DIGITS], grids=len(homeless))


def _require_sound_overlays(drafts: Sequence[FeatureDraft], divisions: Mapping[str, str]) -> None:
    _require_sound_names(drafts, divisions)
    for one in drafts:
        if one.kind not in set(OverlayKind):
            raise OverlayKindUnknown(overlay=one.code, kind=one.kind, known=", ".join(OverlayKind))


def _require_sound_names(drafts: Sequence[FeatureDraft], divisions: Mapping[str, str]) -> None:
    for one in drafts:
        if not one.name_zh:
            raise FeatureNameMissing(feature=one.code, row=one.number)
        if one.parent and one.parent not in divisions:
            raise FeatureParentUnknown(feature=one.code, parent=one.parent)


def _require_sound_buildings(drafts: Sequence[FeatureDraft], divisions: Mapping[str, str]) -> None:
    for one in drafts:
        if one.kind not in set(BuildingPart):
            raise BuildingPartUnknown(feature=one.code, kind=one.kind, known=", ".join(BuildingPart))
    part_of = {one.code: BuildingPart(one.kind) for one in drafts}
    for one in drafts:
        if part_of[one.code] is BuildingPart.BUILDING:
            if one.outline is None:
                raise FeaturePlaceMissing(feature=one.code, row=one.number)
            if one.parent and one.parent not in divisions:
                raise FeatureParentUnknown(feature=one.code, parent=one.parent)
        elif one.parent not in part_of or part_of[one.parent].depth >= part_of[one.code].depth:
            raise BuildingPartLoose(feature=one.code, kind=one.kind, parent=one.parent)


def _require_nothing(drafts: Sequence[FeatureDraft], divisions: Mapping[str, str]) -> None:
    """A layer of the city's own asks for nothing but codes of its own."""


_CHECKS: Final[Mapping[str, Callable[[Sequence[FeatureDraft], Mapping[str, str]], None]]] = {
    KnownLayer.UNIT_GRIDS: _require_sound_grids,
    KnownLayer.OVERLAYS: _require_sound_overlays,
    KnownLayer.BUILDINGS: _require_sound_buildings,
    KnownLayer.NAMES: _require_sound_names,
}
