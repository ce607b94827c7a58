import json
from zoneinfo import ZoneInfo

import pytest

from gongzhi.intake.states import Channel, ReportKind
from gongzhi.scenarios import profiles
from gongzhi.scenarios.profiles import (
    NoSuchProfile,
    ProfileKeyMissing,
    ProfileKeyUnknown,
    ProfileNoObject,
    ProfileTooLarge,
    ProfileUnreadable,
    ProfileValueWrong,
)
from gongzhi.scenarios.tables import FileUnreadable

SMALL = {
    "name": "letters",
    "channel": "letter",
    "columns": {"key": "id", "time": "when", "text": "words"},
    "time": {"zone": "Asia/Shanghai", "formats": ["%Y-%m-%d %H:%M:%S"]},
    "kind": {"default": "complaint"},
}


def read(**changes):
    return profiles.read(json.dumps(SMALL | changes).encode(), called="letters.json")


def test_the_shipped_profile_for_chinese_complaints_knows_its_columns_and_its_zone():
    profile = profiles.find("complaints-zh")
    assert profile.source_of_keys == "import:complaints-zh"
    assert profile.time.zone == ZoneInfo("Asia/Shanghai")
    assert profile.columns_used() == {
        "message_id",
        "message_time",
        "topic",
        "detail",
        "reply",
        "reply_time",
    }, "who wrote a message is not read"
    assert [(one.column, one.kind) for one in profile.kind.patterns] == [("topic", ReportKind.CONSULT)]
    assert profile.kind.default is ReportKind.COMPLAINT


@pytest.mark.parametrize("name", profiles.names())
def test_every_profile_that_ships_can_be_read_and_is_called_as_it_is_named(name):
    assert profiles.find(name).name == name


def test_a_small_profile_takes_its_defaults():
    profile = read()
    assert (profile.source, profile.encoding, profile.delimiter) == ("letters", "utf-8", ",")
    assert profile.endings == (".csv", ".csv.gz")
    assert profile.channel is Channel.LETTER
    assert profile.reply is None


def test_a_profile_of_your_own_is_found_by_its_path(tmp_path):
    path = tmp_path / "letters.json"
    path.write_text(json.dumps(SMALL), encoding="utf-8")
    assert profiles.find(str(path)).name == "letters"


@pytest.mark.parametrize("name", ["no-such-name", "not/there.json", "not-there.json", "../profiles/complaints-zh"])
def test_a_profile_that_is_not_there_is_refused_with_the_names_of_those_that_are(name):
    with pytest.raises(NoSuchProfile) as refused:
        profiles.find(name)
    assert "complaints-zh" in refused.value.facts["known"]


@pytest.mark.parametrize(
    "content",
    [b"[]", b'"words"', b"\xff\xfe", b'{"name": "a", "name": "b"}', b"[" * 100_000],
    ids=["a list", "a word", "no text", "a key twice", "too deep"],
)
def test_what_is_no_json_object_is_no_profile(content):
    with pytest.raises(ProfileNoObject):
        profiles.read(content, called="x")


@pytest.mark.parametrize(("content", "line"), [(b"", 1), (b'{\n"name": "a",\n', 3)], ids=["nothing", "cut"])
def test_a_profile_that_breaks_off_is_refused_with_the_line(content, line):
    with pytest.raises(ProfileUnreadable) as refused:
        profiles.read(content, called="x")
    assert refused.value.facts["line"] == line


def test_a_folder_is_no_profile(tmp_path):
    (tmp_path / "letters.json").mkdir()
    with pytest.raises(FileUnreadable):
        profiles.find(str(tmp_path / "letters.json"))


def test_an_endless_file_is_no_profile_and_is_not_read_to_its_end():
    with pytest.raises(ProfileTooLarge):
        profiles.find("/dev/zero")


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"colums": {}}, "colums"),
        ({"columns": SMALL["columns"] | {"txt": "words"}}, "columns.txt"),
        ({"time": SMALL["time"] | {"timezone": "UTC"}}, "time.timezone"),
        ({"kind": {"default": "complaint", "pattern": []}}, "kind.pattern"),
        ({"kind": {"patterns": [{"column": "words", "pattern": "a", "kind": "help", "i": 1}]}}, "kind.patterns[0].i"),
        ({"reply": {"text": "a", "time": "b", "by": "c"}}, "reply.by"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_key_that_no_profile_has_is_refused_by_its_place(changes, key):
    with pytest.raises(ProfileKeyUnknown) as refused:
        read(**changes)
    assert refused.value.facts == {"profile": "letters.json", "key": key}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"columns": {"key": "id", "time": "when"}}, "columns.text"),
        ({"columns": {"time": "when", "text": "words"}}, "columns.key"),
        ({"columns": {"key": "id", "text": "words"}}, "columns.time"),
        ({"columns": SMALL["columns"] | {"lon": "x"}}, "columns.lat"),
        ({"columns": SMALL["columns"] | {"position_error_m": "off"}}, "columns.lon"),
        ({"columns": SMALL["columns"] | {"lat": "y"}}, "columns.lon"),
        ({"columns": SMALL["columns"] | {"kind": "sort"}}, "kind.values"),
        ({"time": {"formats": ["%Y"]}}, "time.zone"),
        ({"kind": {}}, "kind.default"),
        ({"kind": {"patterns": [{"column": "words", "kind": "help"}]}}, "kind.patterns[0].pattern"),
        ({"reply": {"text": "answer"}}, "reply.time"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_profile_that_leaves_out_what_every_row_needs_is_refused(changes, key):
    with pytest.raises(ProfileKeyMissing) as refused:
        read(**changes)
    assert refused.value.facts["key"] == key


@pytest.mark.parametrize(
    ("changes", "key", "found"),
    [
        ({"name": "Letters 2019"}, "name", "Letters 2019"),
        ({"name": 7}, "name", "7"),
        ({"encoding": "utf-16"}, "encoding", "utf-16"),
        ({"delimiter": "|"}, "delimiter", "|"),
        ({"files": [".xlsx"]}, "files", ".xlsx"),
        ({"files": []}, "files", "[]"),
        ({"channel": "pigeon"}, "channel", "pigeon"),
        ({"crs": "epsg:3857"}, "crs", "epsg:3857"),
        ({"columns": []}, "columns", "[]"),
        ({"columns": SMALL["columns"] | {"topic": ""}}, "columns.topic", ""),
        ({"time": {"zone": "Asia/Xiamen", "formats": ["%Y-%m-%d"]}}, "time.zone", "Asia/Xiamen"),
        ({"time": {"zone": "../etc/passwd", "formats": ["%Y-%m-%d"]}}, "time.zone", "../etc/passwd"),
        ({"time": {"zone": "UTC", "formats": ["%H:%M"]}}, "time.formats", "%H:%M"),
        ({"time": {"zone": "UTC", "formats": ["%Y-%m-%d %Q"]}}, "time.formats", "%Y-%m-%d %Q"),
        ({"time": {"zone": "UTC", "formats": []}}, "time.formats", "[]"),
        ({"kind": {"default": "grumble"}}, "kind.default", "grumble"),
        ({"kind": {"default": "help", "values": {"投诉": "grumble"}}}, "kind.values", "grumble"),
        (
            {"kind": {"patterns": [{"column": "words", "pattern": "(咨询", "kind": "consult"}]}},
            "kind.patterns[0].pattern",
            "(咨询",
        ),
        ({"kind": {"patterns": ["咨询"]}}, "kind.patterns", '["咨询"]'),
        ({"classes": {"noise": 9}}, "classes", '{"noise": 9}'),
        ({"reply": "answer"}, "reply", "answer"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_value_that_cannot_be_meant_is_refused_by_its_place(changes, key, found):
    with pytest.raises(ProfileValueWrong) as refused:
        read(**changes)
    assert (refused.value.facts["key"], refused.value.facts["found"]) == (key, found)
    assert refused.value.facts["wanted"]
