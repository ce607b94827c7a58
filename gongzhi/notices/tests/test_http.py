"""A request to a neighbour that answers, refuses, fails, breaks off, drips, redirects, or is not who it says."""

from __future__ import annotations

import socket
import time
from ipaddress import ip_network

import pytest

from gongzhi.kernel.refusals import Outage
from gongzhi.notices.carriers import http
from gongzhi.notices.carriers.http import Doors, Request, ask
from gongzhi.notices.tests.servers import closed_port, raw_server, web_server


def failed(url: str, *, wait_s: float = 5, doors: Doors = http.OPEN_DOORS) -> Outage:
    with pytest.raises(Outage) as caught:
        ask(Request("neighbour", url, body=b"{}"), wait_s=wait_s, doors=doors)
    return caught.value


def test_an_answer_is_read_whole():
    with web_server() as server:
        server.says((200, b"x" * 100_000))
        answer = ask(Request("neighbour", f"{server.url}/in?a=1", headers={"x-key": "1"}, body=b"{}"), wait_s=5)
        assert (answer.status, len(answer.body)) == (200, 100_000)
        (got,) = server.got
        assert (got.method, got.path, got.body, got.headers["x-key"]) == ("POST", "/in?a=1", b"{}", "1")


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (400, True),
        (401, True),
        (404, True),
        (410, True),
        (408, False),
        (425, False),
        (429, False),
        (500, False),
        (503, False),
    ],
)
def test_a_refusal_is_for_good_and_a_failing_server_is_not(status, permanent):
    with web_server() as server:
        server.says((status, b"no"))
        fault = failed(server.url)
        assert (fault.permanent, fault.detail) == (permanent, f"HTTP {status}")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_is_redirected(status):
    with web_server() as server:
        server.says((status, b""), (200, b"{}"))
        assert failed(server.url).permanent
        assert len(server.got) == 1


def test_nobody_answers_at_a_closed_port():
    fault = failed(f"http://127.0.0.1:{closed_port()}")
    assert (fault.permanent, fault.detail) == (False, "connection refused")


def test_a_server_that_says_nothing_is_left_after_a_while():
    with raw_server(lambda connected: time.sleep(5)) as port:
        began = time.monotonic()
        fault = failed(f"http://127.0.0.1:{port}", wait_s=0.3)
        assert (fault.permanent, fault.detail) == (False, "no answer in time")
        assert time.monotonic() - began < 3


def drip(connected: socket.socket) -> None:
    """Answer one byte at a time, each in time, for ever."""
    connected.recv(1000)
    connected.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    for _ in range(200):
        connected.sendall(b"x")
        time.sleep(0.05)


def test_a_server_that_drips_is_cut_off():
    with raw_server(drip) as port:
        began = time.monotonic()
        assert failed(f"http://127.0.0.1:{port}", wait_s=0.5).detail == "no answer in time"
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf",
        b"HTTP/1.1 20",
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n",
    ],
)
def test_an_answer_that_breaks_off_is_tried_again(answer):
    def half(connected: socket.socket) -> None:
        connected.recv(1000)
        connected.sendall(answer)

    with raw_server(half) as port:
        fault = failed(f"http://127.0.0.1:{port}")
        assert not fault.permanent
        assert fault.detail.startswith("broken off")


def test_an_endless_answer_is_not_read_to_its_end():
    with web_server() as server:
        server.says((200, b"x" * (http.LARGEST_ANSWER_BYTES + 1)))
        fault = failed(server.url)
        assert (fault.permanent, fault.detail) == (True, "answer too large")


def test_a_certificate_that_this_machine_believes_is_good(trusted):
    with web_server(tls=trusted.server()) as server:
        assert ask(Request("neighbour", server.url, body=b"{}"), wait_s=5).status == 200


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate):
    with web_server(tls=certificate.server()) as server:
        fault = failed(server.url)
        assert (fault.permanent, fault.detail) == (True, "certificate refused")
        assert server.got == []


def test_a_server_that_speaks_no_tls_is_not_spoken_to_in_the_clear():
    with web_server() as server:
        fault = failed(server.url.replace("http://", "https://"))
        assert (fault.permanent, fault.detail) == (False, "TLS failed")
        assert server.got == []


@pytest.mark.parametrize(("host", "permanent"), [("no-such-host.invalid", False), ("x" * 64 + ".example", True)])
def test_a_host_that_nobody_knows(host, permanent):
    assert failed(f"http://{host}").permanent is permanent


def test_all_addresses_of_a_host_together_get_the_time_of_one(monkeypatch):
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"192.0.2.{number}", 80)) for number in range(1, 9)]
    waits = []

    def refuse_slowly(address, *, timeout):
        waits.append(timeout)
        time.sleep(min(timeout, 0.2))
        raise TimeoutError("timed out")

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    monkeypatch.setattr(socket, "create_connection", refuse_slowly)
    began = time.monotonic()
    assert failed("http://many.example/", wait_s=0.5).detail == "no answer in time"
    assert time.monotonic() - began < 3
    assert waits[-1] < 0.25, "only what the others left"
    assert len(waits) == 3, "the others have no time left"


def test_what_connecting_took_is_missing_when_the_neighbour_talks(monkeypatch):
    connect = socket.create_connection

    def connect_slowly(address, *, timeout):
        time.sleep(0.4)
        return connect(address, timeout=timeout)

    monkeypatch.setattr(socket, "create_connection", connect_slowly)
    with raw_server(drip) as port:
        began = time.monotonic()
        assert failed(f"http://127.0.0.1:{port}", wait_s=0.6).detail == "no answer in time"
        assert time.monotonic() - began < 3


GUARDED = Doors(public_only=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "0.0.0.0"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_address_that_somebody_gave_us_never_leads_into_our_own_network(host, scheme):
    fault = failed(f"{scheme}://{host}:9/", doors=GUARDED)
    assert (fault.permanent, fault.detail) == (True, "address not allowed")


def test_a_name_is_looked_up_once_and_connected_to_as_it_was_checked(monkeypatch):
    asked = []

    def look_up(host, port, **how):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if len(asked) > 1 else "10.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert failed("https://turns.example/", doors=GUARDED).detail == "address not allowed"
    assert asked == ["turns.example"]


def test_an_installation_opens_a_network_of_its_own():
    doors = Doors(public_only=True, also=(ip_network("127.0.0.0/8"),))
    with web_server() as server:
        assert ask(Request("neighbour", server.url, body=b"{}"), wait_s=5, doors=doors).status == 200
