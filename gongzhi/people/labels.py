"""Words for posts, units, scopes and refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.people.states import AccountKind, Post, Scope, UnitKind, Why

ACCOUNT_KINDS: dict[AccountKind, str | Promise] = {
    AccountKind.STAFF: pgettext_lazy("account kind", "工作人员"),
    AccountKind.PARTY: pgettext_lazy("account kind", "监管对象"),
    AccountKind.MACHINE: pgettext_lazy("account kind", "系统对接"),
}
UNIT_KINDS: dict[UnitKind, str | Promise] = {
    UnitKind.BUREAU: pgettext_lazy("unit kind", "局"),
    UnitKind.CENTRE: pgettext_lazy("unit kind", "中心"),
    UnitKind.BRIGADE: pgettext_lazy("unit kind", "大队"),
    UnitKind.SQUADRON: pgettext_lazy("unit kind", "中队"),
    UnitKind.STREET: pgettext_lazy("unit kind", "街道（镇）"),
    UnitKind.COMMUNITY: pgettext_lazy("unit kind", "社区（村居）"),
    UnitKind.DEPARTMENT: pgettext_lazy("unit kind", "部门"),
    UnitKind.CONTRACTOR: pgettext_lazy("unit kind", "服务外包单位"),
}
SCOPES: dict[Scope, str | Promise] = {
    Scope.CITY: pgettext_lazy("scope", "全市"),
    Scope.AREA: pgettext_lazy("scope", "本辖区"),
    Scope.UNIT: pgettext_lazy("scope", "本单位"),
}
WHY: dict[Why, str | Promise] = {
    Why.EVERYWHERE: pgettext_lazy("power", "此权限及于全市"),
    Why.IN_ITS_AREA: pgettext_lazy("power", "在其单位的辖区内"),
    Why.OUTSIDE_ITS_AREA: pgettext_lazy("power", "不在其单位的辖区内"),
    Why.WITH_ITS_UNIT: pgettext_lazy("power", "由其单位或下属单位负责"),
    Why.WITH_ANOTHER_UNIT: pgettext_lazy("power", "由其他单位负责"),
}
POSTS: dict[str, str | Promise] = {
    Post.COLLECTOR: pgettext_lazy("post", "信息采集员"),
    Post.ACCEPTOR: pgettext_lazy("post", "受理员"),
    Post.SHIFT_LEADER: pgettext_lazy("post", "值班长"),
    Post.DISPATCHER: pgettext_lazy("post", "派遣员"),
    Post.DEPARTMENT_DESK: pgettext_lazy("post", "处置部门联系人"),
    Post.HANDLER: pgettext_lazy("post", "处置人员"),
    Post.CHECKER: pgettext_lazy("post", "核查员"),
    Post.EVALUATOR: pgettext_lazy("post", "考核员"),
    Post.CONDUCT_INSPECTOR: pgettext_lazy("post", "督察员"),
    Post.OFFICER: pgettext_lazy("post", "执法队员"),
    Post.LEGAL_OFFICER: pgettext_lazy("post", "法制员"),
    Post.LEADER: pgettext_lazy("post", "领导"),
    Post.SYSTEM_ADMINISTRATOR: pgettext_lazy("post", "系统管理员"),
    Post.SECURITY_ADMINISTRATOR: pgettext_lazy("post", "安全管理员"),
    Post.AUDIT_ADMINISTRATOR: pgettext_lazy("post", "审计管理员"),
    Post.REPORTER: pgettext_lazy("post", "反映人"),
    Post.TIMER: pgettext_lazy("post", "定时任务"),
    Post.IMPORTER: pgettext_lazy("post", "导入程序"),
    Post.MACHINE: pgettext_lazy("post", "对接系统"),
}
REFUSALS: dict[str, str | Promise] = {
    "not-permitted": pgettext_lazy("refusal", "您所在的岗位在此处无权办理“{act}”。"),
    "not-appointed": pgettext_lazy("refusal", "您当前未担任该单位（{unit}）的这一岗位。"),
    "administrators-apart": pgettext_lazy("refusal", "系统、安全、审计管理员须由三人分别担任：此人已任“{held}”。"),
    "unit-ended": pgettext_lazy("refusal", "单位“{name}”（{unit}）已撤销，请另选单位。"),
    "same-person": pgettext_lazy("refusal", "须由不同的人办理：您已办理过本案的“{earlier}”，不能再办理“{act}”。"),
    "code-taken": pgettext_lazy("refusal", "编号“{value}”已被使用。"),
    "ends-before-it-begins": pgettext_lazy("refusal", "结束时间须晚于开始时间。"),
    "powers-apart": pgettext_lazy("refusal", "“{act}”只属于“{owner}”，不能授予“{post}”：三名管理员的权限须分开。"),
    "own-powers": pgettext_lazy("refusal", "不能给自己授权（{act}），请由另一名安全管理员办理。"),
    "table-locked": pgettext_lazy("refusal", "{post} 的 {act} 不能取消：取消后再无人能修改权限表。"),
    "account-closed": pgettext_lazy("refusal", "账号“{account}”已经停用。"),
    "account-open": pgettext_lazy("refusal", "账号“{account}”正在使用，无须重新启用。"),
    "member-ended": pgettext_lazy("refusal", "人员 {member} 已离任，不能再任职、改名或启用账号。"),
    "password-weak": pgettext_lazy("refusal", "密码太短、太常见或与账号名太像（{reasons}），请换一个更长的。"),
}
