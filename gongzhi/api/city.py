"""What the city is made of, open to everybody: catalogue, divisions, units."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from gongzhi.api import rules
from gongzhi.api.description import HAS_A_VERSION
from gongzhi.api.door import now
from gongzhi.api.shapes import Code, Degrees, geo, shown
from gongzhi.api.shapes import city as shapes
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.geo import Crs, to_point
from gongzhi.norms import queries as norms
from gongzhi.norms.rules import FilingConditionRow
from gongzhi.norms.states import ClassKind
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.places import queries as places
from gongzhi.places.states import AreaClass, DivisionLevel

router = Router(tags=["city"])


@router.get("/classes", response=list[shapes.ClassOut], openapi_extra=HAS_A_VERSION)
def list_classes(request: HttpRequest, response: HttpResponse, kind: ClassKind | None = None) -> list[shapes.ClassOut]:
    """List the classes of the catalogue that are in force today; the ETag is the edition of the norms."""
    response["ETag"] = rules.etag(norms.edition())
    found = norms.classes(on=local_date(now(), city().zone))
    return [shown(shapes.ClassOut, one) for one in found if kind is None or one.kind is kind]


@router.get("/conditions", response=list[shapes.ConditionOut], openapi_extra=HAS_A_VERSION)
def list_conditions(
    request: HttpRequest, response: HttpResponse, class_key: Code, area_class: AreaClass = AreaClass.ANY
) -> list[shapes.ConditionOut]:
    """List the conditions under which a matter of a class is filed today, by number; the ETag is the norms' edition."""
    response["ETag"] = rules.etag(norms.edition())
    norms.managed_class(class_key)
    today = local_date(now(), city().zone)
    return [_condition(one) for one in norms.filing_conditions(class_key, on=today, area_class=area_class)]


@router.get("/divisions", response=list[shapes.DivisionOut], openapi_extra=HAS_A_VERSION)
def list_divisions(
    request: HttpRequest, response: HttpResponse, level: DivisionLevel | None = None
) -> list[shapes.DivisionOut]:
    """List the divisions that are in force today, each after its parent; the ETag is their edition."""
    response["ETag"] = rules.etag(places.edition())
    found = places.divisions(on=local_date(now(), city().zone), level=level)
    return [shown(shapes.DivisionOut, one) for one in found]


@router.get("/divisions/{code}", response=shapes.DivisionOut)
def read_division(request: HttpRequest, code: Code) -> shapes.DivisionOut:
    """Read one division, in force or ended."""
    return shown(shapes.DivisionOut, places.division(code))


@router.get("/places/at", response=shapes.PlaceOut)
def locate_point(request: HttpRequest, lon: Degrees, lat: Degrees, crs: Crs = Crs.WGS84) -> shapes.PlaceOut:
    """Say in which division a point lies today."""
    point = to_point(lon, lat, crs=crs)
    located = places.locate(point, on=local_date(now(), city().zone))
    return shown(shapes.PlaceOut, located, point=geo(point))


@router.get("/units", response=list[shapes.UnitOut])
def list_units(request: HttpRequest) -> list[shapes.UnitOut]:
    """List the units that exist now."""
    return [shown(shapes.UnitOut, one, areas=list(one.areas)) for one in people.units(at=now())]


def _condition(one: FilingConditionRow) -> shapes.ConditionOut:
    hours = one.window
    return shown(
        shapes.ConditionOut,
        one,
        limit=one.limit.text,
        check_from=None if hours is None else hours.from_.isoformat("minutes"),
        check_until=None if hours is None else hours.until.isoformat("minutes"),
    )
