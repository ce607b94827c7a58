"""The templates we ship; a city puts its own in their place."""

from __future__ import annotations

from collections.abc import Mapping

from gongzhi.papers.states import PaperKind

SHIPPED: Mapping[PaperKind, str] = {
    PaperKind.ASSIGNMENT: """\
版式：单
机关：{city}城市管理指挥中心
代字：城管交
标题：案件交办单
主送：{unit}
正文：
案件编号｜{case}
问题类别｜{what}
所在位置｜{where}
上报时间｜{reported}
立案时间｜{filed}
立案条件｜{condition}
办结时限｜{due}
办理要求｜{demands}
联系方式｜{contact}
抄送｜{copies}
请在办结时限内完成处置，并将处置结果和现场照片通过系统反馈；不属于职责范围的，请在签收前按规定回退并说明理由。
落款：{city}城市管理指挥中心
""",
    PaperKind.SUPERVISION: """\
版式：函
机关：{city}城市管理指挥中心
代字：城管督
标题：督办函
主送：{unit}
正文：
你单位承办的下列案件已列入督办：
案件编号｜{case}
问题类别｜{what}
所在位置｜{where}
立案时间｜{filed}
原办结时限｜{due}
督办时限｜{supervised_due}
一、督办事由
{words}
二、办理要求
{demands}
请你单位明确专人负责，在督办时限内办结，并书面反馈办理情况。逾期未办结的，将按规定纳入考核评价。
联系方式：{contact}
抄送：{copies}
落款：{city}城市管理指挥中心
""",
    PaperKind.RECEIPT: """\
版式：单
机关：{city}城市管理指挥中心
代字：城管收
标题：受理回执
主送：{addressee}
正文：
您反映的事项已经收到，登记如下：
受理编号｜{report}
诉求类型｜{kind}
问题类别｜{what}
所在位置｜{where}
收到时间｜{received}
答复期限｜{reply_due}
说明｜{words}
请凭受理编号和登记时告知的查询码查询办理情况。
落款：{city}城市管理指挥中心
""",
    PaperKind.REPLY: """\
版式：函
机关：{city}城市管理指挥中心
代字：城管复
标题：答复书
主送：{addressee}
正文：
您于{received}反映的事项（受理编号{report}）收悉。现答复如下：
{answer}
感谢您对城市管理工作的关心和支持。对答复有不同意见的，可以凭受理编号提出异议。
联系方式：{contact}
落款：{city}城市管理指挥中心
""",
}
