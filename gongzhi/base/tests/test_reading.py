"""Who reads as of one instant does not see what others write meanwhile."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from gongzhi.base.models import Sequence
from gongzhi.base.operations import next_number, one_change
from gongzhi.base.queries import as_of_one_instant


def elsewhere(work) -> None:
    """Do something in a thread of its own, which has a connection of its own."""

    def do() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=do)
    thread.start()
    thread.join(timeout=10)
    assert not thread.is_alive(), "the writer waited for the reader"


@pytest.mark.django_db(transaction=True)
def test_a_reader_sees_one_instant_while_a_writer_goes_on():
    take = one_change(next_number)
    take("case")
    with as_of_one_instant():
        assert Sequence.objects.get().last == 1
        elsewhere(lambda: take("case"))
        assert Sequence.objects.get().last == 1
    assert Sequence.objects.get().last == 2


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_fails_leaves_no_open_transaction():
    with pytest.raises(RuntimeError), as_of_one_instant():
        raise RuntimeError("while reading")
    assert one_change(next_number)("case") == 1
