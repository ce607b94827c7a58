"""Members at their desks: each has a browser, is signed in, and reads the same clock. Signing in is tested in `web`."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.test import Client

from gongzhi.cases import queries as cases
from gongzhi.cases.queries import CaseRow
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.ids import new_id
from gongzhi.people.queries import SessionRow
from gongzhi.testing.moves import MONDAY_9AM, member
from gongzhi.testing.pictures import photograph

A_STEP = timedelta(minutes=5)


@dataclass
class Shift:
    """The clock on the wall, and who sits at which desk."""

    at: datetime = MONDAY_9AM + timedelta(hours=3)
    seated: dict[str, SessionRow] = field(default_factory=dict)

    def signed_in(self, request: HttpRequest, *, at: datetime) -> SessionRow | None:
        return self.seated.get(request.headers.get("X-Desk", ""))

    def seat(self, post: str, unit: str | None = None, *, number: int = 0) -> Member:
        actor = member(post, unit, number=number)
        desk = str(len(self.seated) + 1)
        self.seated[desk] = SessionRow(
            uid=new_id(),
            account=new_id(),
            username=desk,
            member=UUID(actor.id),
            number=f"D{desk}",
            name="",
            from_at=self.at,
            until_at=self.at + timedelta(hours=12),
            actor=actor,
            unit_zh="本单位",
            unit_en="our unit",
            must_change_password=False,
            version=1,
        )
        return Member(self, desk, actor)

    def later(self) -> None:
        self.at += A_STEP


@dataclass
class Member:
    """A member at a desk."""

    shift: Shift
    desk: str
    actor: Actor
    language: str = "zh-hans"
    client: Client = field(default_factory=Client)

    def get(self, path: str, **asked: str) -> Any:
        return self.client.get(path, asked, headers={"X-Desk": self.desk, "Accept-Language": self.language})

    def post(self, path: str, said: dict[str, Any] | None = None) -> Any:
        self.shift.later()
        return self.client.post(path, said or {}, headers={"X-Desk": self.desk, "Accept-Language": self.language})

    def reads(self, path: str, **asked: str) -> str:
        answer = self.get(path, **asked)
        assert answer.status_code == 200, (path, answer.status_code, text_of(answer))
        return text_of(answer)

    def tries(self, case: CaseRow, act: str, *, seen: int | None = None, photos: str = "", **said: Any) -> Any:
        """Send the form of a move, with a photograph in the field `photos` where one is named."""
        given: dict[str, Any] = {"seen": case.version if seen is None else seen, **said}
        if photos:
            given[f"{photos}-files"] = picture()
        return self.post(f"/desk/cases/{case.uid}/moves/{act}/", given)

    def moves(self, case: CaseRow, act: str, **said: Any) -> CaseRow:
        answer = self.tries(case, act, **said)
        assert answer.status_code == 302, (act, answer.status_code, text_of(answer))
        return cases.case(case.uid)


def picture() -> io.BytesIO:
    """Return a photograph that is unlike any other, as a browser sends it."""
    sent = io.BytesIO(photograph(new_id().bytes))
    sent.name = "现场.jpg"
    return sent


def text_of(answer: Any) -> str:
    """Return what a page says, without its tags."""
    page = answer.content.decode() if not answer.streaming else ""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
