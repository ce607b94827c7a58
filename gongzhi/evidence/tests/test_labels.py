import inspect

from gongzhi.evidence import labels, rules
from gongzhi.evidence.lifecycle import FILE, PUBLICATION
from gongzhi.evidence.states import CopyKind, DisplayState, FileKind, FileRole, FileState, Publication
from gongzhi.kernel.refusals import Refusal


def test_every_refusal_of_the_room_has_words():
    own = [
        found
        for _, found in inspect.getmembers(rules, inspect.isclass)
        if issubclass(found, Refusal) and found.__module__ == rules.__name__
    ]
    assert own
    assert {one.code for one in own} == set(labels.REFUSALS)


def test_every_state_role_and_move_has_words():
    assert set(labels.FILE_STATES) == set(FileState)
    assert set(labels.FILE_ROLES) == set(FileRole)
    assert set(labels.FILE_KINDS) == set(FileKind)
    assert set(labels.PUBLICATIONS) == set(Publication)
    assert set(labels.DISPLAY_STATES) == set(DisplayState)
    assert set(labels.COPY_KINDS) == set(CopyKind)
    assert set(labels.ACTS) == {*FILE.acts(), *PUBLICATION.acts()}
