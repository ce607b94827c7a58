"""What a newcomer does wrong, and what the product says then."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from tests.served.conftest import Home, Served


def gongzhi(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gongzhi", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_port_that_is_taken_is_refused_and_not_shared(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = home.run("serve", "--port", str(other.getsockname()[1]))
    assert refused.returncode == 2
    assert "--port" in refused.stderr


def test_a_body_in_chunks_is_read_whole(served: Served) -> None:
    body = json.dumps({"kind": "complaint", "channel": "portal", "text": "路灯不亮。"}).encode()
    assert _in_chunks(served, [body[:20], body[20:]]) == 201


def test_a_body_in_chunks_that_never_ends_is_refused(served: Served) -> None:
    assert _in_chunks(served, [b"x" * 1_000_000] * 4) == 411


def test_serving_before_a_city_is_founded_says_what_to_do(tmp_path: Path, home: Home) -> None:
    refused = gongzhi(_fresh(home, tmp_path), "serve")
    assert refused.returncode == 2
    assert "gongzhi init" in refused.stderr


def test_a_home_that_cannot_be_made_is_named(home: Home, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    refused = gongzhi(_fresh(home, tmp_path / "file"), "init")
    assert refused.returncode == 2
    assert "GONGZHI_HOME" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_damaged_secrets_are_named_and_never_made_anew(home: Home, tmp_path: Path) -> None:
    damaged = tmp_path / "secrets.json"
    damaged.write_text('{"web_key": "ab', encoding="utf-8")
    refused = gongzhi(_fresh(home, tmp_path), "init")
    assert refused.returncode == 2
    assert "secrets.json" in refused.stderr
    assert damaged.read_text(encoding="utf-8") == '{"web_key": "ab'


def test_a_demo_leaves_a_home_of_production_alone(home: Home, tmp_path: Path) -> None:
    production = _fresh(home, tmp_path) | {"GONGZHI_MODE": "production"}
    gongzhi(production, "manage", "check")  # there is no city yet; the secrets are made
    refused = gongzhi(production | {"GONGZHI_MODE": "demo"}, "demo", "--no-serve")
    assert refused.returncode == 2
    assert "production" in refused.stderr


def test_a_new_home_is_its_owners_alone(home: Home, tmp_path: Path) -> None:
    gongzhi(_fresh(home, tmp_path / "new"), "manage", "check")
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def _fresh(home: Home, folder: Path) -> dict[str, str]:
    environment = {name: value for name, value in home.environment.items() if name != "GONGZHI_DATABASE_URL"}
    return environment | {"GONGZHI_HOME": str(folder)}


def _in_chunks(served: Served, parts: list[bytes]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    try:
        connection.request("POST", "/api/v1/reports", body=iter(parts), headers=headers, encode_chunked=True)
        return connection.getresponse().status
    finally:
        connection.close()
