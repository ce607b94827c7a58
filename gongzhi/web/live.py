"""The live stream: one broadcaster follows the record's position, every open stream gets what is new.

Server-sent events. The id of an event is its position, so a reader that lost the line resumes where it stopped. An
event tells that something changed and what; whoever wants the details asks the API. A reader hears of exactly what the
API would let them read at this moment: of the cases, reports and visits within their sight, or of the whole record.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from asgiref.sync import sync_to_async
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, parse_cookie
from django.utils import translation

from gongzhi.audit import queries as audit
from gongzhi.audit.registry import EntryRow
from gongzhi.cases import queries as cases
from gongzhi.intake import queries as intake
from gongzhi.kernel.clock import wall_clock
from gongzhi.kernel.refusals import Refusal
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter, NotPermitted, Sight
from gongzhi.people.states import Post
from gongzhi.visits import queries as visits
from gongzhi.web.problems import MEDIA_TYPE, problem_details
from gongzhi.web.rules import MethodNotAllowed, RequestUnreadable, StoreUnready, TokenMissing

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

POLL_S = 0.5
LONGEST_WAIT_S = 30.0
KEEP_ALIVE_S = 15.0
AT_ONCE = 200
MOST_UNREAD = 2000

LISTEN = "live.listen"
READ_RECORD = "record.read"
LISTENERS = tuple(
    (post, LISTEN)
    for post in (
        Post.ACCEPTOR,
        Post.SHIFT_LEADER,
        Post.DISPATCHER,
        Post.DEPARTMENT_DESK,
        Post.HANDLER,
        Post.CHECKER,
        Post.COLLECTOR,
        Post.LEADER,
        Post.EVALUATOR,
        Post.AUDIT_ADMINISTRATOR,
    )
)
"""Who listens: the posts that work on cases or judge that work, and the one that watches over the record."""
READ: Mapping[str, str] = {"case": "case.read", "report": "report.read", "visit": "visit.read"}
"""The kinds of streams that work on cases consists of, each with the power to read it; the others are for who may read
the whole record."""
MATTERS: Mapping[str, Callable[[Iterable[UUID]], Mapping[UUID, Matter]]] = {
    "case": cases.matters_of,
    "report": intake.matters_of,
    "visit": visits.matters_of,
}
POWERS = frozenset({"account", "member", "unit", "config"})
"""The kinds of streams in which powers come and go: after news of them every reader is asked for their token again."""

log = logging.getLogger("gongzhi.web.live")


NOWHERE = Matter()


@dataclass(frozen=True, slots=True)
class News:
    """One entry as the stream tells it, and where the matter of it lies now."""

    position: int
    stream: str
    type: str
    seq: int
    matter: Matter = NOWHERE

    @property
    def kind(self) -> str:
        """What kind of stream it is in."""
        return self.stream.partition(":")[0]

    def as_event(self) -> bytes:
        """Return the server-sent event."""
        told = json.dumps({"stream": self.stream, "type": self.type, "version": self.seq})
        return f"id: {self.position}\nevent: change\ndata: {told}\n\n".encode()


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who may listen: to the whole record, or to each kind of work as far as they may read it."""

    hears_all: bool = False
    sights: Mapping[str, Sight] = field(default_factory=dict)

    def hears(self, news: News) -> bool:
        """Whether this news is for this listener."""
        sight = self.sights.get(news.kind)
        return self.hears_all or (sight is not None and sight.reaches(news.matter))


@dataclass
class Broadcaster:
    """Reads the record once for all streams, as long as somebody listens."""

    reached: int = 0
    queues: set[asyncio.Queue[News]] = field(default_factory=set)
    _task: asyncio.Task[None] | None = None
    _joining: asyncio.Lock = field(default_factory=asyncio.Lock)

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[asyncio.Queue[News]]:
        """Join the audience for as long as the block runs, or until too much lies unread."""
        queue: asyncio.Queue[News] = asyncio.Queue(maxsize=MOST_UNREAD)
        async with self._joining:
            if self._task is None or self._task.done():
                if not self.queues:  # whoever listens already has a claim to everything after `reached`
                    self.reached = await _asked(_last_position)
                self._task = asyncio.create_task(self._follow())
            self.queues.add(queue)
        try:
            yield queue
        finally:
            self.queues.discard(queue)

    async def _follow(self) -> None:
        """Hand out what is new until nobody listens; when the record cannot be read, wait longer and try again."""
        wait_s = POLL_S
        while self.queues:
            try:
                fresh = await _asked(_news_after, self.reached)
            except DatabaseError as fault:
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
                log.warning("the record cannot be read (%s): trying again in %.0f s", type(fault).__name__, wait_s)
            else:
                wait_s = POLL_S
                self._hand_out(fresh)
            await asyncio.sleep(wait_s)

    def _hand_out(self, fresh: Iterable[News]) -> None:
        for news in fresh:
            self.reached = news.position
            for queue in list(self.queues):
                if queue.full():
                    self.queues.discard(queue)  # too slow: its stream ends, and the reader resumes by position
                else:
                    queue.put_nowait(news)


broadcaster = Broadcaster()


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer `GET /live`: 400, 401, 403, 405 or 503 for who is not let in, otherwise events.

    They end when the reader leaves, is too slow, or may read other things than before, and when the record cannot be
    read while they begin. `Last-Event-ID` (a header) resumes after that position.
    """
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if not _is_addressed_to_us(scope, headers):
        await refuse(send, scope, RequestUnreadable(), HTTPStatus.BAD_REQUEST)
        return
    if scope["method"] != "GET":
        await refuse(send, scope, MethodNotAllowed(method=scope["method"]), HTTPStatus.METHOD_NOT_ALLOWED)
        return
    authorization = headers.get("authorization", "")
    if (listener := await _admitted(send, scope, authorization)) is None:
        return
    after = _position(headers.get("last-event-id", ""))
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", b"text/event-stream; charset=utf-8"),
                (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"),
            ],
        }
    )
    left = asyncio.ensure_future(_until_gone(receive))
    try:
        try:
            await _tell(send, left, listener, authorization=authorization, after=after)
        except DatabaseError as fault:
            log.warning("a stream ends, for the record cannot be read (%s)", type(fault).__name__)
        if not left.done():
            await send({"type": "http.response.body", "body": b""})
    finally:
        left.cancel()


def _is_addressed_to_us(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether the request names a host under which we answer; Django decides, as for every other address."""
    name, port = scope.get("server") or ("", None)
    request = HttpRequest()
    request.META = {"SERVER_NAME": name, "SERVER_PORT": str(port or "")}
    if "host" in headers:
        request.META["HTTP_HOST"] = headers["host"]
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True


async def _admitted(send: Send, scope: Scope, authorization: str) -> Listener | None:
    """Return who listens with this token; None once it was refused."""
    try:
        listener = await _asked(_listener, authorization)
    except NotPermitted as refusal:
        await refuse(send, scope, refusal, HTTPStatus.FORBIDDEN)
        return None
    except DatabaseError as fault:
        log.warning("a token cannot be checked (%s)", type(fault).__name__)
        await refuse(send, scope, StoreUnready(), HTTPStatus.SERVICE_UNAVAILABLE)
        return None
    if listener is None:
        await refuse(send, scope, TokenMissing(), HTTPStatus.UNAUTHORIZED)
    return listener


async def _tell(
    send: Send, left: asyncio.Future[None], listener: Listener, *, authorization: str, after: int | None
) -> None:
    clock = asyncio.get_running_loop().time
    async with broadcaster.listen() as queue:
        asked_at = clock()
        told = await _catch_up(send, listener, after)
        while queue in broadcaster.queues:
            news = await _next(queue, left, patience_s=max(0.0, asked_at + KEEP_ALIVE_S - clock()))
            if left.done():
                return
            is_time = clock() >= asked_at + KEEP_ALIVE_S
            if is_time or (news is not None and news.kind in POWERS):
                if not await _may_stay(listener, authorization):
                    return
                asked_at = clock()
            if is_time:  # whoever hears little learns how far the record is, and resumes from there
                await _send(send, f"id: {told}\n: here\n\n".encode())
            if news is not None and news.position > told:
                told = news.position
                if listener.hears(news):
                    await _send(send, news.as_event())


async def _next(queue: asyncio.Queue[News], left: asyncio.Future[None], *, patience_s: float) -> News | None:
    """Return the next news; None when the reader left or patience ran out first."""
    getter = asyncio.ensure_future(queue.get())
    waited: set[asyncio.Future[Any]] = {getter, left}
    await asyncio.wait(waited, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
    if getter.done():
        return getter.result()
    getter.cancel()
    return None


async def _catch_up(send: Send, listener: Listener, after: int | None) -> int:
    """Send what a returning reader missed; return the position reached."""
    last = await _asked(_last_position)
    if after is None or after > last:
        await _send(send, f"id: {last}\nevent: here\ndata: {{}}\n\n".encode())
        return last
    reached = after
    while reached < last:
        missed = await _asked(_news_after, reached)
        if not missed:
            break
        for news in missed:
            if listener.hears(news):
                await _send(send, news.as_event())
        reached = missed[-1].position
    return reached


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def refuse(send: Send, scope: Scope, refusal: Refusal, status: HTTPStatus) -> None:
    """Answer that this is not allowed or not possible, as problem details in the reader's language."""
    with translation.override(_language_of(scope)):
        body = json.dumps(problem_details(refusal, status=status, path=scope["path"])).encode()
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    if status is HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b'Bearer realm="gongzhi"'))
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _language_of(scope: Scope) -> str:
    """Return the language that a request asks for; Django decides, as for every other address."""
    request = HttpRequest()
    said = dict(scope["headers"])
    request.META["HTTP_ACCEPT_LANGUAGE"] = said.get(b"accept-language", b"").decode("latin-1")
    request.COOKIES = parse_cookie(said.get(b"cookie", b"").decode("latin-1"))
    return translation.get_language_from_request(request)


def _position(said: str) -> int | None:
    """Return the position that a `Last-Event-ID` names; None when it names none that could be."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 18 else None


async def _may_stay(listener: Listener, authorization: str) -> bool:
    """Whether the reader's token is still good for what it hears; while nobody can tell, nothing is read either."""
    try:
        return await _asked(_listener, authorization) == listener
    except NotPermitted:
        return False
    except DatabaseError as fault:
        log.warning("a token cannot be checked (%s): checking again later", type(fault).__name__)
        return True


async def _asked(query: Callable[Asked, Answer], *args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
    """Ask the database beside the loop, on a connection that is still alive."""

    def ask() -> Answer:
        close_old_connections()
        return query(*args, **kwargs)

    return await sync_to_async(ask, thread_sensitive=False)()


def _listener(authorization: str) -> Listener | None:
    """Return who listens with this token; None when there is no such token.

    Raises: NotPermitted.
    """
    scheme, _, token = authorization.partition(" ")
    at = wall_clock()
    by = people.actor_of_token(token.strip(), at=at) if scheme.lower() == "bearer" else None
    if by is None:
        return None
    acts = people.acts_of(by, at=at)
    if LISTEN not in acts:
        raise NotPermitted(act=LISTEN, post=by.post)
    return Listener(
        hears_all=READ_RECORD in acts and people.sight(by, READ_RECORD, at=at).everywhere,
        sights={kind: people.sight(by, act, at=at) for kind, act in READ.items() if act in acts},
    )


def _last_position() -> int:
    return audit.last_position()


def _news_after(position: int) -> list[News]:
    found = list(audit.entries_after(position, limit=AT_ONCE))
    matters = _matters(entry for _, entry in found)
    return [
        News(place, entry.stream, entry.type, entry.seq, matters.get(entry.stream, NOWHERE)) for place, entry in found
    ]


def _matters(entries: Iterable[EntryRow]) -> dict[str, Matter]:
    """Return where the matters of some entries lie now, by stream: one question for each kind, not for each reader."""
    asked: dict[str, set[UUID]] = {kind: set() for kind in MATTERS}
    for entry in entries:
        kind, _, name = entry.stream.partition(":")
        if kind in asked:
            asked[kind].add(UUID(name))
    return {
        f"{kind}:{uid}": matter for kind, uids in asked.items() if uids for uid, matter in MATTERS[kind](uids).items()
    }
