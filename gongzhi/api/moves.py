"""Every move of a case, one address each, named as in the lifecycle. If-Match carries the version that was seen."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from gongzhi.api.cases import answer_case
from gongzhi.api.description import CHANGES_A_VERSION
from gongzhi.api.door import MemberRequest, Token, decided
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


@router.post("/cases/{case}/moves/classify", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def classify_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.ClassifyIn) -> CaseOut:
    """Choose the class of the catalogue."""
    row = cases.classify_case(case, class_key=said.class_key, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/verify", response={201: VisitOut}, openapi_extra=CHANGES_A_VERSION)
def order_verification(request: MemberRequest, response: HttpResponse, case: PublicId) -> VisitOut:
    """Send somebody to look before the case is accepted; the answer is the visit."""
    row = visits.order_verification(case, **decided(request))
    return answer_visit(row, response=response)


@router.post("/cases/{case}/moves/accept", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def accept_case(request: MemberRequest, response: HttpResponse, case: PublicId) -> CaseOut:
    """Accept what a collector saw."""
    row = cases.accept_case(case, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/not_accept", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def not_accept_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.GroundsIn) -> CaseOut:
    """Do not accept the matter, with grounds that the reporter will read."""
    row = cases.not_accept_case(case, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/file", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def file_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.FileIn) -> CaseOut:
    """File the case: it gets its number, condition and limit."""
    row = cases.file_case(case, condition_code=said.condition_code, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/dispatch", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def dispatch_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.DispatchIn) -> CaseOut:
    """Give the case to the unit that was chosen, or to the one that the rules name; the clock starts."""
    if said.unit_code is None:
        row = dispatch.dispatch_by_rule(case, **decided(request))
    else:
        row = cases.dispatch_case(case, unit_code=said.unit_code, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/acknowledge", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def acknowledge_case(request: MemberRequest, response: HttpResponse, case: PublicId) -> CaseOut:
    """The unit has seen the case and takes it."""
    row = cases.acknowledge_case(case, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/submit_result", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def submit_result(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.ResultIn) -> CaseOut:
    """The handler has solved it and shows the place afterwards; photographs are uploaded first."""
    row = cases.submit_result(case, after_photos=said.after_photos, words=said.words, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/confirm_result", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def confirm_result(request: MemberRequest, response: HttpResponse, case: PublicId) -> CaseOut:
    """The unit confirms its handler's result: its clock stops."""
    row = cases.confirm_result(case, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/send_to_check", response={201: VisitOut}, openapi_extra=CHANGES_A_VERSION)
def order_check(request: MemberRequest, response: HttpResponse, case: PublicId) -> VisitOut:
    """Have the result checked on the spot, at hours in which the matter shows itself; the answer is the visit."""
    row = visits.order_check(case, **decided(request))
    return answer_visit(row, response=response)


@router.post("/cases/{case}/moves/pass_from_desk", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def pass_from_desk(request: MemberRequest, response: HttpResponse, case: PublicId) -> CaseOut:
    """Pass a result whose filing condition needs no visit."""
    row = cases.pass_from_desk(case, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/send_back", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def send_back(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.GroundsIn) -> CaseOut:
    """Send a result back to its unit for rework."""
    row = cases.send_back(case, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/close", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def close_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.CloseIn) -> CaseOut:
    """Close the case; its timing is settled."""
    row = cases.close_case(case, closing_confirmed=said.closing_confirmed, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/refuse_closing", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def refuse_closing(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.GroundsIn) -> CaseOut:
    """Do not close what was passed; it goes back to its unit."""
    row = cases.refuse_closing(case, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)


@router.post("/cases/{case}/moves/void", response=CaseOut, openapi_extra=CHANGES_A_VERSION)
def void_case(request: MemberRequest, response: HttpResponse, case: PublicId, said: shapes.GroundsIn) -> CaseOut:
    """Cancel a case that is none."""
    row = cases.void_case(case, grounds=said.grounds, **decided(request))
    return answer_case(row, response=response)
