"""`gongzhi places …` and `gongzhi norms …`: the city's ground and its norms, out of files and into them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gongzhi.people.states import Post
from gongzhi.places.states import DivisionLevel, KnownLayer, PlateEnding

if TYPE_CHECKING:
    from gongzhi.kernel.actor import Actor
    from gongzhi.norms.operations import NormPlan
    from gongzhi.places.layers.topology import Landmark, Report
    from gongzhi.places.operations import DivisionPlan, FileGiven, LayerPlan

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_DAY = click.DateTime(formats=["%Y-%m-%d"])
_LEVELS = tuple(level.value for level in DivisionLevel)
_FINDINGS_SHOWN = 20
_ERRORS_FOUND = 1
_SYSTEM_HELP = "Its coordinate system: cgcs2000, wgs84, gcj02, bd09, EPSG:4527, or `own` for what the file says itself."
_LAYER_HELP = f"{', '.join(_LEVELS)}, {', '.join(KnownLayer)}, or a name of the city's own."
_FROM_HELP = "The first day on which it holds.  [default: today]"
_JSON_HELP = "One JSON object instead of words."

Wanted = Callable[..., Any]


@click.group()
def places() -> None:
    """Keep the city's ground: divisions, unit grids, overlay areas, buildings, names."""


def _file_options(command: Wanted) -> Wanted:
    """Give a command the options that say how a file is to be read."""
    options = (
        click.argument("file", type=EXISTING_FILE),
        click.option("--layer", required=True, help=_LAYER_HELP),
        click.option("--system", "system", required=True, help=_SYSTEM_HELP),
        click.option("--part", default="", help="Which layer or sheet of the file, where it has several."),
        click.option("--column", "columns", multiple=True, metavar="OURS=THEIRS", help=_COLUMN_HELP),
        click.option("--heading-row", type=click.IntRange(1), default=1, help="Where a table has its headings."),
        click.option("--from", "from_on", type=_DAY, help=_FROM_HELP),
        click.option("--above", help="For divisions: the code of the one division that all of them lie in."),
        click.option("--schematic", is_flag=True, help="The layer was drawn, not surveyed."),
        click.option("--landmarks", type=EXISTING_FILE, help="Points known to lie in the city, in the same system."),
        click.option("--overlap-m", type=float, help="From which width on shared ground is an error.  [default: 5]"),
        click.option("--json", "as_json", is_flag=True, help=_JSON_HELP),
    )
    for option in reversed(options):
        command = option(command)
    return command


_COLUMN_HELP = "What the file calls code, name, kind, parent, unit, also, cell, lon, lat or wkt; may be repeated."


@places.command("import")
@_file_options
@click.option("--name", "name_zh", default="", help="Chinese name of a new layer of the city's own.")
@click.option("--name-en", default="", help="English name of a new layer of the city's own.")
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
def import_file(name_zh: str, name_en: str, dry_run: bool, as_json: bool, **said: Any) -> None:
    """Take over FILE as a layer or as divisions, all or nothing, after saying what that does."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.places import operations, queries

    seen = queries.edition()
    plan = _planned(**said)
    _tell(plan, as_json=as_json)
    plan.require_sound()
    if dry_run:
        return
    decided: dict[str, Any] = {"seen": seen, "by": _terminal(), "at": wall_clock()}
    if isinstance(plan, operations.DivisionPlan):
        operations.import_planned_divisions(plan, **decided)
    else:
        operations.import_layer(plan, name_zh=name_zh, name_en=name_en, **decided)


@places.command()
@_file_options
def report(as_json: bool, **said: Any) -> None:
    """Say what is wrong with FILE as a layer, errors before warnings; exit with 1 when there are errors."""
    plan = _planned(**said)
    _tell(plan, as_json=as_json)
    judgement = plan.judgement
    if (plan.report is not None and plan.report.errors) or (judgement is not None and judgement.is_elsewhere):
        raise click.exceptions.Exit(_ERRORS_FOUND)


@places.command("make-grid")
@click.option("--cell-m", type=click.IntRange(10, 5000), help="Side of the cells.  [default: by class of area]")
@click.option("--built-up", type=EXISTING_FILE, help="Areas; only the ground in them is cut.")
@click.option("--system", default="cgcs2000", show_default=True, help="The coordinate system of --built-up.")
@click.option("--within", default="", help="Path of the only division whose communities are cut.")
@click.option("--group", type=click.IntRange(1, 999), help="Group them into responsibility grids of about so many.")
@click.option("--from", "from_on", type=_DAY, help=_FROM_HELP)
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
@click.option("--json", "as_json", is_flag=True, help=_JSON_HELP)
def make_grid(
    cell_m: int | None,
    built_up: Path | None,
    system: str,
    within: str,
    group: int | None,
    from_on: datetime | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Cut the communities into schematic unit grids (示意), where no surveyed ones are in force."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.places import operations, queries

    today, first = _days(from_on)
    ground = None if built_up is None else _given(built_up, system=system)
    plan = operations.plan_made_grid(from_on=first, on=today, cell_m=cell_m, built_up=ground, within=within)
    _tell(plan, as_json=as_json)
    if dry_run:
        return
    operations.import_layer(plan, seen=queries.edition(), by=_terminal(), at=wall_clock())
    if group is not None:
        grouped = operations.plan_made_groups(about=group, from_on=first, on=today)
        _tell(grouped, as_json=as_json)
        operations.import_layer(grouped, seen=queries.edition(), by=_terminal(), at=wall_clock())


@places.command("end")
@click.argument("layer")
@click.option("--from", "from_on", type=_DAY, help="The first day on which it holds no longer.  [default: today]")
def end_layer(layer: str, from_on: datetime | None) -> None:
    """Let LAYER hold no longer; what stood on it before stays on record."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.places import operations, queries

    _, first = _days(from_on)
    operations.end_layer(layer, from_on=first, seen=queries.edition(), by=_terminal(), at=wall_clock())


@places.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--within", default="", help="Path of the only division to look in.")
@click.option("--limit", type=click.IntRange(1, 50), default=20, show_default=True, help="How many at most.")
def search(words: tuple[str, ...], within: str, limit: int) -> None:
    """Find places by WORDS: the beginning of a name, or a part of it."""
    from gongzhi.places import queries

    today, _ = _days(None)
    for one in queries.search(" ".join(words), on=today, within=within, most=limit):
        point = "" if one.point is None else f"{one.point.lon:.7f},{one.point.lat:.7f}"
        click.echo("  ".join([one.name, f"{one.layer}/{one.kind}", one.code, one.within, point]).rstrip())


@places.command("layers")
def list_layers() -> None:
    """List the layers with their editions."""
    from gongzhi.places import queries

    for layer in queries.layers():
        click.echo(f"{layer.key}  {layer.name_zh}  {layer.name_en}")
        for one in layer.editions:
            schematic = "示意" if one.is_schematic else ""
            click.echo(f"  {one.number}  {one.from_on}  {one.features}  {one.source}  {schematic}".rstrip())


@places.command("assign")
@click.argument("grid")
@click.option("--post", required=True, help="The post that answers for it.")
@click.option("--unit", required=True, help="The code of its unit.")
@click.option("--member", "number", help="The staff number of the one member who does.  [default: all in the post]")
@click.option("--from", "from_on", type=_DAY, help=_FROM_HELP)
@click.option("--instead", is_flag=True, help="End what others do for it on that day.")
def assign(grid: str, post: str, unit: str, number: str | None, from_on: datetime | None, instead: bool) -> None:
    """Let a post, or a member in it, answer for the responsibility grid GRID."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.people import queries as people
    from gongzhi.places import operations, queries
    from gongzhi.places.rules import Keeper

    _, first = _days(from_on)
    member = None if number is None else people.member_uid(number)
    keeper = Keeper(grid=grid, post=post, unit=unit, member=member, from_on=first)
    operations.put_duties(
        [keeper],
        ended=[grid] if instead else [],
        from_on=first,
        seen=queries.duties_edition(),
        by=_terminal(),
        at=wall_clock(),
    )


@places.group("codes")
def place_codes() -> None:
    """Keep the place codes 位置码: the QR plates at stops, gates, shops, sites and inside buildings."""


@place_codes.command("import")
@click.argument("file", type=EXISTING_FILE)
def import_codes(file: Path) -> None:
    """Issue the place codes in FILE (CSV); what is issued already just as it stands stays so."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.places import operations
    from gongzhi.places.rules.codes import read_plates

    today, _ = _days(None)
    drafts = read_plates(file.read_bytes(), file=file.name)
    issued = operations.issue_codes(drafts, on=today, by=_terminal(), at=wall_clock())
    for one in issued:
        click.echo(f"{one.code}  {one.words}")


@place_codes.command("export")
@click.argument("file", type=NEW_FILE)
@click.option("--within", default="", help="Path of the only division whose codes are wanted.")
@click.option("--address", "base", default="", help="What stands before /c/CODE/ on the plates, such as https://host.")
def export_codes(file: Path, within: str, base: str) -> None:
    """Write the place codes into FILE (CSV), those that ended included; an import takes it back."""
    from gongzhi.places import queries
    from gongzhi.places.rules.codes import written_plates

    rows = queries.all_plates(area=within)
    file.write_bytes(written_plates(queries.exported_plates(rows, base=base.rstrip("/"))))
    click.echo(f"{file}  {len(rows)}")


@place_codes.command("end")
@click.argument("code")
@click.option("--reason", required=True, type=click.Choice([one.value for one in PlateEnding]), help="Why it ends.")
def end_code(code: str, reason: str) -> None:
    """End the place code CODE: whoever scans it from now on is told so. It is never given out again."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.places import operations, queries

    row = queries.plate(code)
    operations.end_code(row.code, reason=PlateEnding(reason), seen=row.version, by=_terminal(), at=wall_clock())


@click.group()
def norms() -> None:
    """Keep the norms: what is filed, how long it may take, who answers, by which law."""


@norms.command("import")
@click.argument("file", type=EXISTING_FILE)
@click.option("--standard", "standard_ref", help="The standard whose codes it uses.  [default: the city's]")
@click.option("--sheet", default="", help="Which sheet a text file holds; of a workbook, the only one to read.")
@click.option("--from", "from_on", type=_DAY, help=_FROM_HELP)
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
@click.option("--json", "as_json", is_flag=True, help=_JSON_HELP)
def import_norms(
    file: Path, standard_ref: str | None, sheet: str, from_on: datetime | None, dry_run: bool, as_json: bool
) -> None:
    """Take over the filing conditions in FILE (XLSX or CSV in the columns of practice), all or nothing."""
    from gongzhi.kernel.clock import wall_clock
    from gongzhi.norms import operations, queries
    from gongzhi.parameters.queries import city

    _, first = _days(from_on)
    seen = queries.edition()
    plan = operations.plan_norms(
        file.read_bytes(),
        file=file.name,
        standard_ref=standard_ref or city().standard_ref,
        from_on=first,
        sheet=sheet,
    )
    _tell_norms(plan, as_json=as_json)
    if not dry_run:
        operations.import_norms(plan, seen=seen, by=_terminal(), at=wall_clock())


@norms.command("export")
@click.argument("file", type=NEW_FILE)
@click.option("--standard", "standard_ref", help="The standard whose conditions are wanted.  [default: the city's]")
@click.option("--sheet", default="", help="Which sheet a text file shall hold.")
@click.option("--on", "on", type=_DAY, help="The day on which they hold.  [default: today]")
def export_norms(file: Path, standard_ref: str | None, sheet: str, on: datetime | None) -> None:
    """Write the filing conditions into FILE: a workbook (.xlsx), or one sheet as a text file (.csv)."""
    from gongzhi.norms import queries, sheets
    from gongzhi.parameters.queries import city

    _, day = _days(on)
    rows = queries.exported(on=day, standard_ref=standard_ref or city().standard_ref)
    if file.suffix.lower() == ".xlsx":
        content = sheets.workbook_of(rows)
    elif sheet in rows:
        content = sheets.text_of(rows[sheet])
    else:
        raise click.UsageError(f"a text file holds one sheet; say which with --sheet: {', '.join(rows)}")
    file.write_bytes(content)
    click.echo(f"{file}  {sum(map(len, rows.values())) if file.suffix.lower() == '.xlsx' else len(rows[sheet])}")


def _planned(
    *,
    file: Path,
    layer: str,
    system: str,
    part: str,
    columns: Iterable[str],
    heading_row: int,
    from_on: datetime | None,
    above: str | None,
    schematic: bool,
    landmarks: Path | None,
    overlap_m: float | None,
) -> LayerPlan | DivisionPlan:
    from gongzhi.places import operations
    from gongzhi.places.layers.topology import USUAL_TOLERANCES, Tolerances

    today, first = _days(from_on)
    given = _given(file, system=system, part=part, columns=_named(columns), heading_row=heading_row)
    tolerances = USUAL_TOLERANCES if overlap_m is None else Tolerances(overlap_m=overlap_m)
    known = [] if landmarks is None else _landmarks(landmarks, system=system)
    if layer in _LEVELS:
        return operations.plan_divisions(
            given,
            level=DivisionLevel(layer),
            from_on=first,
            on=today,
            above=above,
            landmarks=known,
            tolerances=tolerances,
        )
    return operations.plan_layer(
        given,
        layer=layer,
        from_on=first,
        on=today,
        is_schematic=schematic,
        landmarks=known,
        tolerances=tolerances,
    )


def _given(file: Path, *, system: str, **more: Any) -> FileGiven:
    from gongzhi.places.layers.systems import declared
    from gongzhi.places.operations import FileGiven

    return FileGiven(content=file.read_bytes(), file=file.name, system=declared(system), **more)


def _named(columns: Iterable[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in columns]
    if any(not equals for _, equals, _ in pairs):
        raise click.UsageError("write --column OURS=THEIRS, such as --column code=GRIDCODE")
    return {ours: theirs for ours, _, theirs in pairs}


def _landmarks(file: Path, *, system: str) -> list[Landmark]:
    from gongzhi.kernel.geo import Point
    from gongzhi.places.layers.readers import read_layer
    from gongzhi.places.layers.systems import declared
    from gongzhi.places.layers.topology import Landmark

    read = read_layer(file.read_bytes(), file=file.name, system=declared(system))
    return [
        Landmark(name=str(one.number), point=Point.from_degrees(one.geometry.x, one.geometry.y))
        for one in read.features
        if one.geometry is not None and one.geometry.geom_type == "Point"
    ]


def _days(said: datetime | None) -> tuple[date, date]:
    """Return today in the city, and the day that was said or else today."""
    from gongzhi.kernel.clock import local_date, wall_clock
    from gongzhi.parameters.queries import city

    today = local_date(wall_clock(), city().zone)
    return today, today if said is None else said.date()


def _tell(plan: LayerPlan | DivisionPlan, *, as_json: bool) -> None:
    from gongzhi.places.operations import DivisionPlan

    if isinstance(plan, DivisionPlan):
        counts = {name: getattr(plan.imported, name) for name in ("added", "corrected", "ended", "unchanged")}
    else:
        counts = {name: getattr(plan, name) for name in ("added", "corrected", "gone", "unchanged")}
    if as_json:
        click.echo(json.dumps({**counts, **_as_json(plan)}, ensure_ascii=False))
        return
    _tell_counts(counts)
    _tell_report(plan.report)
    for note, concerned in plan.notes.items():
        click.echo(f"  {_in_words('LAYER_NOTES', note)}  {concerned or ''}".rstrip())
    _tell_effects(plan.effects)


def _as_json(plan: LayerPlan | DivisionPlan) -> dict[str, object]:
    found = plan.report
    judgement = plan.judgement
    return {
        "errors": 0 if found is None else sum(count for kind, count in found.counts.items() if kind.is_error),
        "findings": {} if found is None else {kind.value: count for kind, count in found.counts.items()},
        "notes": {note.value: count for note, count in plan.notes.items()},
        "fits": None if judgement is None else judgement.best.crs.value,
        "effects": {name: dict(counts) for name, counts in plan.effects.items()},
    }


def _tell_norms(plan: NormPlan, *, as_json: bool) -> None:
    counts = {name: getattr(plan, name) for name in ("added", "replaced", "ended", "unchanged")}
    if as_json:
        told = {name: dict(numbers) for name, numbers in plan.effects.items()}
        click.echo(json.dumps({**counts, "classes": len(plan.lines), "effects": told}, ensure_ascii=False))
        return
    _tell_counts({**counts, "classes": len(plan.lines)})
    _tell_effects(plan.effects)


def _tell_counts(counts: Mapping[str, int]) -> None:
    from gongzhi.jobs.ground_labels import COUNTS

    click.echo("  ".join(f"{COUNTS[name]} {count}" for name, count in counts.items()))


def _tell_report(found: Report | None) -> None:
    """Tell the findings, errors first, each with a place on the ground."""
    from gongzhi.jobs.ground_labels import LINES

    if found is None:
        return
    for kind, count in found.counts.items():
        click.echo(f"  {LINES['error' if kind.is_error else 'warning']}  {_in_words('FINDINGS', kind)}  {count}")
    for one in found.findings[:_FINDINGS_SHOWN]:
        at = "" if one.place is None else f"{one.place.lon:.6f},{one.place.lat:.6f}"
        size = "" if one.size_m is None else f"{one.size_m:g} m"
        click.echo(f"    {_in_words('FINDINGS', one.kind)}  {', '.join(one.codes)}  {size}  {at}".rstrip())


def _tell_effects(effects: Mapping[str, Mapping[str, int]]) -> None:
    from gongzhi.jobs.ground_labels import LINES

    for name, counts in effects.items():
        told = "  ".join(f"{what} {count}" for what, count in counts.items())
        click.echo(f"  {LINES['effects']}  {name}: {told}")


def _in_words(table: str, code: object) -> str:
    from gongzhi.places import labels

    return str(getattr(labels, table)[code])


def _terminal() -> Actor:
    """Return the person at the terminal: whoever can start this program administers the system."""
    from gongzhi.kernel.actor import Actor, ActorKind

    return Actor(id="terminal", kind=ActorKind.MACHINE, post=Post.SYSTEM_ADMINISTRATOR)


COMMANDS = (places, norms)
