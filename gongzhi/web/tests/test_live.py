"""The live stream: who hears what, and nobody loses news because something failed."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from django.db import DatabaseError

from gongzhi.audit import delivery
from gongzhi.audit import queries as audit
from gongzhi.intake.rules import GivenPlace
from gongzhi.people import operations as people
from gongzhi.people import queries
from gongzhi.people.operations import NotPermitted
from gongzhi.people.rules import Matter, Sight
from gongzhi.people.states import AccountKind, Post
from gongzhi.people.states import Scope as Reach
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, staff
from gongzhi.testing.cases import dispatched_case, reported_case
from gongzhi.testing.moves import MONDAY_9AM
from gongzhi.web import live
from gongzhi.web.live import Broadcaster, Listener, Message, News, Scope

EVERYWHERE = Sight(everywhere=True)
WORKER = Listener(sights=dict.fromkeys(live.READ, EVERYWHERE))


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
    said = {"authorization": "Bearer x", "host": "127.0.0.1:8000", **headers}
    pairs = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in said.items()]
    return {"type": "http", "method": "GET", "path": "/live", "headers": pairs, "server": ("127.0.0.1", 8000)}


@pytest.fixture
def admitted(monkeypatch, record) -> list[Listener | None]:
    """Who the token stands for; a test changes it to end the token."""
    stands_for: list[Listener | None] = [WORKER]
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


def test_who_reads_cases_everywhere_hears_of_all_of_them_and_of_nothing_else():
    worker, auditor = Listener(sights={"case": EVERYWHERE}), Listener(hears_all=True)
    streams = ["case:1", "report:1", "visit:1", "member:1", "file:1", "config:policy"]
    assert [worker.hears(news(1, stream)) for stream in streams] == [True] + [False] * 5
    assert all(auditor.hears(news(1, stream)) for stream in streams)


SIMING, HULI = "350200/350203", "350200/350206"


@pytest.mark.parametrize(
    ("sight", "matter", "heard"),
    [
        (Sight(units=frozenset({"sanitation"})), Matter(area=SIMING, unit="sanitation"), True),
        (Sight(units=frozenset({"sanitation"})), Matter(area=SIMING, unit="parks"), False),
        (Sight(units=frozenset({"sanitation"})), Matter(area=SIMING), False),
        (Sight(units=frozenset({""})), Matter(area=SIMING), False),
        (Sight(areas=(SIMING,)), Matter(area=f"{SIMING}/350203001", unit="parks"), True),
        (Sight(areas=(SIMING,)), Matter(area=f"{HULI}/350206001"), False),
        (Sight(areas=(SIMING,)), Matter(area=f"{SIMING}1"), False),
        (Sight(areas=(SIMING,)), Matter(), False),
        (Sight(), Matter(area=SIMING, unit="parks"), False),
    ],
)
def test_news_reaches_as_far_as_the_reader_sees(sight, matter, heard):
    one = News(position=1, stream="case:1", type="case.file", seq=1, matter=matter)
    assert Listener(sights={"case": sight}).hears(one) is heard


def token_of(post: str) -> str:
    held = queries.appointments(at=MONDAY_9AM, post=post)[0]
    return staff.token(held.uid, at=MONDAY_9AM)


@pytest.fixture
def monday(monkeypatch):
    monkeypatch.setattr(live, "wall_clock", lambda: MONDAY_9AM + timedelta(hours=1))


@pytest.mark.parametrize("post", sorted({post for post, _ in live.LISTENERS}))
def test_every_post_that_works_on_cases_listens(city, monday, post):
    listener = live._listener(f"Bearer {token_of(post)}")
    assert listener.hears_all == (post == Post.AUDIT_ADMINISTRATOR)
    assert "case" in listener.sights


def test_a_post_without_work_on_cases_does_not_listen(city, monday):
    with pytest.raises(NotPermitted):
        live._listener(f"Bearer {token_of('system_administrator')}")


def heard_by(held, streams):
    """Of which of these streams the holder of an appointment hears, from all that the record has to tell."""
    listener = live._listener(f"Bearer {staff.token(held.uid, at=MONDAY_9AM)}")
    delivery.deliver_all(clock=lambda: MONDAY_9AM)
    told = [one for after in range(0, audit.last_position(), live.AT_ONCE) for one in live._news_after(after)]
    return {one.stream for one in told if listener.hears(one)} & set(streams)


def test_a_department_hears_of_its_own_cases_only(city, monday):
    mine, elsewhere = dispatched_case(), dispatched_case(unit=moves.HULI_BUREAU)
    undispatched = reported_case()
    (desk,) = queries.appointments(at=MONDAY_9AM, post=Post.DEPARTMENT_DESK, unit=mine.unit_code)
    streams = [one.stream for one in (mine, elsewhere, undispatched)]
    assert heard_by(desk, streams) == {mine.stream}
    (acceptor, *_) = queries.appointments(at=MONDAY_9AM, post=Post.ACCEPTOR)
    assert heard_by(acceptor, streams) == set(streams)


def appointed_in_an_area(area):
    """Somebody in a post of the city's own, which reads and listens in the area of its unit."""
    people.add_unit("street", kind="street", name_zh="街道", name_en="Street", areas=[area], by=FOUNDER, at=MONDAY_9AM)
    for act in (live.LISTEN, *live.READ.values()):
        staff.grant("street_clerk", act, Reach.AREA, at=MONDAY_9AM)
    member = people.add_member_with_account(
        "street-1", name="示例", username="street-1", kind=AccountKind.STAFF, by=FOUNDER, at=MONDAY_9AM
    )
    staff.appoint(member, post="street_clerk", unit="street", at=MONDAY_9AM)
    (held,) = queries.appointments(at=MONDAY_9AM, post="street_clerk")
    return held


@pytest.mark.parametrize(("area", "hears"), [(SIMING, True), (HULI, False)])
def test_whoever_reads_one_area_hears_of_its_cases_reports_and_visits_only(city, monday, area, hears):
    receipt = moves.report()
    case = moves.order_verification(moves.case_of(receipt))
    streams = {case.stream, f"report:{receipt.report}", f"visit:{moves.visit_of(case).uid}"}
    unplaced = moves.report(place=GivenPlace(address="菜市场"))
    held = appointed_in_an_area(area)
    assert heard_by(held, {*streams, f"report:{unplaced.report}"}) == (streams if hears else set())


def test_news_of_powers_ends_the_stream_of_who_lost_them_before_anything_else_is_told(record, admitted, monkeypatch):
    told = [news(1, "member:1"), news(2)]
    monkeypatch.setattr(live, "_news_after", lambda position: told[position : record.length])

    async def story() -> Reader:
        monkeypatch.setattr(live, "broadcaster", Broadcaster())
        reader = Reader()
        streaming = asyncio.create_task(live.stream(asked(), reader.receive, reader.send))
        await until(lambda: reader.got and live.broadcaster.queues)
        admitted[0] = None
        record.length = 2
        await asyncio.wait_for(streaming, 5)
        return reader

    reader = asyncio.run(story())
    assert reader.ended
    assert "id: 2" not in reader.text


def test_whoever_hears_nothing_still_learns_how_far_the_record_is(record, admitted, monkeypatch):
    monkeypatch.setattr(live, "KEEP_ALIVE_S", 0.02)
    admitted[0] = Listener()

    async def story() -> str:
        monkeypatch.setattr(live, "broadcaster", Broadcaster())
        reader = Reader()
        streaming = asyncio.create_task(live.stream(asked(), reader.receive, reader.send))
        await until(lambda: reader.got and live.broadcaster.queues)
        record.length = 3
        await until(lambda: "id: 3\n: here\n\n" in reader.text)
        streaming.cancel()
        return reader.text

    assert "event: change" not in asyncio.run(story())


def answered(**headers: str) -> Reader:
    """What somebody gets who is not let in."""
    reader = Reader()
    asyncio.run(asyncio.wait_for(live.stream(asked(**headers), reader.receive, reader.send), 5))
    return reader


@pytest.mark.parametrize("host", ["gongzhi.example", "127.0.0.1:8000, gongzhi.example", ""])
def test_live_answers_only_under_our_own_names(record, admitted, host):
    refused = answered(host=host)
    assert refused.got[0]["status"] == 400
    assert json.loads(refused.text)["code"] == "request-unreadable"


@pytest.mark.parametrize(
    ("language", "title", "detail"),
    [
        ("zh-CN", "需要登录", "请在 Authorization 中提供有效的访问令牌，才能收听变化。"),
        ("en", "Token needed", "Give a valid access token in Authorization to hear of changes."),
    ],
)
def test_whoever_may_not_listen_is_told_why_in_their_language(record, monkeypatch, language, title, detail):
    monkeypatch.setattr(live, "_listener", lambda _: None)
    told = json.loads(answered(accept_language=language).text)
    assert (told["status"], told["code"], told["title"], told["detail"]) == (401, "token-missing", title, detail)
    assert (told["type"], told["instance"]) == ("urn:gongzhi:problem:token-missing", "/live")

    def refused(_: str) -> Listener:
        raise NotPermitted(act=live.LISTEN, post="handler", unit="bureau")

    monkeypatch.setattr(live, "_listener", refused)
    told = json.loads(answered(accept_language=language).text)
    assert (told["status"], told["code"], told["facts"]["act"]) == (403, "not-permitted", live.LISTEN)
    assert told["title"]
    assert told["detail"]


def test_a_token_that_cannot_be_checked_at_the_door_is_asked_to_come_again(record, monkeypatch):
    def unreadable(_: str) -> Listener:
        raise DatabaseError("13800000000 is locked")

    monkeypatch.setattr(live, "_listener", unreadable)
    refused = answered()
    assert refused.got[0]["status"] == 503
    assert (b"retry-after", b"1") in refused.got[0]["headers"]
    assert "13800000000" not in refused.text


def test_a_stream_that_cannot_begin_to_be_read_ends_and_is_resumed_later(record, admitted, monkeypatch):
    def unreadable() -> int:
        raise DatabaseError("locked")

    monkeypatch.setattr(live, "broadcaster", Broadcaster())
    monkeypatch.setattr(live, "_last_position", unreadable)
    broken = answered(last_event_id="0")
    assert broken.got[0]["status"] == 200
    assert broken.ended


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer no-such-token", "Basic eDp5"])
def test_without_a_token_nobody_listens(city, monday, said):
    assert live._listener(said) is None
