"""The live stream: one broadcaster follows the record's position, every open stream gets what is new.

Server-sent events. The id of an event is its position, so a reader that lost the line resumes where it stopped. An
event tells that something changed and what; whoever wants the details asks the API, which decides what may be seen.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from gongzhi.audit import queries as audit
from gongzhi.kernel.clock import wall_clock
from gongzhi.people import queries as people

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

POLL_S = 0.5
KEEP_ALIVE_S = 15.0
AT_ONCE = 200


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


@dataclass
class Broadcaster:
    """Reads the record once for all streams, as long as somebody listens."""

    reached: int = 0
    listeners: set[asyncio.Queue[News]] = field(default_factory=set)
    _task: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[asyncio.Queue[News]]:
        """Join the audience for as long as the block runs."""
        queue: asyncio.Queue[News] = asyncio.Queue(maxsize=2000)
        if self._task is None or self._task.done():
            self.reached = await sync_to_async(_last_position, thread_sensitive=False)()
            self._task = asyncio.create_task(self._follow())
        self.listeners.add(queue)
        try:
            yield queue
        finally:
            self.listeners.discard(queue)

    async def _follow(self) -> None:
        while self.listeners or self.reached == 0:
            for news in await sync_to_async(_news_after, thread_sensitive=False)(self.reached):
                self.reached = news.position
                for queue in list(self.listeners):
                    if queue.full():
                        self.listeners.discard(queue)  # too slow: its reader notices the gap and resumes by position
                    else:
                        queue.put_nowait(news)
            await asyncio.sleep(POLL_S)
            if not self.listeners:
                return


broadcaster = Broadcaster()


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer `GET /live`: 401 without a staff token, otherwise events until the reader leaves.

    `Last-Event-ID` (a header) resumes after that position.
    """
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if scope["method"] != "GET":
        await _refuse(send, 405, "method-not-allowed")
        return
    if not await sync_to_async(_may_listen, thread_sensitive=False)(headers.get("authorization", "")):
        await _refuse(send, 401, "token-missing")
        return
    since = headers.get("last-event-id", "")
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
        await _tell(send, left, after=int(since) if since.isdigit() else None)
    finally:
        left.cancel()


async def _tell(send: Send, left: asyncio.Future[None], *, after: int | None) -> None:
    async with broadcaster.listen() as queue:
        told = await _catch_up(send, after)
        while not left.done():
            getter = asyncio.ensure_future(queue.get())
            waited: set[asyncio.Future[Any]] = {getter, left}
            done, _ = await asyncio.wait(waited, timeout=KEEP_ALIVE_S, return_when=asyncio.FIRST_COMPLETED)
            if getter not in done:
                getter.cancel()
                if left in done:
                    return
                await send({"type": "http.response.body", "body": b": here\n\n", "more_body": True})
                continue
            news = getter.result()
            if news.position > told:
                told = news.position
                await send({"type": "http.response.body", "body": news.as_event(), "more_body": True})
            if queue not in broadcaster.listeners:
                return


async def _catch_up(send: Send, after: int | None) -> int:
    """Send what a returning reader missed; return the position reached."""
    last = await sync_to_async(_last_position, thread_sensitive=False)()
    if after is None or after > last:
        await send(
            {
                "type": "http.response.body",
                "body": f"id: {last}\nevent: here\ndata: {{}}\n\n".encode(),
                "more_body": True,
            }
        )
        return last
    reached = after
    while reached < last:
        missed = await sync_to_async(_news_after, thread_sensitive=False)(reached)
        if not missed:
            break
        for news in missed:
            await send({"type": "http.response.body", "body": news.as_event(), "more_body": True})
        reached = missed[-1].position
    return reached


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int, code: str) -> None:
    body = json.dumps({"type": f"urn:gongzhi:problem:{code}", "status": status, "code": code}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _may_listen(authorization: str) -> bool:
    close_old_connections()
    scheme, _, token = authorization.partition(" ")
    return scheme.lower() == "bearer" and people.actor_of_token(token.strip(), at=wall_clock()) is not None


def _last_position() -> int:
    close_old_connections()
    return audit.last_position()


def _news_after(position: int) -> list[News]:
    close_old_connections()
    return [
        News(position=place, stream=entry.stream, type=entry.type, seq=entry.seq)
        for place, entry in audit.entries_after(position, limit=AT_ONCE)
    ]
