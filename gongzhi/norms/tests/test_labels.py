import importlib
import inspect

import pytest

from gongzhi.kernel.refusals import Refusal
from gongzhi.norms import labels, states


@pytest.mark.parametrize("module", ["gongzhi.norms.rules", "gongzhi.norms.operations.keeping", "gongzhi.norms.sheets"])
def test_every_refusal_of_the_room_has_words(module):
    own = [
        found
        for _, found in inspect.getmembers(importlib.import_module(module), inspect.isclass)
        if issubclass(found, Refusal) and found.__module__ == module
    ]
    assert own
    assert {one.code for one in own} <= set(labels.REFUSALS)


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (states.ClassKind, labels.CLASS_KINDS),
        (states.CheckingMode, labels.CHECKING_MODES),
        (states.Grade, labels.GRADES),
        (states.Stage, labels.STAGES),
        (states.StageClock, labels.STAGE_CLOCKS),
    ],
)
def test_every_code_has_words(codes, words):
    assert set(words) == set(codes)
    assert all(str(word) for word in words.values())
