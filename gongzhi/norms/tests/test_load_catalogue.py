import pytest

from gongzhi.audit.queries import entries_of
from gongzhi.norms import operations, queries
from gongzhi.norms.states import STREAM, ClassKind
from gongzhi.norms.tests.factories import OUTSIDE_TRADING, STANDARD, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(norms_keeper, monday_9am, july):
    def load(*lines):
        return operations.load_catalogue(
            lines, standard_ref=STANDARD, from_on=july, seen=queries.edition(), by=norms_keeper, at=monday_9am
        )

    return load


def test_a_catalogue_brings_its_classes_and_leaves_an_entry(load, july):
    assert load(line(), line("006", zh="占道经营", en="Trading on the pavement")).added == 2
    found = queries.managed_class(OUTSIDE_TRADING)
    assert (found.zh, found.code, found.period.from_on) == ("店外经营", "09005", july)
    (entry,) = entries_of(STREAM)
    assert entry.type == "norms.catalogue-loaded"
    assert entry.facts["added"] == 2


def test_the_same_five_digits_may_stand_in_both_catalogues(load):
    load(line(), line(kind=ClassKind.COMPONENT, zh="某部件", en="Some component"))
    component = queries.find_class(STANDARD, "component", "09005")
    event = queries.find_class(STANDARD, "event", "09005")
    assert component is not None
    assert event is not None
    assert (component.zh, event.zh) == ("某部件", "店外经营")
    assert queries.find_class(STANDARD, "event", "09099") is None


def test_loading_the_same_catalogue_again_changes_nothing(load):
    load(line())
    again = load(line())
    assert (again.added, again.unchanged) == (0, 1)
    assert len(entries_of(STREAM)) == 1


def test_one_faulty_class_keeps_the_whole_catalogue_out(load):
    with pytest.raises(operations.ClassCodeFaulty):
        load(line(), line("06"))
    assert queries.find_class(STANDARD, "event", "09005") is None
    assert entries_of(STREAM) == []


def test_a_class_that_comes_twice_is_refused(load):
    with pytest.raises(operations.ClassRepeated):
        load(line(), line())


def test_a_class_cannot_get_another_name_under_the_same_standard(load):
    load(line())
    with pytest.raises(operations.ClassDiffers) as refused:
        load(line(zh="另一名称"))
    assert refused.value.facts == {"managed_class": OUTSIDE_TRADING}
    assert queries.managed_class(OUTSIDE_TRADING).zh == "店外经营"


def test_an_unknown_class_is_refused(load):
    load(line())
    with pytest.raises(operations.ClassUnknown):
        queries.managed_class(f"{STANDARD}|event|09999")


def test_classes_are_listed_on_days_on_which_they_are_in_force(load, july):
    load(line("006"), line())
    assert [one.code for one in queries.classes(on=july)] == ["09005", "09006"]
    assert queries.classes(on=july.replace(month=6)) == []
