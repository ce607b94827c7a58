import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.api import rules


@given(st.integers(0, 10**18 - 1))
def test_a_version_is_read_as_it_was_given_out(version):
    assert rules.seen_version(rules.etag(version)) == version


@pytest.mark.parametrize("spelled", ["3", '"00"', '"-1"', '"03"', 'W/"3"', '"3", "4"', "*", "", '"三"', '"1e3"'])
def test_a_version_spelled_otherwise_is_refused(spelled):
    with pytest.raises(rules.SeenVersionUnreadable):
        rules.seen_version(spelled)


def test_a_change_without_the_version_that_was_seen_is_refused():
    with pytest.raises(rules.SeenVersionMissing):
        rules.seen_version(None)


@given(st.uuids())
def test_a_cursor_leads_back_to_its_row(uid):
    cursor = rules.cursor_after(uid)
    assert rules.read_cursor(cursor) == uid
    assert str(uid) not in cursor


@pytest.mark.parametrize("cursor", ["", "x", "好", "A" * 21, "A" * 23, "-" * 22, "=" * 22, "\x00"])
def test_a_cursor_that_was_never_given_out_is_refused(cursor):
    with pytest.raises(rules.CursorUnreadable):
        rules.read_cursor(cursor)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_cursor(text):
    try:
        uid = rules.read_cursor(text)
    except rules.CursorUnreadable:
        return
    assert rules.cursor_after(uid) == text


@pytest.mark.parametrize(
    "key", ["short", "x" * 201, "with a blank in it", "不是一个可见的字符编号啊啊啊啊啊啊", "a" * 15 + "\n"]
)
def test_a_key_that_may_be_somebody_elses_is_refused(key):
    with pytest.raises(rules.KeyUnusable):
        rules.usable_key(key)


def test_a_uuid_is_a_usable_key():
    key = str(uuid.uuid4())
    assert rules.usable_key(key) == key
