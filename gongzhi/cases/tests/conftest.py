"""People for the tests of separate hands."""

import pytest


@pytest.fixture
def jack_of_all_posts(city):
    """Somebody who holds every post of the main line, as in a very small city."""
    from gongzhi.cases.tests.attempts import jack_of_all_posts

    return jack_of_all_posts("9999", name="王全")
