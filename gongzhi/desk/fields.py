"""What can be said with a move: each kind of field, made for the thing at hand. `acts` chooses among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise

from gongzhi.cases import queries as cases
from gongzhi.cases import turns
from gongzhi.cases.queries import CaseRow
from gongzhi.desk import labels
from gongzhi.intake import queries as intake
from gongzhi.intake.queries import ReportRow
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.ids import is_id
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.norms import queries as norms
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.web.forms import CityInstant

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Label: TypeAlias = "str | _StrPromise"
FURTHEST = timedelta(days=3 * 366)
"""So far ahead somebody may set a limit; the longest hold is a year, and what lies beyond is a slip of the hand."""
FILES_SUFFIX = "-files"
"""A photograph that was sent is kept by its id; the files of a new upload come under the field's name with this."""


@dataclass(frozen=True, slots=True)
class About:
    """What a form is about, who fills it in and when, and whether they read English."""

    row: CaseRow | ReportRow
    by: Actor
    at: datetime
    english: bool

    @property
    def case(self) -> CaseRow:
        """The case that the form is about."""
        if not isinstance(self.row, CaseRow):
            raise TypeError("this form is about a report")
        return self.row


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its name, which is what the operation calls it, and how it is made."""

    name: str
    make: Callable[[About], forms.Field]


class PhotosWidget(forms.Widget):
    """Choose photographs; those that came with an earlier try stay chosen."""

    template_name = "desk/widgets/photos.html"
    needs_multipart_form = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return the ids that came in with the form."""
        del files
        return list(data.getlist(name)) if isinstance(data, MultiValueDict) else list(data.get(name, []))

    def format_value(self, value: Any) -> Any:
        """Return the ids as they are."""
        return value or []


class ScanWidget(PhotosWidget):
    """Choose one scanned sheet, a PDF or a picture."""

    template_name = "desk/widgets/scan.html"


class Photos(forms.Field):
    """Photographs by their ids; how many are needed the operation says."""

    widget = PhotosWidget

    def clean(self, value: Any) -> list[UUID]:
        """Return the ids that are ids at all."""
        return [UUID(one) for one in value or [] if is_id(one)]


class CaseByNumber(forms.CharField):
    """A case by its number or public id, among those that the reader may read."""

    def __init__(self, *, about: About, **said: Any) -> None:
        self._about = about
        super().__init__(**said)

    def clean(self, value: Any) -> CaseRow | None:
        """Return the case. Raises: ValidationError, the same for what is not there and what may not be read."""
        text = super().clean(value)
        if not text:
            return None
        try:
            row = cases.find(text.strip())
            cases.require_readable(row, by=self._about.by, at=self._about.at)
        except (NotFound, Refusal) as refused:
            raise forms.ValidationError(str(labels.FAULTS["no-such-case"])) from refused
        return row


def words(name: str = "words", *, label: Label = labels.WORDS, required: bool = True, rows: int = 3) -> Field:
    """Return a field for a few sentences."""
    widget = forms.Textarea(attrs={"rows": rows})
    return Field(name, lambda about: forms.CharField(label=label, required=required, widget=widget))


def line(name: str, *, label: Label, required: bool = False, longest: int = 120, kind: str = "text") -> Field:
    """Return a field for one line."""
    widget = forms.TextInput(attrs={"type": kind})
    return Field(name, lambda about: forms.CharField(label=label, required=required, max_length=longest, widget=widget))


def degrees(name: str, *, label: Label, required: bool = True) -> Field:
    """Return a field for a longitude or a latitude."""
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return Field(name, lambda about: forms.FloatField(label=label, required=required, widget=widget))


def tick(name: str, *, label: Label) -> Field:
    """Return a field to confirm something; left empty it says no, and the operation answers to that."""
    return Field(name, lambda about: forms.BooleanField(label=label, required=False))


def until(name: str, *, label: Label = labels.UNTIL) -> Field:
    """Return a field for an instant that somebody sets a limit by: none lies further away than any limit does."""
    return Field(name, lambda about: CityInstant(label=label, latest=about.at + FURTHEST))


def photos(name: str, *, label: Label = labels.PHOTOS) -> Field:
    """Return a field for photographs."""
    return Field(name, lambda about: Photos(label=label, required=False))


def case(name: str, *, label: Label) -> Field:
    """Return a field for another case."""
    return Field(name, lambda about: CaseByNumber(label=label, about=about))


def choice(
    name: str,
    states: Mapping[Any, str | Promise],
    *,
    label: Label,
    empty: Label | None = None,
) -> Field:
    """Return a field that chooses among labelled states; with `empty` none may be chosen."""
    spelled = {str(one): one for one in states}

    def make(about: About) -> forms.Field:
        del about
        options = [(str(one), text) for one, text in states.items()]
        if empty is not None:
            options.insert(0, ("", empty))
        return forms.TypedChoiceField(
            label=label, choices=options, coerce=spelled.__getitem__, required=empty is None, empty_value=None
        )

    return Field(name, make)


def unit(name: str = "unit_code", *, label: Label = labels.UNIT, empty: Label | None = None) -> Field:
    """Return a field that chooses a unit at work."""

    def make(about: About) -> forms.Field:
        named = [(one.code, one.name_en if about.english else one.name_zh) for one in people.units(at=about.at)]
        return _chosen(label, named, empty=empty)

    return Field(name, make)


def managed_class(name: str = "class_key", *, label: Label = labels.CLASS, empty: Label | None = None) -> Field:
    """Return a field that chooses a class of the catalogue, by its major class."""

    def make(about: About) -> forms.Field:
        grouped: dict[str, list[tuple[str, str]]] = {}
        for one in norms.classes(on=local_date(about.at, city().zone)):
            major, minor = (one.major_en, one.en) if about.english else (one.major_zh, one.zh)
            grouped.setdefault(major, []).append((one.key, f"{one.code} {minor}"))
        present = about.row.class_key
        return _chosen(label, list(grouped.items()), empty=empty, preset=present)

    return Field(name, make)


def condition(name: str = "condition_code") -> Field:
    """Return a field that chooses a filing condition of the case's class, with the limit it brings."""

    def make(about: About) -> forms.Field:
        row, today = about.case, local_date(about.at, city().zone)
        found = norms.filing_conditions(row.class_key, on=today, area_class=row.area_class) if row.class_key else []
        named = [(one.code, labels.condition_text(one, english=about.english)) for one in found]
        return _chosen(labels.CONDITION, named, preset=row.condition_code)

    return Field(name, make)


def assistance(name: str = "assistance") -> Field:
    """Return a field that chooses a request for help that nobody answered yet."""

    def make(about: About) -> forms.Field:
        names = {one.code: one.name_en if about.english else one.name_zh for one in people.units(at=about.at)}
        asked = [one for one in turns.assistances(about.case.uid) if one.answered_at is None]
        return _an_id(labels.ASSISTANCE, [(str(one.uid), names.get(one.unit, one.unit)) for one in asked])

    return Field(name, make)


def instruction(name: str = "instruction") -> Field:
    """Return a field that chooses an instruction on which nobody reported yet."""

    def make(about: About) -> forms.Field:
        given = [one for one in turns.instructions(about.case.uid) if one.reported_at is None]
        return _an_id(labels.INSTRUCTION, [(str(one.uid), labels.instant(one.report_due_at)) for one in given])

    return Field(name, make)


def objection(name: str = "case_id") -> Field:
    """Return a field that chooses an objection on which nobody decided yet, by the case it is about."""

    def make(about: About) -> forms.Field:
        made = [one for one in intake.objections_of(about.row.uid) if one.decided_at is None]
        return _an_id(labels.OBJECTION, [(str(one.case), labels.instant(one.made_at)) for one in made])

    return Field(name, make)


def _chosen(
    label: Label, options: Iterable[tuple[Any, Any]], *, empty: Label | None = None, preset: str = ""
) -> forms.Field:
    known = list(options)
    if empty is not None or len(known) != 1:
        known.insert(0, ("", "—" if empty is None else empty))
    return forms.ChoiceField(label=label, choices=known, required=empty is None, initial=preset)


def _an_id(label: Label, options: list[tuple[str, str]]) -> forms.Field:
    return forms.TypedChoiceField(label=label, choices=options, coerce=UUID)
