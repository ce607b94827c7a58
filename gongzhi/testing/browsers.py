"""Browsers of staff for tests: signed in through the page, in the post that the test wants."""

from __future__ import annotations

from django.test import Client

from gongzhi.kernel.clock import wall_clock
from gongzhi.people import queries
from gongzhi.people.rules import DEMO_PASSWORD


def browser_of(post: str, *, unit: str | None = None, language: str = "zh-hans") -> Client:
    """Return the browser of the first invented member who holds a post, signed in and acting in it."""
    at = wall_clock()
    held = [
        (name, one)
        for name, one in queries.demo_appointments(at=at)
        if one.post == post and unit in (None, one.unit) and name in queries.demo_names()
    ]
    name, seat = held[0]
    browser = Client(headers={"accept-language": language})
    answer = browser.post("/sign-in/", {"username": name, "password": DEMO_PASSWORD})
    if answer.headers.get("Location") == "/sign-in/post/":
        answer = browser.post("/sign-in/post/", {"seat": str(seat.uid)})
    if answer.status_code != 302:
        raise AssertionError(f"{name} was not let in: {answer.status_code}")
    return browser
