"""The city's ground: places by their names, layers, who answers for a place, and matters near a border."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from gongzhi.api import rules
from gongzhi.api.description import CHANGES_A_VERSION, HAS_A_VERSION
from gongzhi.api.door import MemberRequest, Token, decided, now
from gongzhi.api.shapes import Degrees, PublicId, Words, geo, shown
from gongzhi.api.shapes import ground as shapes
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.clock import local_date
from gongzhi.kernel.geo import Crs, to_point
from gongzhi.parameters.queries import city
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter
from gongzhi.places import operations, queries
from gongzhi.places.queries import BorderRow
from gongzhi.places.rules import Located

router = Router(tags=["ground"])
CHANGES = {**CHANGES_A_VERSION, **HAS_A_VERSION}

Typed = Annotated[Words, Field(min_length=1, max_length=64, description="the beginning of a name, or a part of it")]
Path = Annotated[Words, Field(max_length=255, description="path of the only division to look in")]
Most = Annotated[int, Field(ge=1, le=50)]


@router.get("/places/search", response=list[shapes.FoundPlaceOut])
def search_places(request: HttpRequest, q: Typed, within: Path = "", most: Most = 20) -> list[shapes.FoundPlaceOut]:
    """Find places by how their names begin and by pairs of characters, in what the city has on file today."""
    found = queries.search(q, on=local_date(now(), city().zone), within=within, most=most)
    return [shown(shapes.FoundPlaceOut, one, point=geo(one.point)) for one in found]


@router.get("/layers", response=list[shapes.LayerOut], openapi_extra=HAS_A_VERSION)
def list_layers(request: HttpRequest, response: HttpResponse) -> list[shapes.LayerOut]:
    """List the layers of the city's ground with their editions; the ETag is the edition of the ground."""
    response["ETag"] = rules.etag(queries.edition())
    return [
        shown(
            shapes.LayerOut,
            layer,
            editions=[shown(shapes.EditionOfLayerOut, one, from_on=one.from_on.isoformat()) for one in layer.editions],
        )
        for layer in queries.layers()
    ]


@router.get("/places/responsible", response=shapes.AnsweringOut, auth=Token())
def list_responsible(request: MemberRequest, lon: Degrees, lat: Degrees, crs: Crs = Crs.WGS84) -> shapes.AnsweringOut:
    """Say who answers for a place today. For staff only: it names people."""
    at = now()
    return show_answering(queries.locate(to_point(lon, lat, crs=crs), on=local_date(at, city().zone)), at=at)


def show_answering(located: Located, *, at: datetime) -> shapes.AnsweringOut:
    """Return who answers for a place, with the people who hold the posts at an instant."""
    overlay = located.overlay
    return shapes.AnsweringOut(
        grid=located.grid,
        responsibility_grid=located.responsibility_grid,
        people=[shown(shapes.ResponsibleOut, one) for one in queries.responsible_people(located.responsible, at=at)],
        overlay=None if overlay is None else overlay.code,
        overlay_name=None if overlay is None else overlay.name_zh,
        overlay_unit=None if overlay is None else overlay.unit,
    )


@router.get("/borders/{border}", response=shapes.BorderOut, openapi_extra=HAS_A_VERSION, auth=Token())
def read_border(request: MemberRequest, response: HttpResponse, border: PublicId) -> shapes.BorderOut:
    """Read which divisions see a matter near a border, who acts, and to whom it counts. It has the matter's id."""
    row = queries.border(border)
    require_to_see(row, by=request.auth, at=now())
    return _border(row, response=response)


@router.post("/borders/{border}/receive", response=shapes.BorderOut, openapi_extra=CHANGES, auth=Token())
def receive_border(
    request: MemberRequest, response: HttpResponse, border: PublicId, said: shapes.ReceiveIn
) -> shapes.BorderOut:
    """Receive a matter near a border for a division that sees it: whoever does so first acts."""
    return _border(operations.receive(border, area=said.area, **decided(request)), response=response)


@router.post("/borders/{border}/settle", response=shapes.BorderOut, openapi_extra=CHANGES, auth=Token())
def settle_border(
    request: MemberRequest, response: HttpResponse, border: PublicId, said: shapes.SettleIn
) -> shapes.BorderOut:
    """Rule to which division a matter near a border counts; who acts does not change."""
    row = operations.settle(border, area=said.area, grounds=said.grounds, **decided(request))
    return _border(row, response=response)


def _border(row: BorderRow, *, response: HttpResponse) -> shapes.BorderOut:
    response["ETag"] = rules.etag(row.version)
    return show_border(row)


def show_border(row: BorderRow) -> shapes.BorderOut:
    """Return which divisions see a matter."""
    return shown(shapes.BorderOut, row, areas=[shown(shapes.BorderAreaOut, one) for one in row.areas])


def require_to_see(row: BorderRow, *, by: Actor, at: datetime) -> None:
    """Refuse whoever may not read the matter itself. Raises: NotAppointed, NotPermitted."""
    kind = row.subject.partition(":")[0]
    beyond = tuple(one.area for one in row.areas)
    people.require(by, f"{kind}.read", Matter(area=row.home, beyond=beyond), at=at)
