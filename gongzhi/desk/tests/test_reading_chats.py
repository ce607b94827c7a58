"""What is read out of conversations that people paste; all of them are invented."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from gongzhi.desk.rules import LONGEST_PASTE, read_chat
from gongzhi.kernel.geo import Crs, Point, distance_m

HERE = Point.from_degrees(118.0894, 24.4798)
GCJ, BD = "118.0943771,24.4771532", "118.1008206,24.4834112"
A_METRE = 1.0
CHATS: list[tuple[str, dict[str, Any]]] = [
    (
        "陈小明 11月23日 10:02\n厦禾路123号门口井盖没了，电话13800001234",
        {
            "text": "厦禾路123号门口井盖没了，电话138****1234",
            "senders": ("陈小明",),
            "phone": "13800001234",
            "address": "厦禾路123号门口",
        },
    ),
    (
        "物业小王:\n莲花北路的路灯不亮\n[图片]\n[图片]\n\n林大山:\n收到，已转",
        {
            "text": "莲花北路的路灯不亮\n收到，已转",
            "senders": ("物业小王", "林大山"),
            "address": "莲花北路",
            "pictures": 2,
        },
    ),
    (
        "张三：路灯坏了\n李四：在哪\n张三：昨天下午湖滨南路路口",
        {"text": "路灯坏了\n在哪\n昨天下午湖滨南路路口", "senders": ("张三", "李四"), "address": "湖滨南路路口"},
    ),
    (
        "林姨@微信 2026/11/23 9:15:40\n@所有人 中山公园西门有人摆摊[捂脸]\n\n林姨@微信 2026/11/23 9:16:02\n[语音]",
        {"text": "中山公园西门有人摆摊", "senders": ("林姨@微信",), "address": "中山公园西门", "pictures": 1},
    ),
    (
        "—————  2026-11-23  —————\n\n阿伟  10:02\n\n共享单车堆在地铁站出口\n\n昨天 18:30\n\n阿伟  10:05\n\n走不过去",
        {"text": "共享单车堆在地铁站出口\n走不过去", "senders": ("阿伟",)},
    ),
    (
        "阿伟 10:02\n积水很深\n小李 10:03\n在哪里",
        {"text": "积水很深\n小李 10:03\n在哪里", "senders": ("阿伟",)},
    ),
    (
        "2026-11-23 10:02:11 热心市民(12345678)\n湖滨北路15号旁边大树倒了",
        {"text": "湖滨北路15号旁边大树倒了", "senders": ("热心市民",), "address": "湖滨北路15号旁边"},
    ),
    ("2026-11-23 10:02 路灯坏了，一直到今天", {"text": "2026-11-23 10:02 路灯坏了，一直到今天", "senders": ()}),
    (
        "地址：\n思明区槟榔西里123号楼下\n问题：垃圾没有清",
        {"text": "地址：\n思明区槟榔西里123号楼下\n问题：垃圾没有清", "senders": ()},
    ),
    ("情况如下：\n垃圾三天没有清", {"text": "情况如下：\n垃圾三天没有清", "senders": ()}),
    ("位置：禾祥西路与湖滨中路交叉口。井盖响", {"address": "禾祥西路与湖滨中路交叉口"}),
    (
        "[位置] 软件园二期观日路28号\n渣土车撒了一地",
        {"address": "软件园二期观日路28号", "text": "软件园二期观日路28号\n渣土车撒了一地"},
    ),
    ("我在嘉禾路321号对面，路牌倒了", {"address": "嘉禾路321号对面"}),
    ("今天早上有人在厦禾路60号门口烧纸，这条路全是烟", {"address": "厦禾路60号门口"}),
    ("这条路不好走，马路上都是水", {"address": ""}),
    ("公园里的灯坏了，走路看不见", {"address": ""}),
    ("「张三：沙坡尾的灯坏了」\n- - - - - - - - - - - - - - -\n已报修", {"text": "沙坡尾的灯坏了\n已报修"}),
    ("张三撤回了一条消息\n以下是新消息\n楼道堆物", {"text": "楼道堆物"}),
    ('"张三"邀请"李四"加入了群聊\n楼道堆物', {"text": "楼道堆物"}),
    ("请联系 138 0000 1234 或者 0592-5123456", {"phone": "13800001234", "other_phones": ("05925123456",)}),
    (
        "联系人：陈先生\n手机：１３８００００１２３４",
        {"name": "陈先生", "phone": "13800001234", "text": "联系人：陈先生\n手机：138****1234"},
    ),
    ("+86 13800001234", {"phone": "13800001234", "text": "138****1234"}),
    ("13800001234，13900005678 都打不通", {"phone": "", "other_phones": ("13800001234", "13900005678")}),
    ("单号 20261123138000012345，身份证 350203199001011234", {"phone": "", "other_phones": ()}),
    ("我叫林大山，我是这里的居民", {"name": "林大山"}),
    ("我是业主，13800001234", {"name": "", "phone": "13800001234"}),
    (
        f"https://uri.amap.com/marker?position={GCJ}&name=%E4%B8%AD%E5%B1%B1%E5%85%AC%E5%9B%AD 有人摆摊",
        {"point": HERE, "crs": Crs.GCJ02, "address": "中山公园", "text": "有人摆摊"},
    ),
    ("https://uri.amap.com/marker?position=118.0894,24.4798&coordinate=wgs84", {"point": HERE, "crs": Crs.WGS84}),
    (
        "https://wb.amap.com/?q=24.4771532,118.0943771,中山公园",
        {"point": HERE, "crs": Crs.GCJ02, "address": "中山公园"},
    ),
    ("https://www.amap.com/?p=B0FF,24.4771532,118.0943771,中山公园,公园南路", {"point": HERE, "address": "公园南路"}),
    ("androidamap://viewMap?poiname=a&lat=24.4798&lon=118.0894&dev=1", {"point": HERE, "crs": Crs.WGS84}),
    (
        "https://apis.map.qq.com/uri/v1/marker?marker=coord:24.4771532,118.0943771;title:中山公园;addr:公园南路8号",
        {"point": HERE, "crs": Crs.GCJ02, "address": "公园南路8号"},
    ),
    ("https://map.qq.com/m/place?pointx=118.0943771&pointy=24.4771532", {"point": HERE, "crs": Crs.GCJ02}),
    (
        "http://api.map.baidu.com/marker?location=24.4771532,118.0943771&title=公园&coord_type=gcj02",
        {"point": HERE, "crs": Crs.GCJ02, "address": "公园"},
    ),
    (f"http://api.map.baidu.com/marker?location={BD}&title=公园", {"point": HERE, "crs": Crs.BD09}),
    ("geo:24.4798,118.0894", {"point": HERE, "crs": Crs.WGS84, "text": ""}),
    (
        "看这里 https://surl.amap.com/1aB2c 和 https://j.map.baidu.com/x/y",
        {
            "point": None,
            "silent_links": ("https://surl.amap.com/1aB2c", "https://j.map.baidu.com/x/y"),
            "text": "看这里 https://surl.amap.com/1aB2c 和 https://j.map.baidu.com/x/y",
        },
    ),
    ("https://example.org/?position=118.09,24.47 这个新闻", {"point": None, "silent_links": ()}),
    (
        "https://uri.amap.com/marker?position=nan,24.4",
        {"point": None, "silent_links": ("https://uri.amap.com/marker?position=nan,24.4",)},
    ),
    ("http://[::1 坏链接", {"point": None, "silent_links": ()}),
    ("坐标 118.0894, 24.4798", {"point": HERE, "crs": None}),
    ("GPS：北纬24.479800，东经118.089400", {"point": HERE, "crs": Crs.WGS84}),
    ("高德坐标 118.0943771，24.4771532", {"point": HERE, "crs": Crs.GCJ02}),
    ("E118°5'21.84\" N24°28'47.28\"", {"point": HERE, "crs": None}),
    ("气温 24.512，雨量 30.118", {"point": None}),
    ("", {"text": "", "senders": (), "point": None}),
]


def test_conversations_are_read_into_suggestions_and_what_is_unsure_stays_empty():
    for pasted, expected in CHATS:
        for spelled in (pasted, pasted.replace("\n", "\r\n")):
            found = asdict(read_chat(spelled)) | {"point": read_chat(spelled).point}
            place = expected.get("point")
            if place is not None:
                assert found["point"] is not None, pasted
                assert distance_m(found["point"], place) < A_METRE, (pasted, found["point"])
            read = {name: found[name] for name in expected}
            assert read == {**expected, "point": read["point"]} if place else read == expected, pasted


def test_long_and_odd_words_are_read_to_their_end_and_name_nobody_to_call():
    for odd in (
        "号",
        "路",
        "1",
        "a:",
        "在",
        "[",
        " ",
        "我在",
        "https://",
        "1.111",
        "张三 10:02\n",
        "11月23日 10:02 ",
        "「a:",
    ):
        assert read_chat(odd * (LONGEST_PASTE // len(odd))).phone == "", odd
