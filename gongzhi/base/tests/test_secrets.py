"""An installation makes its secrets once and keeps them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from gongzhi.base.secrets import DemoSecretsInProduction, load_or_make


def test_the_second_start_finds_the_secrets_of_the_first(tmp_path):
    assert load_or_make(tmp_path / "home", demo=True) == load_or_make(tmp_path / "home", demo=True)


def test_starts_at_the_same_moment_agree_on_one_set_of_secrets(tmp_path):
    with ThreadPoolExecutor(8) as starts:
        made = set(starts.map(lambda _: load_or_make(tmp_path, demo=True), range(16)))
    assert len(made) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


def test_nobody_else_may_read_the_secrets(tmp_path):
    load_or_make(tmp_path, demo=False)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


def test_no_two_secrets_are_alike(tmp_path):
    made = load_or_make(tmp_path, demo=True)
    assert len({made.web_key, made.value_key, made.index_key, made.seal_key}) == 4


def test_production_refuses_a_home_that_was_made_for_a_demo(tmp_path):
    load_or_make(tmp_path, demo=True)
    with pytest.raises(DemoSecretsInProduction):
        load_or_make(tmp_path, demo=False)
