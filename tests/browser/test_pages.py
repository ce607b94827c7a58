"""Every main page at three sizes, in light and dark, and how much the first one weighs."""

from __future__ import annotations

import pytest

from tests.browser.checks import DESK

FIRST_PAGE_MOST_KB = 150
OF_CITIZENS = {
    "front": "/",
    "report": "/report/",
    "cases": "/cases/?state=closed",
    "reports": "/reports/",
    "map": "/map/",
    "figures": "/figures/",
    "follow": "/follow/",
    "conduct": "/conduct/",
    "sign-in": "/sign-in/",
    "not-found": "/nowhere/",
}
OF_STAFF = {
    "acceptor": (
        "/desk/",
        "/desk/queues/to-accept/",
        "/desk/queues/needs-location/",
        "/desk/queues/replies-due/",
        "/desk/call/",
        "/desk/paste/",
    ),
    "shift_leader": ("/desk/", "/desk/queues/to-close/", "/desk/queues/due-soon/", "/desk/handovers/", "/desk/powers/"),
    "dispatcher": ("/desk/queues/to-dispatch/", "/desk/queues/returned/", "/desk/search/?q=开元"),
    "desk-bureau-350203": ("/desk/", "/desk/queues/to-handle/"),
    "checker": ("/desk/queues/to-check/",),
    "conduct_inspector": ("/desk/conduct/",),
    "system_administrator": ("/desk/codes/", "/desk/publication/"),
}


def test_every_page_of_citizens_can_be_read_by_everybody_at_every_size(citizen):
    reader = citizen(size=DESK, draws_maps=True)
    for name, address in OF_CITIZENS.items():
        reader.goes_to(address)
        reader.keeps_pictures(f"citizen-{name}")
    reader.goes_to("/cases/?state=closed")
    reader.page.locator(".lines .what a").first.click()
    reader.looks()
    reader.keeps_pictures("citizen-case")


@pytest.mark.parametrize("account", OF_STAFF)
def test_every_page_of_staff_can_be_read_by_everybody_at_every_size(member, account):
    reader = member(account, draws_maps=True)
    for address in OF_STAFF[account]:
        reader.goes_to(address)
        told = address.split("?")[0].strip("/").replace("/", "-")
        reader.keeps_pictures(f"{account}-{told}")
    first = reader.page.locator("main [data-open]").first
    if first.count():
        first.click()
        reader.looks()
        reader.keeps_pictures(f"{account}-opened")


def test_the_first_page_is_light_enough_for_a_bad_line(citizen):
    reader = citizen()
    weighed = reader.context.new_cdp_session(reader.page)
    weighed.send("Network.enable")
    came: list[float] = []
    weighed.on("Network.loadingFinished", lambda told: came.append(told["encodedDataLength"]))
    for address in ("/", "/report/"):
        weighed.send("Network.clearBrowserCache")
        came.clear()
        reader.goes_to(address)
        reader.page.wait_for_load_state("networkidle")
        assert 2 < sum(came) / 1024 <= FIRST_PAGE_MOST_KB, f"{address}: {sum(came) / 1024:.0f} KB"
