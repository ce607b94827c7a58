"""A computer that many use: what one of them typed is nothing for the next."""

from __future__ import annotations

KEPT = "Object.keys(localStorage).filter((one) => one.startsWith('gongzhi-draft:')).length"


def test_what_somebody_typed_and_did_not_send_is_not_there_for_the_next_one(citizen):
    resident = citizen()
    resident.goes_to("/report/")
    resident.writes("怎么回事", "我家在88号502室")
    assert resident.page.evaluate(KEPT) == 1
    resident.page.reload()
    resident.goes_to("/report/")
    assert resident.page.get_by_label("怎么回事").input_value() == ""
    resident.writes("怎么回事", "楼下积水")
    resident.presses("现在就清除")
    assert resident.page.evaluate(KEPT) == 0
