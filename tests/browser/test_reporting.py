"""Other ways to the city: what others reported already, a question, a call, no JavaScript, in English."""

from __future__ import annotations

import re

from tests.browser.checks import DESK
from tests.browser.people import photo

CHINESE = re.compile(r"[\u3400-\u9fff]")


def test_a_neighbour_follows_what_was_reported_instead_of_sending_it_once_more(citizen, member):
    first = citizen(geolocation={"longitude": 118.1102, "latitude": 24.4701})
    first.begins("路灯坏了三天，晚上看不见路。")
    first.says_where("小学后门")
    first.says_what("路灯不亮")
    earlier = first.sends()

    second = citizen(geolocation={"longitude": 118.1103, "latitude": 24.4702})
    second.begins("这里的路灯不亮，孩子放学很危险。", photo(21))
    second.says_where("小学后门的巷子")
    second.says_what("路灯不亮")
    second.sees("附近已有人反映同类的事", "已有 1 人反映")
    second.keeps_a_picture("report-joins-360")
    second.ticks("是同一件")
    later = second.sends("13800002222")
    second.sees("这件事共有 2 人反映")
    assert later.number != earlier.number
    second.follows(later)
    second.sees("路灯不亮", "受理员会先看一遍")

    acceptor = member("acceptor")
    acceptor.goes_to(f"/desk/search/?q={later.number}")
    acceptor.sees("孩子放学很危险")
    acceptor.presses("尚未编号")
    acceptor.sees("路灯坏了三天", "孩子放学很危险", earlier.number, later.number)


def test_a_question_is_answered_by_one_and_approved_by_another(citizen, member):
    asker = citizen()
    asker.begins("请问店招更换需要办什么手续？")
    asker.ticks("我不知道在哪里")
    asker.presses("下一步")
    asker.says_what("", wants="只是咨询")
    slip = asker.sends("13800003333")
    asker.sees("前答复您")

    acceptor = member("acceptor")
    acceptor.goes_to(f"/desk/reports/{slip.number}/?do=reply.contact")
    acceptor.picks("方式", "电话")
    acceptor.picks("联系结果", "已联系上")
    acceptor.does("联系反映人")
    acceptor.goes_to(f"/desk/reports/{slip.number}/?do=reply.draft")
    acceptor.writes("答复内容", "更换店招须向区城管局备案，备案不收费，三个工作日办结。")
    acceptor.does("拟写答复")

    leader = member("shift_leader2")
    assert slip.number in leader.waits_in("replies-to-approve")
    leader.presses(slip.number)
    leader.sees("三个工作日办结")
    leader.presses("审批答复", within=leader.page.locator(".moves"))
    leader.does("审批答复")

    acceptor.goes_to(f"/desk/reports/{slip.number}/?do=answer")
    acceptor.picks("方式", "电话")
    acceptor.ticks("我确认办理")
    acceptor.does("发出答复")

    asker.follows(slip)
    asker.sees("给您的答复", "三个工作日办结", "您满意吗")


def test_an_old_man_calls_and_his_matter_is_entered_for_him(member):
    acceptor = member("acceptor2", draws_maps=True)
    acceptor.goes_to("/desk/call/?caller=13800004444")
    acceptor.sees("此号码以前反映的")
    acceptor.writes("反映人姓名", "林大爷")
    acceptor.writes("反映内容", "菜市场东门的窨井盖翘起来了，我差点绊倒。")
    acceptor.writes("地点描述", "开元")
    acceptor.page.locator("#near [data-pick]").first.click()
    acceptor.page.locator("#near [aria-labelledby=found-cases]").wait_for()
    acceptor.looks()
    acceptor.keeps_a_picture("call-1366")
    acceptor.presses("登记来件")
    acceptor.sees("已登记，请念给对方听", "菜市场东门的窨井盖翘起来了")
    acceptor.keeps_a_picture("call-slip-1366")
    number = acceptor.page.locator(".receipt .big").first.inner_text()

    acceptor.goes_to("/desk/call/?caller=13800004444")
    acceptor.sees(number, "窨井盖翘起来了")


def test_everything_can_be_reported_without_javascript_and_without_a_map(citizen):
    plain = citizen(java_script_enabled=False)
    plain.begins("公交站牌被撞歪了。", photo(31))
    plain.writes("地址或地标", "开元")
    plain.presses("查地名")
    plain.ticks("开元街道")
    plain.writes("地址或地标", "开元街道公交站")
    plain.presses("下一步")
    plain.writes("用一两个词找", "站牌")
    plain.presses("找")
    plain.ticks("不知道属于哪一类")
    plain.presses("下一步")
    plain.sees("开元街道公交站", "1 张")
    slip = plain.sends()
    plain.follows(slip)
    plain.sees("受理员会先看一遍")
    plain.unfolds("补充情况或照片")
    plain.writes("补充的内容", "站牌下面的玻璃也碎了。")
    plain.presses("提交补充")
    plain.sees("补充的内容已收到")


def test_a_visitor_reads_and_reports_in_english_only(citizen, member):
    visitor = citizen(locale="en-GB", size=DESK)
    visitor.goes_to("/")
    in_english(visitor)
    visitor.presses("Report a problem")
    in_english(visitor)
    visitor.writes("What is wrong", "A hawker blocks the pavement.")
    visitor.presses("Next")
    in_english(visitor)
    visitor.finds("Locate with this phone").click()
    visitor.page.locator("[data-phone]").wait_for()
    visitor.presses("Next")
    in_english(visitor)
    visitor.ticks("Street vendor")
    visitor.presses("Next")
    in_english(visitor)
    visitor.presses("Send")
    in_english(visitor)
    slip = visitor.slip()
    visitor.goes_to("/follow/")
    visitor.writes("Number", slip.number)
    visitor.writes("Query code", slip.code)
    visitor.presses("Show")
    in_english(visitor)

    clerk = member("acceptor", locale="en-GB")
    for path in ("/desk/", "/desk/queues/to-accept/", f"/desk/reports/{slip.number}/", "/desk/call/", "/desk/powers/"):
        clerk.goes_to(path)
        in_english(clerk)


def in_english(reader) -> None:
    """Nothing on the page is Chinese but the way to the Chinese page and the name of who is signed in."""
    told = reader.page.evaluate(
        """() => { const page = document.body.cloneNode(true);
        page.querySelectorAll('[lang^="zh"], script, .who strong').forEach((one) => one.remove());
        return page.textContent + [...page.querySelectorAll('[aria-label],[placeholder],[title]')]
          .map((one) => `${one.ariaLabel} ${one.placeholder} ${one.title}`).join(' ') + document.title; }"""
    )
    left = [line.strip() for line in told.splitlines() if CHINESE.search(line)]
    assert left == [], reader.page.url
