import io
from typing import Any

import pytest
from PIL import Image

from gongzhi.api.tests.callers import NOON, Caller, problem_of
from gongzhi.evidence import operations as evidence
from gongzhi.evidence import queries as files
from gongzhi.evidence.states import FileRole
from gongzhi.evidence.tests.pictures import notes_of_a_camera, scene, taken
from gongzhi.kernel.refusals import Outage
from gongzhi.testing import moves

pytestmark = pytest.mark.django_db(transaction=True)
GROUNDS = {"grounds": "无人脸和车牌"}


@pytest.fixture
def on_file(reported_case):
    """Return a function that puts a photograph on file for a case and has its copies made."""

    def on_file(content):
        by = moves.member("collector")
        said: dict[str, Any] = {"content_type_declared": "image/jpeg", "name": "", "by": by, "at": moves.MONDAY_9AM}
        stored = evidence.store_file(io.BytesIO(content), **said)
        claim: dict[str, Any] = {
            "for_stream": reported_case.stream,
            "role": FileRole.VERIFY,
            "by": by,
            "at": moves.MONDAY_9AM,
        }
        evidence.claim_files([stored.uid], **claim)
        evidence.make_displays(moves.MONDAY_9AM, worker="one", round_s=60)
        return files.file_row(stored.uid)

    return on_file


@pytest.fixture
def row(on_file):
    return on_file(taken(picture=scene(2000, 1000)))


def picture(response):
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    return Image.open(io.BytesIO(b"".join(response.streaming_content)))


def test_a_photograph_is_looked_at_released_and_seen_by_everybody(calls, row):
    leader, citizen = calls("shift_leader"), Caller()
    (waiting,) = leader.get("/moderation/files").json()["items"]
    assert (waiting["id"], waiting["publication"], waiting["display"]) == (str(row.uid), "private", "made")
    assert picture(leader.get(f"/files/{row.uid}/display")).size == (1600, 800)
    assert picture(leader.get(f"/files/{row.uid}/thumbnail")).size == (320, 160)
    assert problem_of(citizen.get(f"/public/files/{row.uid}")) == (404, "file-not-public")
    released = leader.post(f"/files/{row.uid}/release", GROUNDS, seen=waiting["version"])
    assert released.json()["publication"] == "released"
    assert released["ETag"] == f'"{released.json()["version"]}"'
    shown = citizen.get(f"/public/files/{row.uid}")
    assert "Content-Disposition" not in shown or shown["Content-Disposition"].startswith("inline")
    assert picture(shown).size == (1600, 800)
    assert picture(citizen.get(f"/public/files/{row.uid}/thumbnail")).size == (320, 160)
    assert leader.get("/moderation/files").json()["items"] == []
    withheld = leader.post(f"/files/{row.uid}/withhold", GROUNDS, seen=released.json()["version"])
    assert withheld.json()["publication"] == "withheld"
    assert problem_of(citizen.get(f"/public/files/{row.uid}")) == (404, "file-not-public")


def test_a_masked_version_stands_for_the_photograph(calls, row):
    leader = calls("shift_leader")
    masked = moves.photo(moves.member("shift_leader"))
    said = {"masked": str(masked), "grounds": "遮挡车牌"}
    told = leader.post(f"/files/{row.uid}/mask", said, seen=row.version).json()
    assert told["masked_by"] == str(masked)
    leader.post(f"/files/{row.uid}/release", GROUNDS, seen=told["version"])
    assert problem_of(Caller().get(f"/public/files/{row.uid}")) == (404, "file-not-public")
    evidence.make_displays(NOON, worker="one", round_s=60)
    assert picture(Caller().get(f"/public/files/{row.uid}")).size == (16, 12)
    assert leader.get(f"/files/{masked}").json()["role"] == "masked"


def test_only_those_who_read_the_case_and_have_the_power_decide(calls, row):
    assert problem_of(calls("leader").post(f"/files/{row.uid}/release", GROUNDS, seen=row.version))[0] == 403
    assert problem_of(calls("handler").get("/moderation/files")) == (403, "not-permitted")
    leader = calls("shift_leader")
    assert problem_of(leader.post(f"/files/{row.uid}/release", GROUNDS)) == (428, "seen-version-missing")
    assert problem_of(leader.post(f"/files/{row.uid}/release", GROUNDS, seen=row.version - 1))[0] == 412
    assert problem_of(leader.post(f"/files/{row.uid}/release", {"grounds": " "}, seen=row.version)) == (
        422,
        "file-grounds-missing",
    )


def test_who_looked_at_an_original_stands_in_its_custody(calls, row):
    leader = calls("shift_leader")
    b"".join(leader.get(f"/files/{row.uid}/content").streaming_content)
    picture(leader.get(f"/files/{row.uid}/display"))
    told = leader.get(f"/files/{row.uid}/custody").json()
    assert [one["type"] for one in told] == ["file.store", "file.claim", "file.show", "look.view"]
    assert (told[-1]["post"], told[-1]["by"]) == ("shift_leader", moves.member("shift_leader").id)
    assert set(told[2]["facts"]["copies"]) == {"display", "thumbnail"}


def test_a_camera_that_stood_far_away_is_told_and_a_silent_one_is_not(calls, on_file, reported_case):
    there = {"lon": reported_case.point.lon, "lat": reported_case.point.lat}
    near = on_file(taken(exif=notes_of_a_camera(**there)))
    far = on_file(taken(exif=notes_of_a_camera(lon=there["lon"], lat=there["lat"] + 0.01)))
    silent = on_file(taken("PNG"))
    leader = calls("shift_leader")

    def told(row):
        said = leader.get(f"/files/{row.uid}").json()
        return said["position_distance_m"], said["position_is_far"]

    assert told(near) == (0, False)
    assert told(far) == (1108, True)
    assert told(silent) == (None, False)


def test_a_store_that_does_not_answer_is_an_outage_and_no_fault_of_the_sender(calls, row, monkeypatch):
    def silent(*_, **__):
        raise Outage("file store", permanent=False)

    monkeypatch.setattr(files, "open_copy", silent)
    response = calls("shift_leader").get(f"/files/{row.uid}/display")
    assert problem_of(response) == (503, "neighbour-silent")
    assert response["Retry-After"] == "1"
