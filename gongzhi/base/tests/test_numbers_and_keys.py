"""Numbers people read never repeat, and a request that comes twice gets one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from gongzhi.base.operations import (
    RepeatedKeyOtherContent,
    earlier_answer,
    forget_answer,
    keep_answer,
    next_number,
    one_change,
)
from gongzhi.kernel.refusals import Conflict

MONDAY_9AM = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def keep(**other: str) -> None:
    told = {"source": "12345", "key": "a-1", "content_digest": "d1", "answer": "XM-1"}
    keep_answer(**{**told, **other}, at=MONDAY_9AM)


@pytest.mark.django_db
def test_each_sequence_counts_for_itself():
    assert [next_number("case"), next_number("case"), next_number("report"), next_number("case")] == [1, 2, 1, 3]


@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_the_same_moment_do_not_repeat():
    def take(_: int) -> int:
        try:
            return one_change(next_number)("case")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(take, range(20))) == list(range(1, 21))


@pytest.mark.django_db
def test_a_new_key_has_no_earlier_answer():
    assert earlier_answer(source="12345", key="a-1", content_digest="d1") is None


@pytest.mark.django_db
def test_a_repeated_key_with_the_same_content_gets_the_same_answer():
    keep()
    assert earlier_answer(source="12345", key="a-1", content_digest="d1") == "XM-1"


@pytest.mark.django_db
def test_the_same_key_of_another_source_is_another_key():
    keep()
    assert earlier_answer(source="open311", key="a-1", content_digest="d1") is None


@pytest.mark.django_db
def test_a_repeated_key_with_other_content_is_refused_and_the_earlier_answer_is_not_told():
    keep()
    with pytest.raises(RepeatedKeyOtherContent) as refused:
        earlier_answer(source="12345", key="a-1", content_digest="d2")
    assert refused.value.facts == {"source": "12345", "key": "a-1"}


@pytest.mark.django_db
def test_a_key_that_is_being_answered_by_another_request_is_a_conflict():
    keep()
    with pytest.raises(Conflict):
        keep(answer="XM-2")
    assert earlier_answer(source="12345", key="a-1", content_digest="d1") == "XM-1"


@pytest.mark.django_db
def test_an_answer_that_is_worth_nothing_is_forgotten_and_no_other():
    keep()
    forget_answer(source="12345", key="a-1", answer="XM-2")
    assert earlier_answer(source="12345", key="a-1", content_digest="d1") == "XM-1"
    forget_answer(source="12345", key="a-1", answer="XM-1")
    assert earlier_answer(source="12345", key="a-1", content_digest="d2") is None


@pytest.mark.django_db
def test_keys_of_uploads_from_before_lose_their_digests_and_those_of_reports_keep_them():
    keep(source="files:anonymous", answer="a file")
    keep(source="api")
    import_module("gongzhi.base.migrations.0002_keep_no_digest_of_uploads").forget_digests(apps, None)
    assert earlier_answer(source="files:anonymous", key="a-1", content_digest="") == "a file"
    assert earlier_answer(source="api", key="a-1", content_digest="d1") == "XM-1"
