"""Divisions of one level out of a file of any kind: read, judged, compared, and then taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

import shapely

from gongzhi.kernel.actor import Actor
from gongzhi.kernel.geo import Crs
from gongzhi.places import registry
from gongzhi.places.layers.frames import Judgement, judged_by_borders, judged_by_twins, require_declared_system
from gongzhi.places.layers.raw import Note
from gongzhi.places.layers.topology import USUAL_TOLERANCES, Landmark, Outline, Report, Tolerances, examined
from gongzhi.places.models import Division
from gongzhi.places.operations.divisions import Imported, compared_divisions, import_divisions
from gongzhi.places.operations.planning import FileGiven, require_no_errors, rows_of
from gongzhi.places.queries.ground import city, city_of
from gongzhi.places.rules import DivisionDraft
from gongzhi.places.rules.division_files import division_drafts
from gongzhi.places.rules.features import FileRow
from gongzhi.places.rules.ground import Proposed
from gongzhi.places.states import DivisionLevel

_NOTHING: Final = Imported(added=0, corrected=0, ended=0, unchanged=0)
_NO_EFFECTS: Final[Mapping[str, Mapping[str, int]]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionPlan:
    """What taking over the divisions of a level would do.

    Attributes:
        imported: what would be added, corrected, ended and left.
        report: what the topology report found; None where nothing is drawn.
        judgement: how the declared coordinate system fits what is known; None where nothing could be compared.
        notes: what the reader left out or filled in.
        effects: what it would change for open matters, by what is counted.
    """

    level: DivisionLevel
    source: str
    drafts: tuple[DivisionDraft, ...]
    imported: Imported
    report: Report | None
    judgement: Judgement | None
    notes: Mapping[Note, int]
    effects: Mapping[str, Mapping[str, int]]

    def require_sound(self) -> None:
        """Refuse divisions in which the report found errors, or that lie in another system than was declared.

        Raises: LayerInAnotherSystem, LayerShifted, LayerHasErrors.
        """
        require_declared_system(self.judgement)
        require_no_errors(self.report, layer=self.level.value)


def plan_divisions(
    given: FileGiven,
    *,
    level: DivisionLevel,
    from_on: date,
    on: date,
    above: str | None = None,
    landmarks: Sequence[Landmark] = (),
    tolerances: Tolerances = USUAL_TOLERANCES,
) -> DivisionPlan:
    """Read the divisions of a level from a file, judge them, and say what taking them over would do.

    A table without any column for the place lists divisions without outlines.

    Args:
        given: the file.
        level: of all divisions in it.
        from_on: the first day on which new ones hold; known ones keep theirs.
        on: today, for the effects.
        above: code of the one division that all of them lie in, where neither a column nor their codes say it.
        landmarks: places known to lie in the city, for finding where its shore is cut off.
        tolerances: of the topology report.

    Raises: HeadingMissing, CodeMissing, CodeSpoiled, CodeTwice; what reading a file and `import_divisions` raise.
    """
    rows, notes, _ = rows_of(given, needs_areas=False)
    drafts = _as_known(
        division_drafts(rows, level=level, from_on=from_on, file=given.file, named=given.columns, above=above)
    )
    report = _report(drafts, rows, on=from_on, landmarks=landmarks, tolerances=tolerances)
    judgement = _judgement(drafts, rows, on=from_on, declared=given.declared)
    imported, effects = _NOTHING, _NO_EFFECTS
    if report is None or not report.errors:
        imported, wanted = compared_divisions(drafts, crs=Crs.CGCS2000)
        effects = _effects(wanted, on=max(on, from_on))
    return DivisionPlan(
        level=level,
        source=given.file,
        drafts=tuple(drafts),
        imported=imported,
        report=report,
        judgement=judgement,
        notes=notes,
        effects=effects,
    )


def import_planned_divisions(plan: DivisionPlan, *, seen: int, by: Actor, at: datetime) -> Imported:
    """Take over planned divisions, all or nothing.

    Raises: LayerInAnotherSystem, LayerShifted, LayerHasErrors, and what `import_divisions` raises.
    """
    plan.require_sound()
    return import_divisions(plan.drafts, source=plan.source, crs=Crs.CGCS2000, seen=seen, by=by, at=at)


def _as_known(drafts: Sequence[DivisionDraft]) -> list[DivisionDraft]:
    """Keep of known divisions what a file of this kind does not say: their days, and their English name."""
    known = {one.code: one for one in Division.objects.filter(code__in=[one.code for one in drafts])}
    return [
        replace(
            one,
            from_on=known[one.code].from_on,
            until_on=known[one.code].until_on,
            name_en=one.name_en or known[one.code].name_en,
        )
        if one.code in known
        else one
        for one in drafts
    ]


def _report(
    drafts: Sequence[DivisionDraft],
    rows: Sequence[FileRow],
    *,
    on: date,
    landmarks: Sequence[Landmark],
    tolerances: Tolerances,
) -> Report | None:
    outlines = [
        Outline(code=one.code, geometry=outline, number=number, parent=one.parent)
        for one, (number, _, outline) in zip(drafts, rows, strict=True)
    ]
    if all(one.geometry is None for one in outlines):
        return None
    parents = city().ground(on=on).divisions.outlines
    return examined(outlines, parents=parents, landmarks=landmarks, tolerances=tolerances)


def _judgement(
    drafts: Sequence[DivisionDraft], rows: Sequence[FileRow], *, on: date, declared: Crs
) -> Judgement | None:
    """Compare with the known outlines of the same codes, or else with the borders of the level above."""
    drawn = {
        one.code: outline
        for one, (_, _, outline) in zip(drafts, rows, strict=True)
        if outline is not None and shapely.is_valid(outline)
    }
    known = city().ground(on=on).divisions.outlines
    twins = judged_by_twins(drawn, known, declared=declared)
    if twins is not None or not drawn:
        return twins
    above = {one.parent for one in drafts if one.parent in known}
    return judged_by_borders(
        list(drawn.values()), [known[code] for code in sorted(filter(None, above))], declared=declared
    )


def _effects(wanted: Sequence[Division], *, on: date) -> Mapping[str, Mapping[str, int]]:
    before, after = city(), city_of(wanted)
    return registry.effects_of(lambda: Proposed(before=before.ground(on=on), after=after.ground(on=on), on=on))
