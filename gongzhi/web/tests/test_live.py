"""The live stream: who hears what, and nobody loses news because something failed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from django.db import DatabaseError

from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.operations import NotPermitted
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing.moves import MONDAY_9AM
from gongzhi.web import live
from gongzhi.web.live import Broadcaster, Listener, Message, News, Scope


class Record:
    """A record that grows, and that cannot be read for a while."""

    def __init__(self) -> None:
        self.length = 0
        self.faults = 0
        self.readers = 0

    def last(self) -> int:
        return self.length

    def after(self, position: int) -> list[News]:
        if self.faults:
            self.faults -= 1
            raise DatabaseError("13800000000 is locked")
        return [news(one) for one in range(position + 1, self.length + 1)]


def news(position: int, stream: str = "case:1") -> News:
    return News(position=position, stream=stream, type="case.file", seq=position)


@pytest.fixture
def record(monkeypatch) -> Record:
    record = Record()
    monkeypatch.setattr(live, "_last_position", record.last)
    monkeypatch.setattr(live, "_news_after", record.after)
    monkeypatch.setattr(live, "POLL_S", 0.01)
    monkeypatch.setattr(live, "LONGEST_WAIT_S", 0.02)
    return record


async def heard(queue: asyncio.Queue[News], count: int) -> list[int]:
    return [(await asyncio.wait_for(queue.get(), 5)).position for _ in range(count)]


def test_streams_go_on_after_the_record_could_not_be_read(record, caplog):
    async def story() -> list[int]:
        broadcaster = Broadcaster()
        async with broadcaster.listen() as queue:
            record.faults, record.length = 3, 2
            return await heard(queue, 2)

    assert asyncio.run(story()) == [1, 2]
    assert "DatabaseError" in caplog.text
    assert "13800000000" not in caplog.text


def test_whoever_joins_later_takes_nothing_from_those_who_listen(record):
    async def story() -> list[int]:
        broadcaster = Broadcaster()
        async with broadcaster.listen() as first:
            broadcaster._task.cancel()
            await asyncio.sleep(0)
            record.length = 3
            async with broadcaster.listen():
                return await heard(first, 3)

    assert asyncio.run(story()) == [1, 2, 3]


def test_two_who_come_first_at_the_same_moment_share_one_reader_of_the_record(record):
    async def listener(broadcaster: Broadcaster) -> tuple[object, list[int]]:
        async with broadcaster.listen() as queue:
            task = broadcaster._task
            record.length = 2
            return task, await heard(queue, 2)

    async def story():
        broadcaster = Broadcaster()
        return await asyncio.gather(listener(broadcaster), listener(broadcaster))

    (one_task, one_heard), (other_task, other_heard) = asyncio.run(story())
    assert one_task is other_task
    assert one_heard == other_heard == [1, 2]


class Reader:
    """Somebody at the other end of the line."""

    def __init__(self, *, slow: bool = False) -> None:
        self.got: list[Message] = []
        self.ready = asyncio.Event()
        if not slow:
            self.ready.set()

    async def receive(self) -> Message:
        await asyncio.Event().wait()
        raise AssertionError("nobody leaves in these tests")

    async def send(self, message: Message) -> None:
        self.got.append(message)
        await self.ready.wait()

    @property
    def text(self) -> str:
        return b"".join(one.get("body", b"") for one in self.got).decode()

    @property
    def ended(self) -> bool:
        return not self.got[-1].get("more_body", False)


def asked(**headers: str) -> Scope:
    said = {"authorization": "Bearer x", **headers}
    pairs = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in said.items()]
    return {"type": "http", "method": "GET", "path": "/live", "headers": pairs}


@pytest.fixture
def admitted(monkeypatch, record) -> list[Listener | None]:
    """Who the token stands for; a test changes it to end the token."""
    stands_for: list[Listener | None] = [Listener(hears_all=False)]
    monkeypatch.setattr(live, "_listener", lambda _: stands_for[0])
    return stands_for


async def until(happened, *, patience_s: float = 5) -> None:
    async with asyncio.timeout(patience_s):
        while not happened():
            await asyncio.sleep(0.005)


def test_a_reader_too_slow_to_follow_loses_the_line_and_resumes_by_position(record, admitted, monkeypatch):
    monkeypatch.setattr(live, "MOST_UNREAD", 3)

    async def story() -> tuple[str, bool, str]:
        monkeypatch.setattr(live, "broadcaster", Broadcaster())
        slow = Reader()
        streaming = asyncio.create_task(live.stream(asked(last_event_id="0"), slow.receive, slow.send))
        await until(lambda: slow.got and live.broadcaster.queues)
        slow.ready.clear()
        record.length = 1
        await until(lambda: "id: 1\n" in slow.text)
        record.length = 9
        await until(lambda: not live.broadcaster.queues)
        slow.ready.set()
        await asyncio.wait_for(streaming, 5)
        again = Reader()
        resumed = asyncio.create_task(live.stream(asked(last_event_id="1"), again.receive, again.send))
        await until(lambda: "id: 9\n" in again.text)
        resumed.cancel()
        return slow.text, slow.ended, again.text

    first, ended, second = asyncio.run(story())
    assert ended
    assert "id: 9\n" not in first
    assert [f"id: {one}\n" in second for one in range(2, 10)] == [True] * 8


def test_a_stream_ends_soon_after_its_token(record, admitted, monkeypatch):
    monkeypatch.setattr(live, "KEEP_ALIVE_S", 0.02)

    async def story() -> Reader:
        monkeypatch.setattr(live, "broadcaster", Broadcaster())
        reader = Reader()
        streaming = asyncio.create_task(live.stream(asked(), reader.receive, reader.send))
        await until(lambda: ": here" in reader.text)
        admitted[0] = None
        await asyncio.wait_for(streaming, 5)
        return reader

    assert asyncio.run(story()).ended


def test_a_stream_stays_while_its_token_cannot_be_checked(record, admitted, monkeypatch):
    monkeypatch.setattr(live, "KEEP_ALIVE_S", 0.02)

    def unreadable(_: str) -> Listener:
        raise DatabaseError("locked")

    async def story() -> object:
        monkeypatch.setattr(live, "broadcaster", Broadcaster())
        reader = Reader()
        streaming = asyncio.create_task(live.stream(asked(), reader.receive, reader.send))
        await until(lambda: reader.got)
        monkeypatch.setattr(live, "_listener", unreadable)
        await until(lambda: reader.text.count(": here\n\n") > 2)
        streaming.cancel()
        return reader.got[0]["status"]

    assert asyncio.run(story()) == 200


@pytest.mark.parametrize("said", ["\u00b2", "\u0663", "9" * 19, "9" * 5000, "-1", "", "one"])
def test_what_names_no_position_is_none(said):
    assert live._position(said) is None


def test_a_position_is_a_plain_number():
    assert live._position("0") == 0
    assert live._position("9" * 18) == 999_999_999_999_999_999


def test_who_works_on_cases_hears_of_cases_reports_and_visits_only():
    worker, auditor = Listener(hears_all=False), Listener(hears_all=True)
    streams = ["case:1", "report:1", "visit:1", "member:1", "file:1", "config:policy"]
    assert [worker.hears(news(1, stream)) for stream in streams] == [True] * 3 + [False] * 3
    assert all(auditor.hears(news(1, stream)) for stream in streams)


def token_of(post: str) -> str:
    held = queries.appointments(at=MONDAY_9AM, post=post)[0]
    return people.make_token(held.uid, name="test", by=FOUNDER, at=MONDAY_9AM)


@pytest.fixture
def monday(monkeypatch):
    monkeypatch.setattr(live, "wall_clock", lambda: MONDAY_9AM + timedelta(hours=1))


@pytest.mark.parametrize("post", sorted({post for post, _ in live.LISTENERS}))
def test_every_post_that_works_on_cases_listens(city, monday, post):
    assert live._listener(f"Bearer {token_of(post)}") == Listener(hears_all=post == "audit_administrator")


def test_a_post_without_work_on_cases_does_not_listen(city, monday):
    with pytest.raises(NotPermitted):
        live._listener(f"Bearer {token_of('system_administrator')}")


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer no-such-token", "Basic eDp5"])
def test_without_a_token_nobody_listens(city, monday, said):
    assert live._listener(said) is None
