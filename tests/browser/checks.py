"""A reader with a browser, and what must be true of every page that anybody sees in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, Response

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "var" / "screenshots"
PHONE, DESK, WALL = (360, 740), (1366, 768), (1920, 1080)
PATIENCE_MS = 20_000
_AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
_VIOLATIONS = """
async (tags) => {
  const found = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(" | ")}`);
}
"""
_BUILT = """
() => [matchMedia("(prefers-color-scheme: dark)").matches, ...[...document.querySelectorAll("*")].map((one) => {
  const told = [...one.attributes].map(({ name, value }) =>
    /^(class|id|for|role|type|name|lang|tabindex|hidden|open|aria-.*)$/.test(name) ? `${name}=${value}` : name);
  return [one.tagName, ...told, [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())].join(" ");
})].join().replace(/[0-9a-f-]{36}|[0-9]+/g, "")
"""
"""How a page is built: all but its words and numbers."""
_TOO_WIDE = """
() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  const over = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > wide + 1);
  return over.slice(0, 5).map((one) => `${one.tagName.toLowerCase()}.${one.className}`);
}
"""


_NO_MAPS = """
const asked = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return String(kind).startsWith("webgl") ? null : asked.call(this, kind, ...rest);
};
"""
"""A device on which no map can be drawn, as many are; drawing one without a graphics card also takes long."""
_looked_at: set[int] = set()
"""How the pages were built that somebody looked at already: the same page of another person is not looked at again."""


class Reader:
    """Somebody at a browser. What they do is a method; every page they come to is looked at.

    Attributes:
        context: their browser, with its own cookies.
        page: the page that is open.
        faults: what was wrong on any page: accessibility, errors of scripts, other hosts, width.
    """

    def __init__(
        self, browser: Browser, address: str, *, size: tuple[int, int], draws_maps: bool = False, **has: Any
    ) -> None:
        self.address = address
        self.faults: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=address,
            viewport={"width": size[0], "height": size[1]},
            **{"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce", **has},
        )
        self.context.set_default_timeout(PATIENCE_MS)
        if not draws_maps:
            self.context.add_init_script(_NO_MAPS)
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda fault: self._wrong(f"script: {fault.error}"))
        self.context.on("request", self._asked)
        self.context.on("response", self._answered)
        self.page: Page = self.context.new_page()
        self._scripts = has.get("java_script_enabled", True)

    # --- going about ---------------------------------------------------------------------------------------------

    def goes_to(self, path: str) -> None:
        """Open an address of the city."""
        self.page.goto(path)
        self.looks()

    def presses(self, name: str, *, within: Locator | None = None) -> None:
        """Press a button or follow a link that leads to another page, and look at that."""
        with self.page.expect_navigation():
            self.finds(name, within=within).click()
        self.looks()

    def goes_back(self) -> None:
        """Press the browser's back button."""
        self.page.go_back()
        self.looks()

    def unfolds(self, name: str) -> Locator:
        """Open a part of the page that is folded, unless it is open, and return it."""
        part = self.page.locator("details", has=self.page.locator("summary", has_text=name)).first
        if not part.evaluate("(part) => part.open"):
            part.locator("summary").click()
        return part

    def finds(self, name: str, *, within: Locator | None = None) -> Locator:
        """Return a button or a link by what it says."""
        where = within or self.page.locator("body")
        said = re.compile(rf"^\s*{re.escape(name)}")
        return where.get_by_role("button", name=said).or_(where.get_by_role("link", name=said)).first

    def field(self, label: str) -> Locator:
        """Return a field by its label."""
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}")).first

    def writes(self, label: str, words: str) -> None:
        """Write into a field."""
        self.field(label).fill(words)

    def picks(self, label: str, option: str) -> None:
        """Choose from a list, by the words of one of its lines or their beginning."""
        field = self.field(label)
        told = field.locator("option", has_text=re.compile(rf"^\s*{re.escape(option)}")).first
        field.select_option(told.get_attribute("value"))

    def ticks(self, label: str, *, within: Locator | None = None) -> None:
        """Tick a box or one of several circles."""
        (within or self.page.locator("body")).get_by_label(re.compile(rf"^\s*{re.escape(label)}")).first.check()

    def gives_photos(self, label: str, *photos: bytes) -> None:
        """Choose photographs from the phone."""
        named = [
            {"name": f"现场{number}.png", "mimeType": "image/png", "buffer": one}
            for number, one in enumerate(photos, start=1)
        ]
        self.field(label).set_input_files(named)  # type: ignore[arg-type]  # Playwright's own type of a chosen file

    def reads(self) -> str:
        """Return what the page says."""
        return self.page.locator("body").inner_text()

    def sees(self, *told: str) -> None:
        """Make sure that the page says all of this."""
        said = re.sub(r"\s+", " ", self.reads())
        missing = [one for one in told if one not in said]
        assert not missing, f"{missing} not on {self.page.url}:\n{said[:3000]}"

    def waits_for(self, told: str, *, tries: int = 40) -> None:
        """Load the page again until it says this: the worker tells it a moment later."""
        for _ in range(tries):
            if told in self.reads():
                return
            self.page.wait_for_timeout(250)
            self.page.reload()
        self.sees(told)

    # --- looking -------------------------------------------------------------------------------------------------

    def looks(self) -> None:
        """Look at the page that is open: accessible, and no wider than the narrowest phone."""
        where = f"{urlsplit(self.page.url).path} “{self.page.title()}”"
        size = self.page.viewport_size
        if self._scripts and (built := hash(self.page.evaluate(_BUILT))) not in _looked_at:
            _looked_at.add(built)
            self.page.evaluate(_AXE)
            self.faults += [f"{where}: {one}" for one in self.page.evaluate(_VIOLATIONS, _TAGS)]
        if size and size["width"] != PHONE[0]:
            self.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        wide = self.page.evaluate(_TOO_WIDE)
        if wide:
            self.faults.append(f"{where}: wider than {PHONE[0]} px: {', '.join(wide)}")
        if size and size["width"] != PHONE[0]:
            self.page.set_viewport_size(size)

    def keeps_a_picture(self, name: str, *, folder: Path = SCREENSHOTS) -> None:
        """Keep a picture of the whole page, for people to look at."""
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png", full_page=True)

    def keeps_pictures(self, name: str) -> None:
        """Keep a picture of the page at each size, and look at it in the dark too."""
        before = self.page.viewport_size
        for size in (DESK, WALL, PHONE):
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
            self.keeps_a_picture(f"{name}-{size[0]}")
        self.page.emulate_media(color_scheme="dark")
        self.looks()
        self.page.emulate_media(color_scheme="light")
        if before:
            self.page.set_viewport_size(before)

    # --- listening -----------------------------------------------------------------------------------------------

    def _wrong(self, what: str) -> None:
        self.faults.append(f"{self.page.url}: {what}")

    def _heard(self, message: ConsoleMessage) -> None:
        # What could not be loaded is heard of in `_answered`, which knows whether it was the page itself; that drawing
        # without a graphics card is slow is no fault of a page.
        about_machine = message.text.startswith(("Failed to load resource", "[.WebGL-"))
        if message.type in {"error", "warning"} and not about_machine:
            self._wrong(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self._wrong(f"asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self._wrong(f"{response.status} for {response.url}")
        if response.status >= 500:
            self._wrong(f"{response.status} for {response.url}")
