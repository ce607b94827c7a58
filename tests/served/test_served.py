"""The product as one command serves it."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import threading
import time
from pathlib import Path
from uuid import uuid4

import pytest

from tests.served.conftest import Home, Served, free_port, listens, wait_until


def test_a_report_sent_over_http_gets_its_number_and_query_code(served: Served) -> None:
    answer = served.report(str(uuid4()))
    assert answer.status == 201, answer.body
    receipt = answer.json()
    assert receipt["number"].startswith("R")
    assert len(receipt["query_code"]) == 8


def test_the_same_request_sent_again_gets_the_same_receipt(served: Served) -> None:
    key = str(uuid4())
    first, second = served.report(key), served.report(key)
    assert second.status < 300
    assert first.json()["number"] == second.json()["number"]


def test_one_command_needs_at_most_two_processes(served: Served) -> None:
    assert len(served.processes()) <= 2


def test_the_front_page_lists_the_demo_accounts_under_a_strict_policy(served: Served) -> None:
    page = served.ask("GET", "/")
    assert page.status == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert served.home.token("acceptor").encode() in page.body
    scripts = re.findall(rb"<script[^>]*>[^<]*", page.body)
    assert all(b' src="/static/' in one and one.endswith(b">") for one in scripts), "nothing is written into the page"


def test_the_front_page_speaks_english_to_who_asks_for_it(served: Served) -> None:
    page = served.ask("GET", "/", Accept_Language="en")
    assert b'lang="en"' in page.body
    assert b"Demo accounts" in page.body


def test_nobody_listens_in_without_a_token(served: Served) -> None:
    refused = served.ask("GET", "/live")
    assert refused.status == 401
    assert refused.json()["code"] == "token-missing"


def test_a_change_appears_on_an_open_stream_and_other_requests_go_on_meanwhile(served: Served) -> None:
    heard: list[str] = []
    ready = threading.Event()
    listener = threading.Thread(target=_listen, args=(served, heard, ready), daemon=True)
    listener.start()
    assert ready.wait(20)
    begun = time.monotonic()
    assert served.report(str(uuid4())).status == 201
    wait_until(lambda: any(line.startswith("data:") and "report.received" in line for line in heard), what="the news")
    assert time.monotonic() - begun < 10
    positions = [int(line.split(":")[1]) for line in heard if line.startswith("id:")]
    assert positions == sorted(positions)


def test_a_stream_resumed_by_position_misses_nothing(served: Served) -> None:
    assert served.report(str(uuid4())).status == 201
    wait_until(lambda: _positions_after(served, 0), what="positions")
    everything = _positions_after(served, 0)
    assert everything == list(range(1, len(everything) + 1))


def test_a_stream_resumed_from_a_position_that_never_was_starts_at_the_end(served: Served) -> None:
    connection = _stream(served, {"Last-Event-ID": "999999999"})
    line = connection.getresponse().readline()
    assert int(line.split(b":")[1]) < 999_999_999
    connection.close()


@pytest.mark.parametrize("position", ["\u00b2", "9" * 5000, "-1", "one"])
def test_a_stream_resumed_from_no_position_at_all_starts_at_the_end(served: Served, position: str) -> None:
    connection = _stream(served, {"Last-Event-ID": position})
    answer = connection.getresponse()
    assert answer.status == 200
    assert answer.readline().startswith(b"id:")
    connection.close()


def test_a_post_without_work_on_cases_does_not_listen_in(served: Served) -> None:
    connection = _stream(served, {}, post="system_administrator")
    refused = connection.getresponse()
    assert (refused.status, json.loads(refused.read())["code"]) == (403, "not-permitted")
    connection.close()


def test_live_answers_under_our_own_names_only(served: Served) -> None:
    refused = served.ask("GET", "/live", Host="gongzhi.example")
    assert (refused.status, refused.json()["code"]) == (400, "request-unreadable")


def test_a_desk_of_a_unit_hears_nothing_of_reports_it_may_not_read(served: Served) -> None:
    assert served.report(str(uuid4())).status == 201
    wait_until(lambda: _positions_after(served, 0), what="positions")
    assert _positions_after(served, 0, post="department_desk") == []


def test_numbers_on_the_front_page_open_lists(served: Served) -> None:
    assert served.report(str(uuid4())).status == 201
    for address in ("/cases/", "/reports/?kind=complaint"):
        page = served.ask("GET", address)
        assert page.status == 200
        assert b'class="lines"' in page.body


def test_the_worker_beside_the_server_delivers_and_the_record_is_intact(served: Served) -> None:
    assert served.report(str(uuid4())).status == 201
    verified = served.home.run("audit", "verify", "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    told = json.loads(verified.stdout.splitlines()[-1])
    assert told["findings"] == []
    assert told["entries"] > 0


def test_the_server_ends_when_it_is_told_to(home: Home) -> None:
    port = free_port()
    process = subprocess.Popen(home.command("serve", "--port", str(port)), env=home.environment)
    wait_until(lambda: listens(port), what="the second server to listen")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    assert not listens(port)


def test_a_worker_of_its_own_ends_when_it_is_told_to(home: Home) -> None:
    process = subprocess.Popen(home.command("worker"), env=home.environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert any("started" in line for line in iter(process.stderr.readline, ""))
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


def test_production_refuses_the_secrets_of_a_demo(home: Home) -> None:
    environment = home.environment | {"GONGZHI_MODE": "production"}
    refused = subprocess.run(home.command("init"), env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "GONGZHI_HOME" in refused.stderr


def test_secrets_are_readable_by_their_owner_only(home: Home) -> None:
    for name in ("secrets.json", "demo_access.json"):
        assert (Path(home.folder) / name).stat().st_mode & 0o077 == 0


def _stream(served: Served, headers: dict[str, str], post: str = "acceptor") -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    token = served.home.token(post)
    connection.request("GET", "/live", headers={"Authorization": f"Bearer {token}", **headers})
    return connection


def _listen(served: Served, heard: list[str], ready: threading.Event) -> None:
    connection = _stream(served, {})
    answer = connection.getresponse()
    for line in iter(answer.readline, b""):
        heard.append(line.decode().strip())
        ready.set()


def _positions_after(served: Served, position: int, post: str = "audit_administrator") -> list[int]:
    connection = _stream(served, {"Last-Event-ID": str(position)}, post=post)
    connection.sock.settimeout(2)
    positions: list[int] = []
    try:
        answer = connection.getresponse()
        for line in iter(answer.readline, b""):
            if line.startswith(b"id:"):
                positions.append(int(line.split(b":")[1]))
    except TimeoutError:
        return positions
    finally:
        connection.close()
    return positions
