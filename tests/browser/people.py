"""The people of the journeys: what a citizen and a member of staff do, each step in their own words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from playwright.sync_api import Browser

from gongzhi.scenarios.pictures import picture
from tests.browser.checks import DESK, PHONE, Reader

LIVES_AT = {"longitude": 118.0894, "latitude": 24.4598}
"""Somewhere in a street of the demo's first district, as a telephone tells it."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What a reporter takes home."""

    number: str
    code: str


class Citizen(Reader):
    """Somebody who reports a matter and follows it."""

    @classmethod
    def arrives(cls, browser: Browser, address: str, *, size: tuple[int, int] = PHONE, **has: Any) -> Self:
        """Give somebody a browser that may tell where they are."""
        return cls(browser, address, size=size, **{"geolocation": LIVES_AT, "permissions": ["geolocation"], **has})

    def begins(self, words: str, *photos: bytes) -> None:
        """Take photographs and write a few words."""
        self.goes_to("/")
        self.presses("我要反映问题")
        if photos:
            self.gives_photos("照片", *photos)
        self.writes("怎么回事", words)
        self.presses("下一步")

    def says_where(self, address: str = "", *, by_phone: bool = True) -> None:
        """Say where it is: where the telephone is, or in words."""
        if address:
            self.writes("地址或地标", address)
        if by_phone:
            self.finds("用手机定位").click()
            self.page.get_by_label("手机现在的位置").wait_for()
        else:
            self.ticks("就用上面写的地址")
        self.presses("下一步")

    def says_what(self, kind: str, *, wants: str = "有问题，请来处理") -> None:
        """Say what it is about."""
        self.picks("您希望", wants)
        if kind:
            self.ticks(kind)
        self.presses("下一步")

    def sends(self, phone: str = "") -> Slip:
        """Read everything back, leave a number or none, and send."""
        if phone:
            self.writes("您的电话", phone)
        self.presses("提交")
        return self.slip()

    def slip(self) -> Slip:
        """Read number and code from the slip."""
        number, code = (one.inner_text() for one in self.page.locator(".receipt .big").all())
        return Slip(number, code)

    def follows(self, slip: Slip) -> None:
        """See how far it is."""
        self.goes_to("/follow/")
        self.writes("编号", slip.number)
        self.writes("查询码", slip.code)
        self.presses("查看")


class Member(Reader):
    """Somebody at a desk."""

    @classmethod
    def sits_down(
        cls, browser: Browser, address: str, account: str, *, size: tuple[int, int] = DESK, kept: Any = None, **has: Any
    ) -> Self:
        """Give a member a browser, and sign them in unless it remembers them."""
        one = cls(browser, address, size=size, **has, **({"storage_state": kept} if kept else {}))
        if kept is None:
            one.goes_to("/sign-in/")
            one.presses(f"以 {account} 登录")
        return one

    def opens_case(self, ref: str, *, act: str = "") -> None:
        """Open a case, by its number or its id, perhaps with the form of a move."""
        self.goes_to(f"/desk/cases/{ref}/" + (f"?do={act}#do" if act else ""))

    def does(self, act: str) -> None:
        """Press the one button of the form that is open."""
        self.presses(act, within=self.page.locator("form.move"))

    def waits_in(self, queue: str) -> list[str]:
        """Open a queue and return the numbers that wait there."""
        self.goes_to(f"/desk/queues/{queue}/")
        return [one.inner_text().split()[0] for one in self.page.locator("[data-open]").all()]

    # --- by keys alone -------------------------------------------------------------------------------------------

    def keys(self, *pressed: str) -> None:
        """Press keys, one after another."""
        for one in pressed:
            self.page.keyboard.press(one)

    def goes_by_key(self, key: str) -> None:
        """Press a key that leads to another page, and look at that."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.looks()

    def on_focus(self) -> str:
        """Return what has the focus, in words."""
        return str(self.page.evaluate("document.activeElement.innerText.trim()"))

    def walks_to(self, address: str, *, most: int = 60) -> str:
        """Press j until the line that leads to this address has the focus; return the whole address."""
        for _ in range(most):
            here = str(self.page.evaluate("document.activeElement.href || ''"))
            if address in here:
                return here
            self.page.keyboard.press("j")
        raise AssertionError(f"no line leads to {address} on {self.page.url}")

    def tabs_to(self, name: str, *, most: int = 20) -> None:
        """Press the tabulator until the button of this name has the focus."""
        for _ in range(most):
            if self.on_focus() == name:
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the tabulator does not lead to {name}")

    def chooses_by_key(self, words: str, *, most: int = 20) -> None:
        """Press the arrow until the line that begins with these words is chosen."""
        for _ in range(most):
            if self.page.evaluate("document.activeElement.selectedOptions[0].text").strip().startswith(words):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {words}")


@cache
def photo(number: int, *, tidy: bool = False) -> bytes:
    """Return a photograph that is unlike any other."""
    return picture(seed=number, tidy=tidy)
