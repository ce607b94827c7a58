"""One address for each move of a case whose body names what the operation takes."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from ninja import Router

from gongzhi.api.cases import answer_case
from gongzhi.api.description import CHANGES_A_VERSION
from gongzhi.api.door import MemberRequest, decided
from gongzhi.api.shapes import In, PublicId
from gongzhi.api.shapes.cases import CaseOut
from gongzhi.cases.queries import CaseRow


def offer(
    router: Router,
    act: str,
    move: Callable[..., CaseRow],
    *,
    told: str,
    takes: type[In] | None = None,
    name: str | None = None,
) -> None:
    """Give a move its address `/cases/{case}/moves/{act}`: If-Match says what was seen, the answer is the case.

    Args:
        router: where the address belongs.
        act: its name in the lifecycle.
        move: the operation; it takes the fields of the body under their own names.
        told: what it does, for those who read the documentation.
        takes: the shape of the body; none for a move that needs no word.
        name: its name in the documentation where it is not the operation's.
    """

    def with_body(request: MemberRequest, response: HttpResponse, case: PublicId, said: In) -> CaseOut:
        return answer_case(move(case, **dict(said), **decided(request)), response=response)

    def without(request: MemberRequest, response: HttpResponse, case: PublicId) -> CaseOut:
        return answer_case(move(case, **decided(request)), response=response)

    answer: Callable[..., CaseOut] = without
    if takes is not None:
        with_body.__annotations__["said"] = takes
        answer = with_body
    answer.__name__, answer.__doc__ = name or move.__name__, told
    router.post(f"/cases/{{case}}/moves/{act}", response=CaseOut, openapi_extra=CHANGES_A_VERSION)(answer)
