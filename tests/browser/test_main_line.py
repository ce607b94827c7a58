"""From a photo on the pavement to a matter that is opened again because it was not solved."""

from __future__ import annotations

import re

from tests.browser.people import photo


def test_a_matter_goes_the_whole_way_and_is_opened_again_when_it_was_not_solved(citizen, member):
    resident = citizen()
    resident.begins("人行道被三个摊位占了，行人只能走马路。", photo(1), photo(2))
    resident.says_where("公园东门对面")
    resident.says_what("流动摊贩")
    resident.sees("2 张", "公园东门对面", "流动摊贩")
    slip = resident.sends()
    resident.keeps_pictures("slip")

    acceptor = member("acceptor")
    acceptor.goes_to(f"/desk/search/?q={slip.number}")
    acceptor.sees("人行道被三个摊位占了")
    acceptor.presses("尚未编号")
    case = acceptor.page.url.split("/desk/cases/")[1].split("/")[0]
    acceptor.does("派发核实")

    collector = member("collector")
    collector.opens_case(case, act="confirm_verified")
    collector.gives_photos("现场照片", photo(3))
    collector.does("核实属实")

    leader = member("shift_leader")
    leader.opens_case(case, act="file")
    leader.picks("立案条件", "白天游商占道兜售")
    leader.does("立案")

    dispatcher = member("dispatcher")
    dispatcher.opens_case(case, act="dispatch")
    dispatcher.sees("按规则应派：思明区城市管理局")
    dispatcher.does("派遣")

    siming = member("desk-bureau-350203")
    siming.opens_case(case, act="return")
    siming.picks("回退原因", "应由其他单位牵头")
    siming.picks("建议的处置单位", "环卫单位")
    siming.writes("情况说明", "此处由环卫单位包干。")
    siming.does("回退")

    dispatcher.goes_to("/desk/queues/returned/")
    dispatcher.opens_case(case, act="dispatch")
    dispatcher.sees("此处由环卫单位包干", "建议 环卫单位")
    dispatcher.picks("处置单位", "环卫单位")
    dispatcher.writes("备注", "已与两家单位确认，由环卫单位牵头。")
    dispatcher.does("派遣")

    resident.follows(slip)
    resident.sees("已派给环卫单位（示意）处理", "前处置（还有 ")

    sanitation = member("desk-sanitation")
    sanitation.opens_case(case)
    sanitation.does("签收")
    number = re.search(r"\d{4}-\d{6}", sanitation.page.inner_text("h1"))[0]
    handler = member("handler-sanitation")
    handler.opens_case(number, act="submit_result")
    handler.gives_photos("处置后照片", photo(4, tidy=True), photo(5, tidy=True))
    handler.writes("情况说明", "摊位已劝离，地面已清扫。")
    handler.does("提交处置结果")
    sanitation.opens_case(number, act="confirm_result")
    sanitation.does("确认并反馈结果")

    dispatcher.opens_case(number, act="send_to_check")
    dispatcher.does("派发核查")
    checker = member("checker")
    checker.opens_case(number, act="fail_check")
    checker.gives_photos("现场照片", photo(6))
    checker.writes("理由", "还有一个摊位没有离开。")
    checker.does("核查不通过")

    handler.opens_case(number, act="submit_result")
    handler.sees("还有一个摊位没有离开")
    handler.gives_photos("处置后照片", photo(7, tidy=True))
    handler.does("提交处置结果")
    sanitation.opens_case(number, act="confirm_result")
    sanitation.does("确认并反馈结果")
    dispatcher.opens_case(number, act="send_to_check")
    dispatcher.does("派发核查")
    checker.opens_case(number, act="pass_check")
    checker.gives_photos("现场照片", photo(8, tidy=True))
    checker.does("核查通过")

    leader.opens_case(number, act="close")
    leader.ticks("我已核对，已达到结案条件")
    leader.does("结案")
    leader.sees("已结案")
    leader.opens_case(number)
    leader.keeps_pictures("case")

    resident.follows(slip)
    resident.sees("核查员到现场看过，问题已解决")
    resident.waits_for("您满意吗")
    resident.keeps_pictures("followed")
    results = resident.page.get_by_role("group", name="问题解决得怎么样")
    resident.ticks("非常不满意", within=results)
    resident.presses("提交评价")
    resident.sees("谢谢您的评价")
    resident.unfolds("问题没有解决")
    resident.writes("还有什么没解决", "第二天摊位又回来了。")
    resident.presses("要求重新办理")
    resident.sees("已退回处置单位重新办理", "没有处理好，环卫单位（示意）正在重做")

    handler.opens_case(number)
    handler.sees("返工", "反映人要求重办")
    acceptor.goes_to(f"/desk/reports/{slip.number}/")
    acceptor.sees("第二天摊位又回来了", "非常不满意")
