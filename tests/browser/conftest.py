"""A demo city that is served on a port of its own, a Chromium, and people who each have a browser of theirs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.checks import SCREENSHOTS, Reader
from tests.browser.people import Citizen, Member
from tests.served.conftest import free_port, listens, wait_until

REPORTS = 24
"""How many invented reports the city has beside its turns: enough for a page of each queue."""
FLAGS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--hide-scrollbars", "--disable-dev-shm-usage"),
    "--lang=zh-CN",
)
"""Nothing that asks the network for anything but the pages we open."""


_SESSION_OVER = """
import sys, django
django.setup()
from gongzhi.kernel.clock import wall_clock
from gongzhi.people import operations
from gongzhi.people.models import StaffSession
from gongzhi.people.states import SessionEnd
for one in StaffSession.objects.filter(account__username=sys.argv[1]):
    operations.sign_out(one.uid, at=wall_clock(), why=SessionEnd.IDLE)
"""


class City:
    """A demo city in a home of its own, and the address under which it is served."""

    def __init__(self, home: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GONGZHI_", "DJANGO_"))}
        self.environment = {**kept, "GONGZHI_HOME": str(home), "GONGZHI_MODE": "demo"}
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"

    def ends_the_session_of(self, account: str) -> None:
        """Let what a member is signed in with run out, as it does after half an hour without a page."""
        told = [sys.executable, "-c", _SESSION_OVER, account]
        subprocess.run(told, env={**self.environment, "DJANGO_SETTINGS_MODULE": "gongzhi.config.settings"}, check=True)

    def command(self, *words: str) -> list[str]:
        """Return a `gongzhi` command line."""
        return [sys.executable, "-m", "gongzhi", *words]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the Chromium that was found on this machine; Playwright brings none and fetches none."""
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_browser(), args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Play the demo's story, serve it, and end the server by its process id."""
    city = City(tmp_path_factory.mktemp("city"))
    told = city.command("demo", "--no-serve", "--reports", str(REPORTS))
    subprocess.run(told, env=city.environment, check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen(city.command("serve", "--port", str(city.port)), env=city.environment)
    try:
        wait_until(lambda: listens(city.port), what="the city to be served")
        yield city
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    """What the browsers of members keep after they signed in once: nobody has to do so again for each journey."""
    return {}


@pytest.fixture
def readers(request: pytest.FixtureRequest) -> Iterator[list[Reader]]:
    """Everybody whose browser is open; at the end nothing may have been wrong on any page that they saw."""
    opened: list[Reader] = []
    yield opened
    faults = [fault for one in opened for fault in one.faults]
    if request.session.testsfailed or faults:
        for number, one in enumerate(opened):
            one.keeps_a_picture(f"{request.node.name[:60]}-{number}", folder=SCREENSHOTS / "at-the-end")
    for one in opened:
        one.context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def citizen(chromium: Browser, served_city: City, readers: list[Reader]) -> Callable[..., Citizen]:
    """Return a function that gives somebody a phone, or whatever else they have."""

    def arrives(**has: Any) -> Citizen:
        one = Citizen.arrives(chromium, served_city.address, **has)
        readers.append(one)
        return one

    return arrives


@pytest.fixture
def member(
    chromium: Browser, served_city: City, readers: list[Reader], signed_in: dict[str, Any]
) -> Callable[..., Member]:
    """Return a function that seats a member at a desk, signed in by the name of a demo account."""

    def sits_down(account: str, *, anew: bool = False, **has: Any) -> Member:
        kept = None if anew else signed_in.get(account)
        one = Member.sits_down(chromium, served_city.address, account, kept=kept, **has)
        readers.append(one)
        if not anew:
            signed_in.setdefault(account, one.context.storage_state())
        return one

    return sits_down


def _browser() -> str:
    """Return the path of a Chromium, as `make test-browser` names it or as its script finds it."""
    script = Path(__file__).parents[2] / "scripts" / "find_browser.sh"
    found = subprocess.run(["/bin/sh", str(script)], capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.fail(found.stderr)
    return found.stdout.strip()
