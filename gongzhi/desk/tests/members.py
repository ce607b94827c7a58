"""Members at their desks: each has a browser, is signed in, and reads the same clock. The pages of it are in `web`."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from gongzhi.cases import queries as cases
from gongzhi.cases.queries import CaseRow
from gongzhi.kernel.actor import Actor
from gongzhi.kernel.ids import new_id
from gongzhi.people import operations
from gongzhi.people import queries as people
from gongzhi.people.rules import DEMO_PASSWORD
from gongzhi.testing.moves import MONDAY_9AM, member
from gongzhi.testing.pictures import photograph
from gongzhi.web.sessions import SEEN, SESSION

A_STEP = timedelta(minutes=5)


@dataclass
class Shift:
    """The clock on the wall, and how many sit at desks."""

    at: datetime = MONDAY_9AM + timedelta(hours=3)
    desks: int = 0

    def seat(self, post: str, unit: str | None = None, *, number: int = 0) -> Member:
        self.desks += 1
        return Member(self, f"desk {self.desks}", member(post, unit, number=number))

    def later(self) -> None:
        self.at += A_STEP


@dataclass
class Member:
    """A member at a desk, signed in as everybody is; who was away for long signs in again before going on."""

    shift: Shift
    desk: str
    actor: Actor
    language: str = "zh-hans"
    client: Client = field(default_factory=Client)
    session: UUID | None = None

    def get(self, path: str, **asked: str) -> Any:
        self.is_there()
        return self.client.get(path, asked, headers={"Accept-Language": self.language})

    def post(self, path: str, said: dict[str, Any] | None = None) -> Any:
        self.shift.later()
        self.is_there()
        return self.client.post(path, said or {}, headers={"Accept-Language": self.language})

    def is_there(self) -> None:
        """Sign in where the session is over, and be seen now."""
        at = self.shift.at
        if self.session is None or people.session(self.session, at=at) is None:
            account = people.member(UUID(self.actor.id), at=at).account
            name = "" if account is None else account.username or ""
            session = operations.sign_in(name, DEMO_PASSWORD, sender=self.desk, at=at)
            if not isinstance(session, UUID):
                raise AssertionError(f"{name} was not let in")
            self.session = session
            self.sits_in(self.actor)
        kept = self.client.session
        kept[SESSION], kept[SEEN] = str(self.session), int(at.timestamp())
        kept.save()

    def sits_in(self, actor: Actor) -> None:
        """Act in a post from now on."""
        found = people.session(self.session, at=self.shift.at) if self.session else None
        if found is not None and self.session is not None and found.actor != actor:
            seats = people.seats(found.account, at=self.shift.at)
            chosen = next(one for one in seats if one.actor() == actor)
            operations.take_seat(self.session, chosen.uid, at=self.shift.at)

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
