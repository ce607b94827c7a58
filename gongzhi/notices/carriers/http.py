"""One request to a neighbour over HTTP: bounded in time and size, never redirected, and only to doors that are open."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from gongzhi.kernel.refusals import Outage
from gongzhi.notices.rules import Network, may_connect

LARGEST_ANSWER_BYTES = 256 * 1024
_TRY_AGAIN = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Doors:
    """Which addresses a request may go to.

    With `public_only`, somebody else has chosen the address: see `rules.may_connect`; `also` are the opened networks.
    """

    public_only: bool = False
    also: tuple[Network, ...] = ()

    def let_through(self, address: str, *, tls: bool) -> bool:
        """Whether a connection to an address may be opened."""
        return not self.public_only or may_connect(address, tls=tls, also=self.also)


OPEN_DOORS = Doors()
"""For neighbours that the installation itself has named."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of whom."""

    neighbour: str
    url: str
    method: str = "POST"
    headers: Mapping[str, str] | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A neighbour's answer."""

    status: int
    body: bytes


def ask(request: Request, *, wait_s: float, doors: Doors = OPEN_DOORS) -> Answer:
    """Send a request and return the answer of a neighbour that took it.

    `wait_s` is the time for everything together, all addresses of the neighbour included. Only the look-up of its name
    is the system's, and waits as long as the system is set up to (`resolv.conf`). The address is looked up once and
    connected to as it was checked, so that no second look-up can lead elsewhere.

    Raises: Outage. Trying again can help after a fault on the way, a full or failing server; it cannot after a refusal,
        a redirection, an answer too large, or a certificate that is not theirs.
    """
    neighbour = request.neighbour
    try:
        answer = _exchange(request, wait_s=wait_s, doors=doors)
    except ssl.SSLCertVerificationError as fault:
        raise Outage(neighbour, permanent=True, detail="certificate refused") from fault
    except ssl.SSLError as fault:
        raise Outage(neighbour, permanent=False, detail="TLS failed") from fault
    except TimeoutError as fault:
        raise Outage(neighbour, permanent=False, detail="no answer in time") from fault
    except socket.gaierror as fault:
        raise Outage(neighbour, permanent=False, detail="name unknown") from fault
    except UnicodeError as fault:
        raise Outage(neighbour, permanent=True, detail="no such name can be") from fault
    except ConnectionRefusedError as fault:
        raise Outage(neighbour, permanent=False, detail="connection refused") from fault
    except (OSError, http.client.HTTPException) as fault:
        raise Outage(neighbour, permanent=False, detail=f"broken off ({type(fault).__name__})") from fault
    if not 200 <= answer.status < 300:
        passing = answer.status >= 500 or answer.status in _TRY_AGAIN
        raise Outage(neighbour, permanent=not passing, detail=f"HTTP {answer.status}")
    return answer


@contextlib.contextmanager
def cut_off(connected: Callable[[], socket.socket | None], *, after_s: float) -> Iterator[None]:
    """Break a conversation off after a time, however slowly the other side goes on talking.

    `connected` returns the socket that is in use at that moment, since TLS puts another one in its place.

    Raises: TimeoutError when that happened.
    """
    late = threading.Event()

    def hang_up() -> None:
        late.set()
        in_use = connected()
        if in_use is not None:
            with contextlib.suppress(OSError):  # it has ended by itself
                socket.socket.shutdown(in_use, socket.SHUT_RDWR)  # without the farewell that TLS would wait for

    timer = threading.Timer(after_s, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception as fault:
        if late.is_set():
            raise TimeoutError("cut off") from fault
        raise
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError("cut off")


def _exchange(request: Request, *, wait_s: float, doors: Doors) -> Answer:
    parts = urlsplit(request.url)
    tls = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if tls else 80)
    addresses = _addresses(host, port, tls=tls, doors=doors, neighbour=request.neighbour)
    ends_s = time.monotonic() + wait_s
    plain = _connected(addresses, port, ends_s=ends_s)
    left_s = ends_s - time.monotonic()
    with _encrypted(plain, host=host) if tls else plain as connected, cut_off(lambda: connected, after_s=left_s):
        if isinstance(connected, ssl.SSLSocket):
            connected.do_handshake()
        return _talk(connected, request, host=host, port=port)


def _encrypted(plain: socket.socket, *, host: str) -> ssl.SSLSocket:
    """Return the connection with TLS around it; the handshake comes later, when it can be cut off."""
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)


def _addresses(host: str, port: int, *, tls: bool, doors: Doors, neighbour: str) -> list[str]:
    """Return the addresses of a host that may be used."""
    found = dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    usable = [address for address in found if doors.let_through(address, tls=tls)]
    if not usable:
        raise Outage(neighbour, permanent=True, detail="address not allowed")
    return usable


def _connected(addresses: Iterable[str], port: int, *, ends_s: float) -> socket.socket:
    """Return a connection to the first address that answers, before the monotonic clock shows `ends_s`."""
    fault: OSError = TimeoutError("no time left")
    for address in addresses:
        left_s = ends_s - time.monotonic()
        if left_s <= 0:
            break
        try:
            return socket.create_connection((address, port), timeout=left_s)
        except OSError as failed:
            fault = failed
    raise fault


def _talk(connected: socket.socket, request: Request, *, host: str, port: int) -> Answer:
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    conversation = http.client.HTTPConnection(host, port)
    conversation.sock = connected
    headers = {"User-Agent": "gongzhi", "Connection": "close", **(request.headers or {})}
    conversation.request(request.method, target, body=request.body, headers=headers)
    answer = conversation.getresponse()
    announced = answer.length
    body = answer.read(LARGEST_ANSWER_BYTES + 1)
    if len(body) > LARGEST_ANSWER_BYTES:
        raise Outage(request.neighbour, permanent=True, detail="answer too large")
    if announced is not None and len(body) < announced:
        raise http.client.IncompleteRead(body, announced - len(body))
    return Answer(answer.status, body)
