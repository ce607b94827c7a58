"""What every map of ours stands on: the grey ground of our own outlines, and the frame in which a page holds a map."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from gongzhi.kernel.clock import local_date, wall_clock
from gongzhi.parameters.queries import city_or_none, has_tables
from gongzhi.places import queries as places
from gongzhi.places.queries import BaseMap

_KEPT_FOR_S = 300


@dataclass(frozen=True, slots=True)
class Frame:
    """A map as a page holds it, before any script runs.

    Attributes:
        bounds: west, south, east, north of the city; empty where nothing is drawn.
        credit: whose map it is and its approval number 审图号, as the installation states it.
        is_schematic: whether any outline on it is drawn and not surveyed.
    """

    bounds: str
    credit: str
    is_schematic: bool


def frame() -> Frame:
    """Return the frame of a map of this city."""
    found = _ground()
    if found is None or found.bounds is None:
        return Frame("", settings.GONGZHI_MAP_CREDIT, is_schematic=False)
    box = found.bounds
    sides = ",".join(f"{one:.4f}" for one in (box.west, box.south, box.east, box.north))
    return Frame(sides, settings.GONGZHI_MAP_CREDIT, found.is_schematic)


def _mark(request: HttpRequest) -> str | None:
    del request
    found = _ground()
    return None if found is None else f'"{found.mark}"'


@require_safe
@gzip_page
@condition(etag_func=_mark)
def ground(request: HttpRequest) -> HttpResponse:
    """Send the outlines on which every map is drawn. Raises: Http404 before there is a city."""
    del request
    found = _ground()
    if found is None:
        raise Http404
    answer = HttpResponse(found.content, content_type="application/geo+json")
    answer["Cache-Control"] = f"public, max-age={_KEPT_FOR_S}"
    return answer


def _ground() -> BaseMap | None:
    city = city_or_none() if has_tables() else None
    return None if city is None else places.base_map(on=local_date(wall_clock(), city.zone))
