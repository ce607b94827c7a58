"""The try-it shape: live streams natively, everything else through Django in four threads, the worker beside them."""

from __future__ import annotations

import os
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.config.settings")

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

_django = WSGIMiddleware(get_wsgi_application(), workers=4)  # type: ignore[arg-type]  # Django types its answer widely

from gongzhi.jobs.worker import Worker  # noqa: E402 - rooms are imported after Django was set up
from gongzhi.web import live  # noqa: E402 - the same
from gongzhi.web.rules import LengthRequired  # noqa: E402 - the same

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


async def application(
    scope: MutableMapping[str, Any],
    receive: Receive,
    send: Send,
) -> None:
    """Route one connection."""
    if scope["type"] == "lifespan":
        await _live_and_let_work(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live":
        await live.stream(scope, receive, send)
    elif scope["type"] == "http":
        await _answer(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1000})


async def _answer(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """Let Django answer. A body that does not say its length is read first, for WSGI would take it for empty."""
    names = {name.lower() for name, _ in scope["headers"]}
    if b"transfer-encoding" in names and b"content-length" not in names:
        body = await _body(receive)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            await live.refuse(send, scope, LengthRequired(), HTTPStatus.LENGTH_REQUIRED)
            return
        kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"transfer-encoding"]
        scope = {**scope, "headers": [*kept, (b"content-length", str(len(body)).encode())]}
        receive = _replayed(body, receive)
    await _django(scope, _as_coroutine(receive), send)  # type: ignore[arg-type]  # a2wsgi types scopes more narrowly


async def _body(receive: Receive) -> bytes:
    """Return the whole body, or a little more than the limit where it is longer."""
    body = b""
    while len(body) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return body


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Give the body that was read already, then whatever comes after it."""
    waiting = [body]

    async def received() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return received


def _as_coroutine(receive: Receive) -> Receive:
    """Granian hands out awaitables of its own; a2wsgi asks for coroutines."""

    async def received() -> Message:
        return await receive()

    return received


async def _live_and_let_work(receive: Receive, send: Send) -> None:
    """Start the worker thread with the server and stop it with the server."""
    worker = Worker()
    thread = threading.Thread(target=worker.run, name="gongzhi-worker", daemon=True)
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            if os.environ.get("GONGZHI_WORKER_IN_SERVER", "yes") != "no":
                thread.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            worker.stop()
            if thread.is_alive():
                thread.join(timeout=10)
            await send({"type": "lifespan.shutdown.complete"})
            return
