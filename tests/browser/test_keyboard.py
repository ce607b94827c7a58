"""A morning at the desk without a mouse: from the queue to the dispatched case, by keys alone."""

from __future__ import annotations

from tests.browser.people import photo


def test_a_matter_is_taken_up_filed_and_dispatched_by_keys_alone(citizen, member):
    resident = citizen()
    resident.begins("摊位挡住了公交站。")
    resident.says_where()
    resident.says_what("流动摊贩")
    slip = resident.sends()

    acceptor = member("acceptor")
    acceptor.goes_to("/desk/")
    acceptor.keys("?")
    sheet = acceptor.page.get_by_role("dialog", name="键盘")
    sheet.wait_for()
    acceptor.looks()
    acceptor.keeps_a_picture("key-sheet-1366")
    acceptor.keys("Escape")
    sheet.wait_for(state="hidden")
    acceptor.keys("/")
    acceptor.page.keyboard.type(slip.number)
    acceptor.goes_by_key("Enter")
    case = acceptor.walks_to("/desk/cases/").split("/desk/cases/")[1].split("/")[0]
    acceptor.goes_by_key("Enter")
    acceptor.keys("e")
    assert acceptor.on_focus() == "派发核实"
    acceptor.goes_by_key("Enter")
    acceptor.sees("已办理：派发核实")

    collector = member("collector")
    collector.opens_case(case, act="confirm_verified")
    collector.gives_photos("现场照片", photo(51))
    collector.does("核实属实")

    leader = member("shift_leader")
    leader.goes_to("/desk/")
    leader.walks_to("/queues/to-file/")
    leader.goes_by_key("Enter")
    leader.walks_to(case)
    leader.keys("j", "k")
    leader.walks_to(case)
    leader.goes_by_key("Enter")
    leader.keys("e")
    leader.chooses_by_key("白天游商占道兜售")
    leader.tabs_to("立案")
    leader.goes_by_key("Enter")
    leader.sees("已办理：立案")
    assert "/desk/queues/to-file/" in leader.page.url, "back in the queue, for the next one"

    resident.follows(slip)
    number = resident.page.locator(".panel h2 .small").inner_text()
    dispatcher = member("dispatcher")
    dispatcher.goes_to("/desk/queues/to-dispatch/")
    dispatcher.walks_to(number)
    dispatcher.keys("x")
    assert dispatcher.page.locator("input[name=case]:checked").count() == 1
    dispatcher.keys("x")
    dispatcher.goes_by_key("Enter")
    dispatcher.sees(number)
    dispatcher.keys("e")
    dispatcher.tabs_to("派遣")
    dispatcher.goes_by_key("Enter")
    dispatcher.sees("已办理：派遣")
    resident.follows(slip)
    resident.sees("已派给思明区城市管理局（示意）处理")
