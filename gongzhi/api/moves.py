"""Every move of a case, one address each, named as in the lifecycle. If-Match carries the version that was seen."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from gongzhi.api.cases import answer_case
from gongzhi.api.description import CHANGES_A_VERSION
from gongzhi.api.door import MemberRequest, Token, decided
from gongzhi.api.offers import offer
from gongzhi.api.shapes import PublicId
from gongzhi.api.shapes import cases as shapes
from gongzhi.api.shapes.cases import CaseOut
from gongzhi.api.shapes.visits import VisitOut
from gongzhi.api.visits import answer_visit
from gongzhi.cases import operations as cases
from gongzhi.dispatch import operations as dispatch
from gongzhi.intake import operations as intake
from gongzhi.visits import operations as visits

router = Router(tags=["moves"], auth=Token())


@router.post("/cases/{case}/moves/locate", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def locate_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.LocateIn) -> CaseOut:
    """Put the case on the map, or correct its place."""
    change = decided(request)
    place = intake.place_at(said.lon, said.lat, crs=said.crs, at=change["at"], error_m=said.position_error_m)
    return answer_case(cases.locate_case(case, place=place, **change), response=response)


offer(router, "classify", cases.classify_case, takes=shapes.ClassifyIn, told="Choose the class of the catalogue.")


@router.post("/cases/{case}/moves/verify", response={201: VisitOut}, openapi_extra=CHANGES_A_VERSION)
def order_verification(request: MemberRequest, response: HttpResponse, case: PublicId) -> VisitOut:
    """Send somebody to look before the case is accepted; the answer is the visit."""
    row = visits.order_verification(case, **decided(request))
    return answer_visit(row, response=response)


offer(router, "accept", cases.accept_case, told="Accept what a collector saw.")
offer(
    router,
    "not_accept",
    cases.not_accept_case,
    takes=shapes.GroundsIn,
    told="Do not accept the matter, with grounds that the reporter will read.",
)
offer(
    router, "file", cases.file_case, takes=shapes.FileIn, told="File the case: it gets its number, condition and limit."
)


@router.post("/cases/{case}/moves/dispatch", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def dispatch_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.DispatchIn) -> CaseOut:
    """Give the case to the unit that was chosen, or to the one that the rules name; the clock starts."""
    if said.unit_code is None:
        row = dispatch.dispatch_by_rule(case, **decided(request))
    else:
        row = cases.dispatch_case(case, unit_code=said.unit_code, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


offer(router, "acknowledge", cases.acknowledge_case, told="The unit has seen the case and takes it.")
offer(
    router,
    "submit_result",
    cases.submit_result,
    takes=shapes.ResultIn,
    told="The handler has solved it and shows the place afterwards; photographs are uploaded first.",
)
offer(router, "confirm_result", cases.confirm_result, told="The unit confirms its handler's result: its clock stops.")


@router.post("/cases/{case}/moves/send_to_check", response={201: VisitOut}, openapi_extra=CHANGES_A_VERSION)
def order_check(request: MemberRequest, response: HttpResponse, case: PublicId) -> VisitOut:
    """Have the result checked on the spot, at hours in which the matter shows itself; the answer is the visit."""
    row = visits.order_check(case, **decided(request))
    return answer_visit(row, response=response)


offer(router, "pass_from_desk", cases.pass_from_desk, told="Pass a result whose filing condition needs no visit.")
offer(router, "send_back", cases.send_back, takes=shapes.GroundsIn, told="Send a result back to its unit for rework.")
offer(router, "close", cases.close_case, takes=shapes.CloseIn, told="Close the case; its timing is settled.")
offer(
    router,
    "refuse_closing",
    cases.refuse_closing,
    takes=shapes.GroundsIn,
    told="Do not close what was passed; it goes back to its unit.",
)
offer(router, "void", cases.void_case, takes=shapes.GroundsIn, told="Cancel a case that is none.")
