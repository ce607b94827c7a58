"""The demo's story comes out well at whatever hour it is played."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from gongzhi.audit.verify import verify
from gongzhi.cases import queries as cases
from gongzhi.cases import turns
from gongzhi.cases.states import CaseState
from gongzhi.dispatch import queries as dispatch
from gongzhi.intake import queries as intake
from gongzhi.intake.queries import sheets
from gongzhi.intake.states import SheetMessageKind, SheetMessageState, SheetState
from gongzhi.people import queries as people
from gongzhi.scenarios import demo, founding, packs
from gongzhi.testing import moves


@pytest.fixture(autouse=True)
def fresh_home():
    """Forget the story of the test before."""
    story = settings.GONGZHI_HOME / "demo_story.json"
    story.unlink(missing_ok=True)
    yield
    story.unlink(missing_ok=True)


@pytest.mark.django_db
@pytest.mark.parametrize("hour", [1, *(pytest.param(hour, marks=pytest.mark.soak) for hour in (9, 13, 19))])
def test_the_story_can_be_played_at_any_hour(city, hour):
    now = datetime(2026, 11, 24, hour, 7, tzinfo=UTC)
    assert demo.play(now=now, reports=20) == 20
    assert sum(intake.counts_by_kind().values()) > 20
    assert cases.state_counts()[CaseState.CLOSED.value] > 20
    assert [turn for turn, played in turns.counts().items() if not played] == []
    (ruling,) = dispatch.precedents(at=now)
    assert ruling.rule in {one.code for one in dispatch.all_rules()}
    (night,) = people.night_duties()
    assert (night.outcome, night.relaxed) == ("proper", 1)
    assert _told(sheets.sheets_page(state=SheetState.CLOSED, neighbour="12345")) == [
        "acknowledge",
        "progress",
        "result",
    ]
    assert verify(files=False).intact


@pytest.mark.django_db
def test_the_story_leaves_something_in_every_queue_of_the_turns(city):
    now = datetime(2026, 11, 24, 3, 7, tzinfo=UTC)
    demo.play(now=now, reports=1)
    left = cases.state_counts()
    assert [one for one in (CaseState.RETURNED, CaseState.SUSPENDED, CaseState.REWORK) if not left.get(one.value)] == []
    open_cases = cases.page(limit=200, states=[CaseState.HANDLING])
    assert any(one.extension_asked_at for one in open_cases)
    assert any(one.closing_proposed_at for one in open_cases)
    assert any(one.urgent_at and one.filed_at is None for one in open_cases)


def _told(closed):
    """Return what the neighbour was told about its work sheet, all of it handed over."""
    (sheet,) = closed
    sent = sheets.messages(sheet=sheet.uid, state=SheetMessageState.SENT)
    assert sent[-1].kind is SheetMessageKind.RESULT
    return [one.kind.value for one in sent]


@pytest.mark.django_db
def test_the_story_is_played_once(city):
    now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    assert demo.play(now=now, reports=3) == 3
    received = intake.counts_by_kind()
    assert demo.play(now=now + timedelta(days=1), reports=5) == 3
    assert intake.counts_by_kind() == received


@pytest.mark.django_db
def test_a_story_that_broke_off_is_not_shown_as_a_whole_one(city):
    now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

    def power_cut(done):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.play(now=now, reports=300, progress=power_cut)
    moves.report(key="left-over")
    with pytest.raises(demo.StoryBrokenOff):
        demo.play(now=now, reports=300)


@pytest.mark.django_db
def test_what_happened_lies_before_now(city):
    now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    demo.play(now=now, reports=12)
    assert all(case.moved_at <= now for case in cases.page(limit=200))


@pytest.mark.django_db
def test_a_home_without_a_city_may_become_a_demo_and_one_with_a_real_city_may_not():
    demo.require_demo_home()
    founding.found(packs.load("xiamen"), at=datetime(2026, 11, 1, tzinfo=UTC), with_people=False)
    with pytest.raises(demo.NoDemoCity):
        demo.require_demo_home()
