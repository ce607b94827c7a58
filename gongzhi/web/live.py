"""The live stream: one broadcaster follows the record's position, every open stream gets what is new.

Server-sent events. The id of an event is its position, so a reader that lost the line resumes where it stopped. An
event tells that something changed and what; whoever wants the details asks the API, which decides what may be seen.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections

from gongzhi.audit import queries as audit
from gongzhi.kernel.clock import wall_clock
from gongzhi.people import queries as people
from gongzhi.people.rules import NotPermitted
from gongzhi.people.states import Post

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
WORK = frozenset({"case", "report", "visit"})
"""The kinds of streams that work on cases consists of; the others are for who may read the whole record."""

log = logging.getLogger("gongzhi.web.live")


@dataclass(frozen=True, slots=True)
class News:
    """One entry as the stream tells it."""

    position: int
    stream: str
    type: str
    seq: int

    def as_event(self) -> bytes:
        """Return the server-sent event."""
        told = json.dumps({"stream": self.stream, "type": self.type, "version": self.seq})
        return f"id: {self.position}\nevent: change\ndata: {told}\n\n".encode()


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody who may listen: to the work on cases, or to the whole record."""

    hears_all: bool

    def hears(self, news: News) -> bool:
        """Whether this news is for this listener."""
        return self.hears_all or news.stream.partition(":")[0] in WORK


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
    """Answer `GET /live`: 401 without a token, 403 for a post that may not listen, otherwise events.

    They end when the reader leaves, is too slow, or may no longer listen. `Last-Event-ID` (a header) resumes after that
    position.
    """
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if scope["method"] != "GET":
        await refuse(send, 405, "method-not-allowed")
        return
    authorization = headers.get("authorization", "")
    try:
        listener = await _asked(_listener, authorization)
    except NotPermitted as refusal:
        await refuse(send, 403, refusal.code)
        return
    if listener is None:
        await refuse(send, 401, "token-missing")
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
        await _tell(send, left, listener, authorization=authorization, after=after)
        if not left.done():
            await send({"type": "http.response.body", "body": b""})
    finally:
        left.cancel()


async def _tell(
    send: Send, left: asyncio.Future[None], listener: Listener, *, authorization: str, after: int | None
) -> None:
    clock = asyncio.get_running_loop().time
    async with broadcaster.listen() as queue:
        told = await _catch_up(send, listener, after)
        asked_at = clock()
        while queue in broadcaster.queues:
            news = await _next(queue, left, patience_s=max(0.0, asked_at + KEEP_ALIVE_S - clock()))
            if left.done():
                return
            if clock() >= asked_at + KEEP_ALIVE_S:
                if not await _may_stay(listener, authorization):
                    return
                asked_at = clock()
                await _send(send, b": here\n\n")
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


async def refuse(send: Send, status: int, code: str) -> None:
    """Answer that this is not allowed or not possible, as problem details with a code."""
    body = json.dumps({"type": f"urn:gongzhi:problem:{code}", "status": status, "code": code}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


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
    return Listener(hears_all=READ_RECORD in acts)


def _last_position() -> int:
    return audit.last_position()


def _news_after(position: int) -> list[News]:
    return [
        News(position=place, stream=entry.stream, type=entry.type, seq=entry.seq)
        for place, entry in audit.entries_after(position, limit=AT_ONCE)
    ]
