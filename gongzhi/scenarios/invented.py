"""What the demo's people say, where, and by which channel: all of it invented."""

from __future__ import annotations

from dataclasses import dataclass

from gongzhi.intake.states import Channel


@dataclass(frozen=True, slots=True)
class Theme:
    """Something people report: its class in the catalogue, how often, and in whose words."""

    code: str
    weight: int
    words: tuple[str, ...]


THEMES = (
    Theme("09001", 9, ("傍晚路口有人摆摊卖水果，人行道走不过去。", "校门口放学时段流动摊贩太多，孩子只能走机动车道。")),
    Theme("09005", 8, ("店家把桌椅摆到人行道上，晚上很吵。", "水果店的货堆到盲道上了。")),
    Theme("09006", 7, ("公交站旁有早餐摊占道，等车的人站到路中间。",)),
    Theme("09010", 8, ("地铁口共享单车堆成一片，轮椅过不去。", "小区门口非机动车乱停，消防通道被堵。")),
    Theme("06010", 8, ("后巷垃圾没人收，有味道。", "公园边上有人倒了一堆装修垃圾袋。")),
    Theme("06012", 5, ("路面很多落叶和泥，骑车打滑。",)),
    Theme("06042", 6, ("垃圾桶满了两天没有清。",)),
    Theme("07001", 4, ("楼道和电线杆贴满小广告。",)),
    Theme("07003", 3, ("沿街新立了一块广告牌，没有看到审批。",)),
    Theme("06001", 4, ("楼顶有人在搭铁皮房，今天刚运材料。",)),
    Theme("08001", 3, ("工地夜里还在施工，吵得睡不着。",)),
    Theme("06027", 4, ("楼下餐馆油烟直排，窗户不敢开。",)),
)
QUESTIONS = (
    "请问店招更换需要办什么手续？",
    "请问大件垃圾可以预约上门收吗？",
    "请问临时占道搬家要提前几天申请？",
)
THANKS = ("昨天反映的占道当天就清了，谢谢。", "巷子里的路灯修好了，感谢。")
ADDRESSES = ("中山路口公交站旁", "菜市场东门", "小学后门的巷子里", "夜市入口")
CHANNELS = (Channel.PORTAL, Channel.PHONE, Channel.CHAT, Channel.PATROL, Channel.PATROL, Channel.HOTLINE_SHEET)
