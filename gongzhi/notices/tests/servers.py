"""Real servers on this machine that behave, misbehave and break off: what a carrier meets out there."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Got:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def _said(answer: tuple[int, bytes], got: Got) -> tuple[int, bytes]:
    return answer


@dataclass
class WebServer:
    """Answers with what `answers` gives for each request in turn, the last one for ever."""

    url: str
    answers: list[Callable[[Got], tuple[int, bytes]]] = field(default_factory=lambda: [lambda got: (200, b"{}")])
    got: list[Got] = field(default_factory=list)

    def says(self, *answers: tuple[int, bytes] | Callable[[Got], tuple[int, bytes]]) -> None:
        self.answers = [one if callable(one) else partial(_said, one) for one in answers]

    def answer(self, got: Got) -> tuple[int, bytes]:
        self.got.append(got)
        return self.answers[min(len(self.got), len(self.answers)) - 1](got)


@contextlib.contextmanager
def web_server(*, tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    """Serve HTTP, or HTTPS, on a free port of the loopback interface."""
    made = WebServer("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, body = made.answer(Got(self.command, self.path, headers, self.rfile.read(size)))
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", made.url + "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):  # who asked has hung up
                self.wfile.write(body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    made.url = f"http{'s' if tls else ''}://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Accept connections on a free port and let `talk` have each; yield the port."""
    listening = socket.create_server(("127.0.0.1", 0))
    stopping = threading.Event()

    def serve() -> None:
        while not stopping.is_set():
            try:
                connected, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=hand_over, args=(connected,), daemon=True).start()

    def hand_over(connected: socket.socket) -> None:
        with connected, contextlib.suppress(OSError):  # the other side has hung up
            talk(connected)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        stopping.set()
        with contextlib.suppress(OSError):  # nobody was connected
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


@dataclass
class Certificate:
    """A certificate for localhost, signed by itself."""

    path: Path

    def server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path)
        return context


def certificate(folder: Path) -> Certificate:
    """Make a certificate for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    from_ = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(from_)
        .not_valid_after(from_.replace(year=2099))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "localhost.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return Certificate(path)


@dataclass
class MailServer:
    """A mail relay that speaks SMTP; `says` changes its greeting, its answer to a command, or to a letter (`after`)."""

    port: int = 0
    says: dict[str, str] = field(default_factory=dict)
    letters: list[tuple[str, str, str]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    starttls: ssl.SSLContext | None = None
    implicit: ssl.SSLContext | None = None

    def talk(self, connected: socket.socket) -> None:
        if self.implicit is not None:
            connected = self.implicit.wrap_socket(connected, server_side=True)
        lines = connected.makefile("rwb")

        def say(text: str) -> None:
            lines.write(text.encode() + b"\r\n")
            lines.flush()

        say(self.says.get("greeting", "220 relay"))
        from_ = to = ""
        while line := lines.readline().decode().strip():
            command = line.split(" ")[0].upper()
            self.heard.append(command)
            if command == "STARTTLS" and self.starttls is not None:
                say("220 go on")
                connected = self.starttls.wrap_socket(connected, server_side=True)
                lines = connected.makefile("rwb")
                continue
            if command in self.says:
                say(self.says[command])
                continue
            if command == "EHLO":
                say("250-relay")
                if self.starttls is not None and not isinstance(connected, ssl.SSLSocket):
                    say("250-STARTTLS")
                say("250-AUTH PLAIN")
                say("250 8BITMIME")
            elif command == "AUTH":
                say("235 welcome")
            elif command == "DATA":
                say("354 go on")
                letter = b""
                while (part := lines.readline()) not in {b".\r\n", b""}:
                    letter += part
                self.letters.append((from_, to, letter.decode()))
                self.encrypted.append(isinstance(connected, ssl.SSLSocket))
                say(self.says.get("after", "250 kept"))
            elif command == "QUIT":
                say("221 bye")
                return
            else:
                from_ = line if command == "MAIL" else from_
                to = line if command == "RCPT" else to
                say("250 ok")


@contextlib.contextmanager
def mail_server(
    *, starttls: ssl.SSLContext | None = None, implicit: ssl.SSLContext | None = None
) -> Iterator[MailServer]:
    """Serve SMTP on a free port."""
    made = MailServer(starttls=starttls, implicit=implicit)
    with raw_server(made.talk) as port:
        made.port = port
        yield made
