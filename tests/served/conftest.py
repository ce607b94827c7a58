"""A product of its own: a home folder, a database, processes that are really started and really stopped."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

PATIENCE_S = 60.0


@dataclass
class Answer:
    """What came back over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.body)


@dataclass
class Home:
    """A founded city with invented people, and the environment in which commands run on it."""

    folder: Path
    environment: dict[str, str]

    def command(self, *words: str) -> list[str]:
        """Return a `gongzhi` command line."""
        return [sys.executable, "-m", "gongzhi", *words]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(self.command(*words), env=self.environment, capture_output=True, text=True, check=False)

    def token(self, post: str) -> str:
        """Return the token of an invented account in a post."""
        access = json.loads((self.folder / "demo_access.json").read_text(encoding="utf-8"))
        found: str = next(one["token"] for one in access if one["post"] == post)
        return found


@dataclass
class Served:
    """A product that is being served."""

    home: Home
    port: int
    process: subprocess.Popen[bytes]

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Send one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = "application/json"
        try:
            connection.request(method, path, body=data, headers=sent)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def report(self, key: str, text: str = "路口垃圾桶满了。") -> Answer:
        """Send a citizen's report."""
        body = {"kind": "complaint", "channel": "portal", "text": text, "place": {"lon": 118.09, "lat": 24.46}}
        return self.ask("POST", "/api/v1/reports", body, Idempotency_Key=key)

    def processes(self) -> list[int]:
        """Return the server's processes: the one that was started and its children."""
        found = [self.process.pid]
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == self.process.pid:
                found.append(int(entry.name))
        return found


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Found a city in a home of its own, on the database that the suite runs on."""
    folder = tmp_path_factory.mktemp("home")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GONGZHI_", "DJANGO_"))}
    environment |= {"GONGZHI_HOME": str(folder), "GONGZHI_MODE": "demo"}
    with _database(environment):
        found = Home(folder=folder, environment=environment)
        made = found.run("init", "--with-people")
        assert made.returncode == 0, made.stderr
        yield found


@pytest.fixture(scope="session")
def served(home: Home) -> Iterator[Served]:
    """Serve the home, and end it by its process id."""
    port = free_port()
    process = subprocess.Popen(home.command("serve", "--port", str(port)), env=home.environment)
    try:
        one = Served(home=home, port=port, process=process)
        wait_until(lambda: listens(port), what="the server to listen")
        yield one
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


class _database:  # noqa: N801 - reads as a sentence: with _database(environment)
    """A database of its own on the PostgreSQL server that the suite runs on; nothing to do on SQLite."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.name = f"served_{uuid4().hex[:12]}"

    def __enter__(self) -> None:
        if not self._server():
            return
        self._execute(f'CREATE DATABASE "{self.name}"')
        from django.conf import settings

        said = {name: str(value) for name, value in settings.DATABASES["default"].items()}
        user, password = quote(said["USER"], safe=""), quote(said["PASSWORD"], safe="")
        address = f"host={quote(said['HOST'], safe='')}" + (f"&port={said['PORT']}" if said["PORT"] else "")
        self.environment["GONGZHI_DATABASE_URL"] = f"postgresql://{user}:{password}@/{self.name}?{address}"

    def __exit__(self, *_: object) -> None:
        if self._server():
            self._execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    @staticmethod
    def _server() -> bool:
        from django.db import connection

        return connection.vendor == "postgresql"

    @staticmethod
    def _execute(statement: str) -> None:
        import psycopg
        from django.conf import settings

        said = {name: str(value) for name, value in settings.DATABASES["default"].items()}
        with psycopg.connect(
            host=said["HOST"] or None,
            port=said["PORT"] or None,
            user=said["USER"] or None,
            password=said["PASSWORD"] or None,
            dbname="postgres",
            autocommit=True,
        ) as server:
            server.execute(statement)


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether somebody listens on a port of the loopback address."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(happened: Any, *, what: str, patience_s: float = PATIENCE_S) -> None:
    """Wait until something happened, or fail naming it."""
    end = time.monotonic() + patience_s
    while not happened():
        if time.monotonic() > end:
            pytest.fail(f"waited {patience_s:.0f} s in vain for {what}")
        time.sleep(0.05)
