"""The city's settings, rules of dispatch, norms, calendars and divisions, kept on what was seen of them.

Each of them has an edition, the number of its last change: it is the ETag of what is read and the If-Match of a change.
"""

from __future__ import annotations

from datetime import date

import orjson
from django.http import HttpResponse
from ninja import Router

from gongzhi.api import city, rules
from gongzhi.api.administration import CHANGES
from gongzhi.api.description import HAS_A_VERSION
from gongzhi.api.door import MemberRequest, Token, decided, now
from gongzhi.api.shapes import Code, shown
from gongzhi.api.shapes import configuration as shapes
from gongzhi.api.shapes.times import Day
from gongzhi.calendars import operations as calendars
from gongzhi.calendars import queries as calendar_queries
from gongzhi.calendars.queries import CalendarRow
from gongzhi.calendars.states import STATUTORY
from gongzhi.dispatch import operations as dispatch
from gongzhi.dispatch import queries as dispatch_queries
from gongzhi.dispatch.rules import Rule
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.refusals import NotFound
from gongzhi.norms import operations as norms
from gongzhi.norms import queries as norm_queries
from gongzhi.norms.rules import FixedTime, StageLimitRow
from gongzhi.parameters import operations as parameters
from gongzhi.parameters import queries as parameter_queries
from gongzhi.parameters.labels import PARAMETERS
from gongzhi.parameters.rules import DECLARED
from gongzhi.places import operations as places
from gongzhi.places import queries as place_queries
from gongzhi.places.states import AreaClass

router = Router(tags=["configuration"], auth=Token())


@router.get("/parameters", response=shapes.ParametersOut, openapi_extra=HAS_A_VERSION)
def list_parameters(request: MemberRequest, response: HttpResponse) -> shapes.ParametersOut:
    """List the city's settings with the values in force now."""
    return _parameters(response)


@router.post("/parameters/{name}", response=shapes.ParametersOut, openapi_extra=CHANGES)
def set_parameter(
    request: MemberRequest, response: HttpResponse, name: Code, said: shapes.ParameterIn
) -> shapes.ParametersOut:
    """Set one of the city's settings from now on."""
    parameters.set_parameter(name, said.value, **decided(request))
    return _parameters(response)


@router.get("/dispatch-rules", response=shapes.RulesOut, openapi_extra=HAS_A_VERSION)
def list_dispatch_rules(request: MemberRequest, response: HttpResponse) -> shapes.RulesOut:
    """List the rules by which cases go to their units, those of other days included."""
    return show_rules(response)


@router.post("/dispatch-rules", response=shapes.RulesOut, openapi_extra=CHANGES)
def put_dispatch_rules(request: MemberRequest, response: HttpResponse, said: shapes.RulesIn) -> shapes.RulesOut:
    """Add or replace rules by their code, all or nothing; a rule ends by its `until_on`."""
    dispatch.put_rules([one.rule() for one in said.rules], **decided(request))
    return show_rules(response)


@router.post("/classes/load", response=shapes.LoadedOut, openapi_extra=CHANGES)
def load_catalogue(request: MemberRequest, response: HttpResponse, said: shapes.CatalogueIn) -> shapes.LoadedOut:
    """Bring classes into the catalogue, all or nothing; those that are there already stay as they are."""
    loaded = norms.load_catalogue(
        said.lines(), standard_ref=said.standard_ref, from_on=said.from_on, **decided(request)
    )
    return shown(shapes.LoadedOut, loaded, edition=_norms_edition(response))


@router.post("/conditions/put", response=shapes.EditionOut, openapi_extra=CHANGES)
def put_condition(request: MemberRequest, response: HttpResponse, said: shapes.ConditionIn) -> shapes.EditionOut:
    """Put a filing condition, or a later version of one, in force; the version before must have ended."""
    norms.put_condition(said.draft(), from_on=said.from_on, until_on=said.until_on, **decided(request))
    return shapes.EditionOut(edition=_norms_edition(response))


@router.post("/conditions/end", response=shapes.EditionOut, openapi_extra=CHANGES)
def end_condition(request: MemberRequest, response: HttpResponse, said: shapes.EndConditionIn) -> shapes.EditionOut:
    """End the open version of a filing condition."""
    norms.end_condition(said.code, until_on=said.until_on, **decided(request))
    return shapes.EditionOut(edition=_norms_edition(response))


@router.get("/stage-limits", response=shapes.StageLimitsOut, openapi_extra=HAS_A_VERSION)
def list_stage_limits(
    request: MemberRequest, response: HttpResponse, area_class: AreaClass = AreaClass.ANY
) -> shapes.StageLimitsOut:
    """List how long each stage may take today, in a class of area; the ETag is the edition of the norms."""
    edition = _norms_edition(response)  # first: what changes meanwhile must not come under an edition it is not of
    found = norm_queries.stage_limits(on=_today(), area_class=area_class)
    return shapes.StageLimitsOut(edition=edition, limits=[_stage_limit(one) for one in found])


@router.post("/stage-limits/put", response=shapes.EditionOut, openapi_extra=CHANGES)
def put_stage_limit(request: MemberRequest, response: HttpResponse, said: shapes.StageLimitIn) -> shapes.EditionOut:
    """Put the limit of a stage in force, everywhere or in one class of area."""
    norms.put_stage_limit(said.draft(), from_on=said.from_on, until_on=said.until_on, **decided(request))
    return shapes.EditionOut(edition=_norms_edition(response))


@router.post("/stage-limits/end", response=shapes.EditionOut, openapi_extra=CHANGES)
def end_stage_limit(request: MemberRequest, response: HttpResponse, said: shapes.EndStageLimitIn) -> shapes.EditionOut:
    """End the open version of a stage limit."""
    norms.end_stage_limit(said.stage, area_class=said.area_class, until_on=said.until_on, **decided(request))
    return shapes.EditionOut(edition=_norms_edition(response))


@router.get("/calendars", response=shapes.CalendarsOut, openapi_extra=HAS_A_VERSION)
def list_calendars(request: MemberRequest, response: HttpResponse) -> shapes.CalendarsOut:
    """List the calendars with their working hours."""
    edition = _calendars_edition(response)
    return shapes.CalendarsOut(edition=edition, calendars=[_calendar(one) for one in calendar_queries.calendars()])


@router.post("/calendars", response=shapes.CalendarsOut, openapi_extra=CHANGES)
def define_calendar(request: MemberRequest, response: HttpResponse, said: shapes.CalendarIn) -> shapes.CalendarsOut:
    """Define a calendar, or change the one of this name; defining the same again changes nothing."""
    calendars.define_calendar(
        said.key,
        name_zh=said.name_zh,
        name_en=said.name_en,
        seasons=said.drawn_seasons(),
        day_table=said.day_table,
        **decided(request),
    )
    return list_calendars(request, response)


@router.get("/calendars/days/{on}", response=shapes.DayOut, openapi_extra=HAS_A_VERSION)
def read_day(
    request: MemberRequest, response: HttpResponse, on: Day, day_table: shapes.CalendarKey = STATUTORY
) -> shapes.DayOut:
    """Read what is entered for a day."""
    return _day(on, day_table=day_table, response=response)


@router.post("/calendars/days", response=shapes.DayOut, openapi_extra=CHANGES)
def set_day(request: MemberRequest, response: HttpResponse, said: shapes.SetDayIn) -> shapes.DayOut:
    """Say what a day is: a holiday, or the workday that makes up for one."""
    calendars.set_day(
        said.on,
        said.kind,
        name_zh=said.name_zh,
        name_en=said.name_en,
        notice=said.notice,
        day_table=said.day_table,
        **decided(request),
    )
    return _day(said.on, day_table=said.day_table, response=response)


@router.post("/calendars/years/enter", response=shapes.EnteredOut, openapi_extra=CHANGES)
def enter_days(request: MemberRequest, response: HttpResponse, said: shapes.EnterDaysIn) -> shapes.EnteredOut:
    """Enter the days of some years that are not entered yet; they count as confirmed only when somebody compared."""
    entered = calendars.seed_days(said.years, library=said.source(), day_table=said.day_table, **decided(request))
    return shapes.EnteredOut(edition=_calendars_edition(response), entered=entered)


@router.post("/calendars/years/confirm", response=shapes.EditionOut, openapi_extra=CHANGES)
def confirm_years(request: MemberRequest, response: HttpResponse, said: shapes.ConfirmYearsIn) -> shapes.EditionOut:
    """Confirm that the days of years agree with a published notice; deadlines in them are certain from then on."""
    calendars.confirm_years(said.years, notice=said.notice, day_table=said.day_table, **decided(request))
    return shapes.EditionOut(edition=_calendars_edition(response))


@city.router.post(
    "/divisions", response=shapes.ImportedOut, openapi_extra=CHANGES, auth=Token(), tags=["configuration"]
)
def import_divisions(request: MemberRequest, response: HttpResponse, said: shapes.DivisionsIn) -> shapes.ImportedOut:
    """Take over divisions from GeoJSON, all or nothing; with `dry_run` only say what that would do."""
    text = orjson.dumps(said.divisions.model_dump(mode="json"))
    if said.dry_run:
        done = places.compare_geojson(text, crs=said.crs, **decided(request))
    else:
        done = places.import_geojson(text, source=said.source, crs=said.crs, **decided(request))
    edition = place_queries.edition()
    response["ETag"] = rules.etag(edition)
    return shown(shapes.ImportedOut, done, edition=edition)


def _today() -> date:
    return local_date(now(), parameter_queries.city().zone)


def _parameters(response: HttpResponse) -> shapes.ParametersOut:
    at, edition = now(), parameter_queries.edition()
    response["ETag"] = rules.etag(edition)
    shown_now = [
        shown(
            shapes.ParameterOut,
            one,
            label=str(PARAMETERS[one.name]),
            value=parameter_queries.parameter(one.name, at=at),
        )
        for one in DECLARED.values()
    ]
    return shapes.ParametersOut(edition=edition, parameters=shown_now)


def show_rules(response: HttpResponse) -> shapes.RulesOut:
    """Return the rules of dispatch with their edition as ETag."""
    edition = dispatch_queries.edition()
    response["ETag"] = rules.etag(edition)
    return shapes.RulesOut(edition=edition, rules=[_rule(one) for one in dispatch_queries.all_rules()])


def _rule(one: Rule) -> shapes.RuleOut:
    return shown(
        shapes.RuleOut,
        one,
        from_time=None if one.from_ is None else one.from_.isoformat("minutes"),
        until_time=None if one.until is None else one.until.isoformat("minutes"),
        from_on=one.from_on.isoformat(),
        until_on=None if one.until_on is None else one.until_on.isoformat(),
    )


def _norms_edition(response: HttpResponse) -> int:
    edition = norm_queries.edition()
    response["ETag"] = rules.etag(edition)
    return edition


def _stage_limit(one: StageLimitRow) -> shapes.StageLimitOut:
    own = one.time if isinstance(one.time, FixedTime) else None
    return shown(
        shapes.StageLimitOut,
        one,
        clock=None if own is None else own.clock.value,
        length_s=None if own is None else own.length_s,
        share_percent=None if isinstance(one.time, FixedTime) else one.time.percent,
    )


def _calendars_edition(response: HttpResponse) -> int:
    edition = calendar_queries.edition()
    response["ETag"] = rules.etag(edition)
    return edition


def _calendar(one: CalendarRow) -> shapes.CalendarOut:
    seasons = [
        shown(
            shapes.SeasonOut,
            season,
            periods=[
                shapes.WorkPeriodOut(
                    starts_at=period.starts_at.isoformat("minutes"), ends_at=period.ends_at.isoformat("minutes")
                )
                for period in season.periods
            ],
        )
        for season in one.seasons
    ]
    return shown(shapes.CalendarOut, one, seasons=seasons)


def _day(on: date, *, day_table: str, response: HttpResponse) -> shapes.DayOut:
    _calendars_edition(response)
    found = calendar_queries.day(on, day_table=day_table)
    if found is None:
        raise NotFound(thing="day", code=on.isoformat())
    return shown(
        shapes.DayOut,
        found,
        on=on.isoformat(),
        kind=found.kind.value,
        source=found.source.value,
        is_confirmed=found.confirmed,
    )
