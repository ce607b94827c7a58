"""What every act is called by people, whichever room it belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.accountability.labels import ACTS as CONDUCT_ACTS
from gongzhi.cases.labels import ACTS as CASE_ACTS
from gongzhi.evidence.labels import ACTS as FILE_ACTS
from gongzhi.handovers.labels import ACTS as HANDOVER_ACTS
from gongzhi.intake.labels import ACTS as REPORT_ACTS
from gongzhi.papers.labels import ACTS as PAPER_ACTS
from gongzhi.people.labels import ACTS as PEOPLE_ACTS
from gongzhi.visits.labels import ACTS as VISIT_ACTS

_OF_THEIR_OWN: Mapping[str, str | Promise] = {
    "border.receive": pgettext_lazy("act", "边界案件首接办理"),
    "border.settle": pgettext_lazy("act", "裁定边界案件归属"),
    "calendars.confirm": pgettext_lazy("act", "确认年度日历"),
    "calendars.define": pgettext_lazy("act", "设定工作日历"),
    "calendars.enter_days": pgettext_lazy("act", "录入节假日"),
    "calendars.set_day": pgettext_lazy("act", "修改某一天"),
    "case.read": pgettext_lazy("act", "查看案件"),
    "code.end": pgettext_lazy("act", "停用位置码"),
    "code.issue": pgettext_lazy("act", "发放位置码"),
    "code.read": pgettext_lazy("act", "查看位置码"),
    "conduct.read": pgettext_lazy("act", "查看对工作人员的投诉"),
    "conduct.erase": pgettext_lazy("act", "删除对工作人员投诉中的文字"),
    "credential.add": pgettext_lazy("act", "登记证件"),
    "credential.read": pgettext_lazy("act", "查看证件"),
    "dispatch.put_rules": pgettext_lazy("act", "设定派遣规则"),
    "duty.read": pgettext_lazy("act", "查看责任与值守"),
    "file.export": pgettext_lazy("act", "取出文件原件"),
    "live.listen": pgettext_lazy("act", "收听实时变化"),
    "night_duty.declare": pgettext_lazy("act", "启用夜间值守"),
    "night_duty.read": pgettext_lazy("act", "查看夜间值守"),
    "norms.end": pgettext_lazy("act", "终止标准条目"),
    "norms.import": pgettext_lazy("act", "导入标准"),
    "norms.load_catalogue": pgettext_lazy("act", "载入分类目录"),
    "norms.put": pgettext_lazy("act", "设定标准条目"),
    "norms.seed_defaults": pgettext_lazy("act", "载入默认标准"),
    "notice.change_reach": pgettext_lazy("act", "修改通知的送达方式"),
    "notice.end_rule": pgettext_lazy("act", "终止通知规则"),
    "notice.put_rule": pgettext_lazy("act", "设定通知规则"),
    "notice.read_log": pgettext_lazy("act", "查看通知记录"),
    "notice.test_carrier": pgettext_lazy("act", "试发通知"),
    "notice.clear": pgettext_lazy("act", "清除未送达的通知"),
    "notice.retry": pgettext_lazy("act", "重发通知"),
    "parameter.set": pgettext_lazy("act", "设定本市参数"),
    "people.add_member": pgettext_lazy("act", "登记人员"),
    "people.add_unit": pgettext_lazy("act", "设立单位"),
    "people.appoint": pgettext_lazy("act", "任职"),
    "people.close_account": pgettext_lazy("act", "停用账号"),
    "people.end_appointment": pgettext_lazy("act", "免职"),
    "people.end_credential_need": pgettext_lazy("act", "取消持证要求"),
    "people.end_grant": pgettext_lazy("act", "取消授权"),
    "people.end_member": pgettext_lazy("act", "办理离任"),
    "people.end_second_factor": pgettext_lazy("act", "解除验证器"),
    "people.end_substitution": pgettext_lazy("act", "结束代理"),
    "people.end_token": pgettext_lazy("act", "终止令牌"),
    "people.end_unit": pgettext_lazy("act", "撤销单位"),
    "people.make_account": pgettext_lazy("act", "开立账号"),
    "people.make_token": pgettext_lazy("act", "发放令牌"),
    "people.put_credential_need": pgettext_lazy("act", "设定持证要求"),
    "people.put_grant": pgettext_lazy("act", "授权"),
    "people.read": pgettext_lazy("act", "查看人员与权限"),
    "people.rename_member": pgettext_lazy("act", "更改姓名"),
    "people.renew_contract": pgettext_lazy("act", "续签外包合同"),
    "people.reopen_account": pgettext_lazy("act", "重新启用账号"),
    "people.set_password": pgettext_lazy("act", "重设密码"),
    "people.substitute": pgettext_lazy("act", "安排代理"),
    "places.assign": pgettext_lazy("act", "指定网格责任人"),
    "places.import": pgettext_lazy("act", "导入区划与图层"),
    "precedent.end": pgettext_lazy("act", "停用先例"),
    "precedent.erase": pgettext_lazy("act", "删除先例中的文字"),
    "precedent.read": pgettext_lazy("act", "查看先例"),
    "publication.put": pgettext_lazy("act", "设定各类案件怎样公开"),
    "record.read": pgettext_lazy("act", "查看审计记录"),
    "report.enter": pgettext_lazy("act", "代为登记来件"),
    "report.erase": pgettext_lazy("act", "按规定删除来件内容"),
    "report.observe": pgettext_lazy("act", "登记监测发现"),
    "report.patrol": pgettext_lazy("act", "登记巡查发现"),
    "report.read": pgettext_lazy("act", "查看来件"),
    "report.read_files": pgettext_lazy("act", "查看来件的文件"),
    "report.read_words": pgettext_lazy("act", "查看来件的原文"),
    "sheet.read": pgettext_lazy("act", "查看工单"),
    "sheet.receive": pgettext_lazy("act", "接收工单"),
    "sheet.send_anew": pgettext_lazy("act", "重新送出工单反馈"),
    "visit.cancel": pgettext_lazy("act", "取消现场任务"),
    "visit.read": pgettext_lazy("act", "查看现场任务"),
    "visit.report": pgettext_lazy("act", "报告现场情况"),
}
KINDS: Mapping[str, str | Promise] = {
    "case": pgettext_lazy("kind of act", "案件"),
    "report": pgettext_lazy("kind of act", "来件"),
    "reply": pgettext_lazy("kind of act", "答复"),
    "objection": pgettext_lazy("kind of act", "异议"),
    "sheet": pgettext_lazy("kind of act", "12345 和 110 工单"),
    "visit": pgettext_lazy("kind of act", "现场核实与核查"),
    "dispatch": pgettext_lazy("kind of act", "派遣规则"),
    "precedent": pgettext_lazy("kind of act", "先例"),
    "border": pgettext_lazy("kind of act", "边界案件"),
    "file": pgettext_lazy("kind of act", "文件"),
    "paper": pgettext_lazy("kind of act", "文书"),
    "handover": pgettext_lazy("kind of act", "交接班"),
    "publication": pgettext_lazy("kind of act", "公开"),
    "conduct": pgettext_lazy("kind of act", "对工作人员的投诉"),
    "night_duty": pgettext_lazy("kind of act", "夜间值守"),
    "duty": pgettext_lazy("kind of act", "责任与值守"),
    "credential": pgettext_lazy("kind of act", "证件"),
    "people": pgettext_lazy("kind of act", "人员与权限"),
    "places": pgettext_lazy("kind of act", "区划"),
    "code": pgettext_lazy("kind of act", "位置码"),
    "calendars": pgettext_lazy("kind of act", "工作日历"),
    "norms": pgettext_lazy("kind of act", "立案结案标准"),
    "parameter": pgettext_lazy("kind of act", "本市参数"),
    "notice": pgettext_lazy("kind of act", "通知"),
    "record": pgettext_lazy("kind of act", "审计记录"),
    "live": pgettext_lazy("kind of act", "实时变化"),
}
"""What the first half of an act's name is called, in the order in which a reader meets it at work."""

ACTS: Mapping[str, str | Promise] = {
    **{f"case.{act}": name for act, name in CASE_ACTS.items()},
    **{act if "." in act else f"report.{act}": name for act, name in REPORT_ACTS.items()},
    **{f"visit.{act}": name for act, name in VISIT_ACTS.items()},
    **{f"{kind}.{act}": name for kind in ("file", "publication") for act, name in FILE_ACTS.items()},
    **{f"conduct.{act}": name for act, name in CONDUCT_ACTS.items()},
    **PEOPLE_ACTS,
    **PAPER_ACTS,
    **HANDOVER_ACTS,
    **_OF_THEIR_OWN,
}
"""What every act of the policy table is called."""


def kind_of(act: str) -> str:
    """Return the first half of an act's name: `case.file` → `case`."""
    return act.partition(".")[0]
