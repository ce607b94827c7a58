"""Nothing that was typed is lost: two at once, an ended session, an expired form, a double click, the back button."""

from __future__ import annotations

from tests.browser.people import photo


def filed_case(citizen, member, *, words: str) -> str:
    """A matter that waits to be dispatched, by the reference in its address."""
    resident = citizen()
    resident.begins(words)
    resident.says_where()
    resident.says_what("流动摊贩")
    slip = resident.sends()
    acceptor = member("acceptor")
    acceptor.goes_to(f"/desk/search/?q={slip.number}")
    acceptor.presses("尚未编号")
    case = acceptor.page.url.split("/desk/cases/")[1].split("/")[0]
    acceptor.does("派发核实")
    collector = member("collector")
    collector.opens_case(case, act="confirm_verified")
    collector.gives_photos("现场照片", photo(41))
    collector.does("核实属实")
    leader = member("shift_leader")
    leader.opens_case(case, act="file")
    leader.picks("立案条件", "白天游商占道兜售")
    leader.does("立案")
    return case


def test_two_dispatchers_at_once_one_wins_and_the_other_loses_nothing_typed(citizen, member):
    case = filed_case(citizen, member, words="两个摊位挡住了消防通道。")
    one, other = member("dispatcher"), member("dispatcher2")
    for dispatcher in (one, other):
        dispatcher.opens_case(case, act="dispatch")
    other.picks("处置单位", "环卫单位")
    other.writes("备注", "消防通道，请先行处置。")
    one.does("派遣")
    one.sees("已办理：派遣")

    other.presses("派遣", within=other.page.locator("form.move"))
    other.sees("您看过以后，他人已经改动", "派遣员", "派遣", "已派遣，待签收")
    assert other.field("备注").input_value() == "消防通道，请先行处置。"
    assert "环卫单位" in other.field("处置单位").locator("option:checked").inner_text()
    other.keeps_a_picture("conflict-1366")
    other.does("派遣")
    other.sees("所填内容都在")
    assert other.field("备注").input_value() == "消防通道，请先行处置。"


def test_a_session_that_ended_and_a_form_that_expired_bring_back_what_was_typed(citizen, member, served_city):
    resident = citizen()
    resident.begins("店家把货堆到盲道上。")
    resident.says_where("水果店门口")
    resident.says_what("店铺占道摆放")
    slip = resident.sends("13800005555")

    acceptor = member("acceptor2", anew=True)
    draft = f"/desk/reports/{slip.number}/?do=reply.draft"
    acceptor.goes_to(draft)
    acceptor.writes("答复内容", "您反映的占道问题已转辖区处理。")
    served_city.ends_the_session_of("acceptor2")
    acceptor.does("拟写答复")
    acceptor.sees("登录已结束", "刚才填写的内容已保留")
    acceptor.presses("以 acceptor2 登录")
    acceptor.sees("您反映的占道问题已转辖区处理")
    acceptor.presses("继续提交")
    acceptor.sees("先联系反映人")
    assert acceptor.field("答复内容").input_value() == "您反映的占道问题已转辖区处理。"

    acceptor.writes("答复内容", "已请店家收回商品。")
    acceptor.context.clear_cookies(name="csrftoken")
    acceptor.does("拟写答复")
    acceptor.sees("还没有提交", "您填的都在下面", "已请店家收回商品")
    acceptor.presses("再提交一次")
    assert acceptor.field("答复内容").input_value() == "已请店家收回商品。"

    resident.follows(slip)
    resident.unfolds("补充情况或照片")
    resident.writes("补充的内容", "现在又多了两筐。")
    resident.context.clear_cookies(name="followed")
    resident.presses("提交补充")
    resident.sees("您刚才写的还在")
    resident.writes("编号", slip.number)
    resident.writes("查询码", slip.code)
    resident.presses("查看")
    assert resident.field("补充的内容").input_value() == "现在又多了两筐。"


def test_a_double_click_sends_once_and_the_back_button_finds_what_was_typed(citizen, member):
    resident = citizen()
    resident.begins("垃圾桶满了两天没有清。", photo(42))
    resident.says_where("广场北口")
    resident.goes_back()
    assert resident.field("地址或地标").input_value() == "广场北口"
    resident.goes_back()
    assert resident.field("怎么回事").input_value() == "垃圾桶满了两天没有清。"
    resident.sees("现场1.png")
    resident.presses("下一步")
    resident.presses("下一步")
    resident.says_what("垃圾桶满了")
    resident.writes("您的电话", "13800006666")
    with resident.page.expect_navigation():
        resident.finds("提交").dblclick()
    resident.looks()
    slip = resident.slip()
    resident.goes_back()
    resident.sees(slip.number)
    acceptor = member("acceptor")
    acceptor.goes_to("/desk/call/?caller=13800006666")
    assert acceptor.page.locator("[aria-labelledby=earlier] li").count() == 1
