"""The end of a shift: what is still open goes from one shift leader to the next, and both sign."""

from __future__ import annotations


def test_one_shift_leader_hands_over_and_the_next_one_takes_it(member):
    goes = member("shift_leader")
    goes.goes_to("/desk/handovers/")
    goes.presses("整理交班单")
    goes.sees("交接班单", "紧急", "约定回电", "督办")
    goes.keeps_a_picture("handover-1366")
    address = goes.page.url.removeprefix(goes.address)
    words = goes.unfolds("交班说明")
    words.get_by_label("情况说明").fill("夜里注意公园东门的摊点，家属已约明早回电。")
    goes.presses("交班说明", within=words)
    goes.sees("夜里注意公园东门的摊点")
    signs(goes, "交班签字")

    comes = member("shift_leader2")
    comes.goes_to(address)
    comes.sees("夜里注意公园东门的摊点")
    signs(comes, "接班签字")
    comes.sees("交班人签字", "接班人签字")
    assert "（未签）" not in comes.page.locator("main").inner_text()
    comes.keeps_a_picture("handover-signed-1366")


def signs(leader, act: str) -> None:
    """Read, tick that it was read, and sign."""
    part = leader.unfolds(act)
    part.get_by_role("checkbox").check()
    leader.presses(act, within=part)
