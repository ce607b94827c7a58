"""Founding again: a demo whose tokens were lost gets new ones."""

from datetime import timedelta

import pytest

from gongzhi.people.queries import actor_of_token
from gongzhi.scenarios import founding, packs
from gongzhi.testing.moves import MONDAY_9AM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def home(settings, tmp_path):
    settings.GONGZHI_HOME = tmp_path
    return tmp_path


def found_again(*, with_people=True):
    assert not founding.found(packs.load("xiamen"), at=MONDAY_9AM, with_people=with_people)


def test_lost_tokens_are_made_again_for_every_post(home):
    found_again()
    access = founding.demo_access()
    posts = [(person.username, post, unit) for person in packs.load("xiamen").people for post, unit in person.posts]
    assert [(one.username, one.post, one.unit) for one in access] == posts
    actors = [actor_of_token(one.token, at=MONDAY_9AM + timedelta(days=1)) for one in access]
    assert [(actor.post, actor.unit) for actor in actors] == [(post, unit) for _, post, unit in posts]
    assert [one.name for one in home.iterdir()] == ["demo_access.json"]
    assert (home / "demo_access.json").stat().st_mode & 0o077 == 0


def test_tokens_that_are_there_stay(home):
    found_again()
    before = founding.demo_access()
    found_again()
    assert founding.demo_access() == before


def test_nobody_gets_tokens_who_did_not_ask_for_people(home):
    found_again(with_people=False)
    assert founding.demo_access() == []


def test_a_full_disk_leaves_no_half_file(home, monkeypatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        found_again()
    assert list(home.iterdir()) == []
