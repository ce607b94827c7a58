"""The card of a closed case: what the public may see of it, in one picture for the group chat."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from gongzhi.cases.queries import CaseRow
from gongzhi.desk import cards
from gongzhi.desk.queries import Names
from gongzhi.desk.tests.members import A_STEP, text_of
from gongzhi.evidence import operations as evidence
from gongzhi.evidence import queries as files
from gongzhi.evidence.states import FileRole
from gongzhi.norms import queries as norms
from gongzhi.norms.states import Publication
from gongzhi.people.states import Post
from gongzhi.testing.cases import closed_case, handling_case
from gongzhi.testing.fonts import folder_with_a_font
from gongzhi.testing.moves import member

pytestmark = [pytest.mark.django_db]


def release(case: CaseRow, *roles: FileRole) -> None:
    for one in files.files_of(case.stream):
        if one.role in roles:
            evidence.release_file(
                one.uid, grounds="不涉及个人", seen=one.version, by=member(Post.SHIFT_LEADER), at=case.moved_at + A_STEP
            )


def test_a_closed_case_with_released_photographs_has_a_card_that_tells_no_more_than_the_public_may_know(
    at_desk, shift, settings, monkeypatch
):
    settings.GONGZHI_PAPER_FONTS = str(folder_with_a_font())
    case = closed_case()
    shift.at = case.moved_at + 2 * A_STEP
    evidence.make_displays(shift.at, worker="test")
    leader = at_desk(Post.SHIFT_LEADER)
    address = f"/desk/cases/{case.number}/card.png"
    release(case, FileRole.AFTER)
    assert "处置前、处置后照片各一张" in text_of(leader.get(address)), "one half is no comparison"
    assert "分享卡片" not in leader.reads(f"/desk/cases/{case.number}/")
    release(case, FileRole.BEFORE, FileRole.VERIFY)
    assert address in leader.get(f"/desk/cases/{case.number}/").content.decode()

    sent = leader.get(address)
    assert (sent.status_code, sent["Content-Type"]) == (200, "image/png")
    assert sent["Content-Disposition"] == f'attachment; filename="{case.number}.png"'
    made = Image.open(io.BytesIO(sent.content))
    assert (made.format, made.width) == ("PNG", 1080)
    assert not made.info.get("exif")
    card = cards.card_of(case, Names(shift.at, english=False), at=shift.at)
    assert card.lines[-1] == case.number
    assert card.lines[0].startswith("思明区")
    assert "社区" not in card.lines[0]
    assert card.after.words.startswith("处置后 2026年11月")

    other = at_desk(Post.DEPARTMENT_DESK, "bureau-350205")
    assert other.get(address).status_code == 403, "who may not read the case gets no card of it"
    open_one = handling_case()
    assert "还没有结案" in text_of(leader.get(f"/desk/cases/{open_one.uid}/card.png"))
    settings.GONGZHI_PAPER_FONTS = str(settings.GONGZHI_HOME / "no-fonts-here")
    refused = leader.get(address)
    assert (refused.status_code, "fonts-noto-cjk" in text_of(refused)) == (409, True)
    monkeypatch.setattr(norms, "publications", lambda: {case.class_key: Publication.NEVER})
    assert "不对外公开" in text_of(leader.get(address))
    assert "分享卡片" not in leader.reads(f"/desk/cases/{case.number}/")
