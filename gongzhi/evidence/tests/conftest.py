import io
from datetime import UTC, datetime

import pytest

from gongzhi.evidence.tests.factories import jpeg
from gongzhi.kernel.actor import Actor, ActorKind

A_POTHOLE = jpeg("a pothole")


@pytest.fixture
def collector():
    return Actor(id="collector-7", kind=ActorKind.MEMBER, post="collector", unit="centre")


@pytest.fixture
def monday_9am():
    return datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def home(settings, tmp_path):
    settings.GONGZHI_HOME = tmp_path
    return tmp_path / "files"


@pytest.fixture
def upload(home, collector, monday_9am):
    from gongzhi.evidence import operations

    def upload(content=A_POTHOLE, **changes):
        said = {"content_type_declared": "image/jpeg", "name": "坑槽.jpg", "by": collector, "at": monday_9am}
        return operations.store_file(io.BytesIO(content), **(said | changes))

    return upload


@pytest.fixture
def claim(collector, monday_9am):
    from gongzhi.evidence import operations
    from gongzhi.evidence.states import FileRole

    def claim(*files, for_stream="case:1", role=FileRole.BEFORE):
        return operations.claim_files(
            [one.uid for one in files], for_stream=for_stream, role=role, by=collector, at=monday_9am
        )

    return claim
