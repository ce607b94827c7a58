import pytest

from gongzhi.evidence.contents import content_type_of
from gongzhi.evidence.rules import LARGEST_FILE_BYTES, LARGEST_STORED_BYTES, MIB, SIZE_PARAMETERS, same_content_type
from gongzhi.parameters.rules import DECLARED


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        ("ffd8ffe000104a464946", "image/jpeg"),
        ("89504e470d0a1a0a0000000d49484452", "image/png"),
        ("52494646aabbccdd57454250", "image/webp"),
        ("0000001c66747970686569630000", "image/heic"),
        ("00000020667479706d703432", "video/mp4"),
        ("000000146674797071742020", "video/quicktime"),
        ("255044462d312e37", "application/pdf"),
        ("2321414d520a", "audio/amr"),
        ("52494646aabbccdd41564920", None),
        ("00000020667479707878787800", None),
        ("4d5a9000", None),
        ("3c68746d6c3e", None),
        ("", None),
        ("ffd8", None),
    ],
)
def test_the_bytes_say_what_kind_of_file_they_are(head, content_type):
    assert content_type_of(bytes.fromhex(head)) == content_type


@pytest.mark.parametrize(
    ("declared", "same"),
    [
        ("image/jpeg", True),
        (" IMAGE/JPEG ;q=1", True),
        ("image/png", False),
        ("application/octet-stream", False),
        ("", False),
    ],
)
def test_a_declared_type_is_compared_without_its_trimmings(declared, same):
    assert same_content_type(declared, "image/jpeg") is same


def test_whatever_a_city_allows_is_no_longer_than_what_verification_reads():
    most_mib = max(DECLARED[name].greatest for name in SIZE_PARAMETERS.values())
    assert max(most_mib * MIB, LARGEST_FILE_BYTES) <= LARGEST_STORED_BYTES
