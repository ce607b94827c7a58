"""Words for posts, units, scopes and refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.people.states import (
    AccountKind,
    CredentialKind,
    CredentialStatus,
    NightDutyState,
    Post,
    ReviewOutcome,
    Scope,
    SessionEnd,
    UnitKind,
    Why,
)

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
    Why.ACCOUNT_CLOSED: pgettext_lazy("power", "其账号已停用"),
}
CREDENTIAL_KINDS: dict[CredentialKind, str | Promise] = {
    CredentialKind.ENFORCEMENT: pgettext_lazy("credential kind", "行政执法证"),
    CredentialKind.LEGAL_QUALIFICATION: pgettext_lazy("credential kind", "法律职业资格"),
    CredentialKind.AUXILIARY: pgettext_lazy("credential kind", "协管员工作证"),
    CredentialKind.COLLECTOR: pgettext_lazy("credential kind", "信息采集员上岗证"),
}
CREDENTIAL_STATUSES: dict[CredentialStatus, str | Promise] = {
    CredentialStatus.VALID: pgettext_lazy("credential status", "有效"),
    CredentialStatus.SUSPENDED: pgettext_lazy("credential status", "暂扣"),
    CredentialStatus.WITHDRAWN: pgettext_lazy("credential status", "收回"),
}
NIGHT_DUTY_STATES: dict[NightDutyState, str | Promise] = {
    NightDutyState.DECLARED: pgettext_lazy("night duty", "已启用"),
    NightDutyState.REVIEWED: pgettext_lazy("night duty", "已复核"),
}
REVIEW_OUTCOMES: dict[ReviewOutcome, str | Promise] = {
    ReviewOutcome.PROPER: pgettext_lazy("night duty", "办理妥当"),
    ReviewOutcome.IMPROPER: pgettext_lazy("night duty", "办理不当"),
}
SESSION_ENDS: dict[SessionEnd, str | Promise] = {
    SessionEnd.SIGNED_OUT: pgettext_lazy("session end", "本人退出"),
    SessionEnd.IDLE: pgettext_lazy("session end", "久未操作"),
    SessionEnd.ANOTHER_SIGNED_IN: pgettext_lazy("session end", "他人在同一浏览器登录"),
    SessionEnd.PASSWORD_CHANGED: pgettext_lazy("session end", "密码已改"),
    SessionEnd.SECOND_FACTOR_ENDED: pgettext_lazy("session end", "验证器已解除"),
    SessionEnd.ACCOUNT_CLOSED: pgettext_lazy("session end", "账号已停用"),
}
ACTS: dict[str, str | Promise] = {
    "credential.suspend": pgettext_lazy("act", "暂扣证件"),
    "credential.restore": pgettext_lazy("act", "恢复证件"),
    "credential.withdraw": pgettext_lazy("act", "收回证件"),
    "night_duty.end": pgettext_lazy("act", "提前结束夜间值守"),
    "night_duty.review": pgettext_lazy("act", "复核夜间值守"),
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
    Post.DUTY_LEADER: pgettext_lazy("post", "带班领导"),
    Post.SYSTEM_ADMINISTRATOR: pgettext_lazy("post", "系统管理员"),
    Post.SECURITY_ADMINISTRATOR: pgettext_lazy("post", "安全管理员"),
    Post.AUDIT_ADMINISTRATOR: pgettext_lazy("post", "审计管理员"),
    Post.REPORTER: pgettext_lazy("post", "反映人"),
    Post.TIMER: pgettext_lazy("post", "定时任务"),
    Post.IMPORTER: pgettext_lazy("post", "导入程序"),
    Post.MACHINE: pgettext_lazy("post", "对接系统"),
}
NAMED: dict[str, str | Promise] = {
    "unit.code": pgettext_lazy("named", "单位编号"),
    "unit.name_zh": pgettext_lazy("named", "单位的中文名称"),
    "unit.name_en": pgettext_lazy("named", "单位的英文名称"),
    "account.username": pgettext_lazy("named", "账号名"),
    "member.number": pgettext_lazy("named", "工号"),
    "member.name": pgettext_lazy("named", "姓名"),
    "appointment.post": pgettext_lazy("named", "岗位"),
    "accesstoken.name": pgettext_lazy("named", "令牌的名称"),
    "policygrant.post": pgettext_lazy("named", "岗位"),
    "credential.kind": pgettext_lazy("named", "证件种类"),
    "credential.number": pgettext_lazy("named", "证件号码"),
    "credential.body": pgettext_lazy("named", "发证机关"),
    "credential.field": pgettext_lazy("named", "执业范围"),
    "credentialneed.kind": pgettext_lazy("named", "证件种类"),
}
NOBODY = pgettext_lazy("power", "目前没有任何在任人员的岗位具有这一权限。")
REFUSALS: dict[str, str | Promise] = {
    "not-permitted": pgettext_lazy("refusal", "您所在的岗位在此处无权办理“{act}”。"),
    "not-appointed": pgettext_lazy("refusal", "您当前未担任该单位（{unit}）的这一岗位。"),
    "administrators-apart": pgettext_lazy("refusal", "系统、安全、审计管理员须由三人分别担任：此人已任“{held}”。"),
    "unit-too-deep": pgettext_lazy("refusal", "市、区之下至多三级单位：{unit} 之下不能再设（将为第 {level} 级）。"),
    "unit-below-contractor": pgettext_lazy("refusal", "服务外包单位 {unit} 之下不能再设单位。"),
    "unit-still-holds": pgettext_lazy(
        "refusal", "单位“{name}”（{unit}）手中还有 {count} 件未办结：{holds}。请先写明由哪个单位接手，再撤销。"
    ),
    "unit-succeeds-itself": pgettext_lazy("refusal", "单位“{name}”（{unit}）不能由自己接手，请另选单位。"),
    "contract-misplaced": pgettext_lazy("refusal", "“{name}”（{unit}）不是服务外包单位，没有合同期。"),
    "contract-over": pgettext_lazy("refusal", "“{name}”（{unit}）的合同已于 {until} 到期，请先续签或另选单位。"),
    "member-still-holds": pgettext_lazy(
        "refusal", "人员 {member} 手中还有 {count} 件未办结：{holds}。请先写明由谁接手，再办理离任。"
    ),
    "own-substitute": pgettext_lazy("refusal", "人员 {member} 不能代理自己的岗位，请另选代理人。"),
    "substitution-outside": pgettext_lazy(
        "refusal", "该岗位（{post}，{unit}）的任期不包含所填的代理期间，请调整起止时间。"
    ),
    "administrator-not-substituted": pgettext_lazy(
        "refusal", "管理员岗位（{post}）不能由他人代理；请由安全管理员另行任命，并写明任期。"
    ),
    "grounds-needed": pgettext_lazy("refusal", "请写明理由。"),
    "credential-missing": pgettext_lazy("refusal", "办理此事须持有效证件（{kind}），您在此处没有；请联系法制员登记。"),
    "credential-expired": pgettext_lazy("refusal", "您的证件（{kind}）已于 {until} 到期，换证登记后方可办理。"),
    "credential-suspended": pgettext_lazy("refusal", "您的证件（{kind}）正在暂扣，恢复后方可办理。"),
    "credential-withdrawn": pgettext_lazy("refusal", "您的证件（{kind}）已被收回，不能办理此事。"),
    "night-duty-too-long": pgettext_lazy("refusal", "一次夜间值守最长 {most_h} 小时，请缩短起止时间。"),
    "night-duty-too-often": pgettext_lazy(
        "refusal", "任何 24 小时内，夜间值守合计不得超过 {most_h} 小时：请缩短或推迟。"
    ),
    "night-duty-in-the-past": pgettext_lazy("refusal", "夜间值守须在开始之前启用，不能事后补办。"),
    "night-duty-running": pgettext_lazy("refusal", "夜间值守尚未结束，结束后再复核。"),
    "night-duty-over": pgettext_lazy("refusal", "夜间值守已经结束。"),
    "own-night-duty": pgettext_lazy("refusal", "您启用了这次夜间值守或在其中办过事，须由他人复核。"),
    "unit-ended": pgettext_lazy("refusal", "单位“{name}”（{unit}）已撤销，请另选单位。"),
    "same-person": pgettext_lazy("refusal", "须由不同的人办理：您已办理过本案的“{earlier}”，不能再办理“{act}”。"),
    "code-taken": pgettext_lazy("refusal", "编号“{value}”已被使用。"),
    "ends-before-it-begins": pgettext_lazy("refusal", "结束时间须晚于开始时间。"),
    "powers-apart": pgettext_lazy(
        "refusal", "这是管理权限，属于“{owner}”，不能授予“{post}”：管理权限只归本来就有它的管理员。"
    ),
    "beyond-administration": pgettext_lazy(
        "refusal", "“{post}”是管理员岗位，不参与案件和反映的办理：“{act}”请授予其他岗位。"
    ),
    "last-keeper": pgettext_lazy(
        "refusal",
        "{member} 是最后一名“{post}”：请安全管理员先任命继任者（账号在用，任期不短于此人），再办理离任或免职。",
    ),
    "name-blank": pgettext_lazy("refusal", "{named}不能为空：请填写看得见的文字。"),
    "name-too-long": pgettext_lazy("refusal", "{named}过长：最多 {limit} 字，您填写了 {found} 字。"),
    "name-unreadable": pgettext_lazy("refusal", "{named}中有不是文字的字符，请重新填写。"),
    "area-unreadable": pgettext_lazy(
        "refusal", "辖区“{area}”不是区划编码路径：请从市级起写各级编码，以“/”相隔，如 350200/350203。"
    ),
    "key-of-an-administrator": pgettext_lazy(
        "refusal",
        "{member} 担任“{post}”：管理员的令牌和密码不由其他管理员办理，请在服务器上用 gongzhi people 命令办理。",
    ),
    "own-powers": pgettext_lazy("refusal", "不能给自己任职，也不能给自己担任的岗位授权，请由另一名安全管理员办理。"),
    "table-locked": pgettext_lazy("refusal", "“{post}”修改权限表的权限不能取消：取消后再无人能修改权限表。"),
    "account-closed": pgettext_lazy("refusal", "账号“{account}”已经停用。"),
    "sign-in-failed": pgettext_lazy(
        "refusal", "账号或密码不对，或账号已停用。请核对后重试；忘记密码请联系安全管理员。"
    ),
    "sign-in-shut": pgettext_lazy("refusal", "失败次数过多，请在 {minutes} 分钟后再试；急用请联系安全管理员重设密码。"),
    "password-wrong": pgettext_lazy("refusal", "现用密码不对，请重新填写。"),
    "password-unchanged": pgettext_lazy("refusal", "新密码与现用密码相同，请换一个。"),
    "code-wrong": pgettext_lazy(
        "refusal", "验证码不对或已用过：请填写验证器现在显示的 6 位数字；总是不对，请核对手机的时间。"
    ),
    "second-factor-kept": pgettext_lazy("refusal", "此账号已绑定验证器；更换手机请联系安全管理员解除后重新绑定。"),
    "second-factor-missing": pgettext_lazy("refusal", "此账号没有绑定验证器，无须解除。"),
    "seat-not-yours": pgettext_lazy("refusal", "您现在没有这个岗位，请另选。"),
    "session-over": pgettext_lazy("refusal", "登录已结束，请重新登录。"),
    "account-open": pgettext_lazy("refusal", "账号“{account}”正在使用，无须重新启用。"),
    "member-ended": pgettext_lazy("refusal", "人员 {member} 已离任，不能再任职、改名或启用账号。"),
    "password-weak": pgettext_lazy("refusal", "密码太短、太常见或与账号名太像，请换一个更长的。"),
}
