"""Words for papers: kinds, states, acts, fields and refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.papers.states import Layout, PaperKind, PaperState

KINDS: dict[PaperKind, str | Promise] = {
    PaperKind.ASSIGNMENT: pgettext_lazy("paper kind", "交办单"),
    PaperKind.SUPERVISION: pgettext_lazy("paper kind", "督办函"),
    PaperKind.RECEIPT: pgettext_lazy("paper kind", "受理回执"),
    PaperKind.REPLY: pgettext_lazy("paper kind", "答复书"),
}
STATES: dict[PaperState, str | Promise] = {
    PaperState.DRAFT: pgettext_lazy("paper state", "拟稿"),
    PaperState.AWAITING_SEAL: pgettext_lazy("paper state", "待盖章"),
    PaperState.SEALED: pgettext_lazy("paper state", "已盖章"),
    PaperState.VOID: pgettext_lazy("paper state", "已作废"),
}
LAYOUTS: dict[Layout, str | Promise] = {
    Layout.LETTER: pgettext_lazy("paper layout", "函"),
    Layout.SLIP: pgettext_lazy("paper layout", "单"),
}
FIELDS: dict[str, str | Promise] = {
    "addressee": pgettext_lazy("paper field", "称呼（如：陈先生）"),
    "words": pgettext_lazy("paper field", "事由或说明"),
    "demands": pgettext_lazy("paper field", "办理要求"),
    "contact": pgettext_lazy("paper field", "联系人和电话"),
    "copies": pgettext_lazy("paper field", "抄送"),
}
ACTS: dict[str, str | Promise] = {
    "paper.make": pgettext_lazy("paper act", "拟稿"),
    "paper.revise": pgettext_lazy("paper act", "修改文稿"),
    "paper.take_number": pgettext_lazy("paper act", "取文号"),
    "paper.issue": pgettext_lazy("paper act", "签发"),
    "paper.seal": pgettext_lazy("paper act", "登记盖章件"),
    "paper.void_scan": pgettext_lazy("paper act", "作废盖章扫描件"),
    "paper.void": pgettext_lazy("paper act", "作废文书"),
    "paper.erase": pgettext_lazy("paper act", "删除文书内容"),
    "paper.make_assignment": pgettext_lazy("paper act", "拟交办单"),
    "paper.make_supervision": pgettext_lazy("paper act", "拟督办函"),
    "paper.make_receipt": pgettext_lazy("paper act", "拟受理回执"),
    "paper.make_reply": pgettext_lazy("paper act", "拟答复书"),
    "paper.issue_assignment": pgettext_lazy("paper act", "签发交办单"),
    "paper.issue_supervision": pgettext_lazy("paper act", "签发督办函"),
    "paper.issue_receipt": pgettext_lazy("paper act", "签发受理回执"),
    "paper.issue_reply": pgettext_lazy("paper act", "签发答复书"),
    "paper.put_template": pgettext_lazy("paper act", "修改文书模板"),
}
REFUSALS: dict[str, str | Promise] = {
    "paper-field-missing": pgettext_lazy("refusal", "文书缺少必填内容（{field}），请补填后再保存。"),
    "paper-text-too-long": pgettext_lazy("refusal", "文书中有一栏超过 {longest} 字，请删减后再保存。"),
    "paper-reason-missing": pgettext_lazy("refusal", "请写明作废的理由。"),
    "paper-text-changed": pgettext_lazy(
        "refusal", "您看过文稿后，案件或模板有了变化，文书没有签发。请重新看过再签发。"
    ),
    "paper-being-printed": pgettext_lazy("refusal", "文书在制作时被他人改动，没有签发。请重新看过再签发。"),
    "case-not-supervised": pgettext_lazy("refusal", "案件没有列入督办，不能发督办函。请先在案件中办理督办。"),
    "paper-no-unit": pgettext_lazy("refusal", "案件还没有派给处置单位，没有可以发文的对象。请先派遣。"),
    "paper-reply-not-written": pgettext_lazy("refusal", "还没有审定的答复，不能制作答复书。请先拟写并审批答复。"),
    "scan-missing": pgettext_lazy("refusal", "请上传盖章后的扫描件。"),
    "scan-kind-wrong": pgettext_lazy("refusal", "盖章扫描件须为 PDF 或图片，收到的是 {found}。"),
    "paper-font-missing": pgettext_lazy(
        "refusal",
        "本机没有可用的中文字体，文书没有制作。请管理员安装 Noto CJK 字体（Debian：apt install fonts-noto-cjk），"
        "或用 GONGZHI_PAPER_FONTS 指定字体文件夹。已找过：{folders}。",
    ),
    "paper-glyphs-missing": pgettext_lazy(
        "refusal",
        "字体 {font} 中没有这些字：{characters}，印出来会是空框，文书没有签发。请管理员安装字数更全的字体"
        "（如 Noto CJK：apt install fonts-noto-cjk），或改用别的字。",
    ),
    "paper-not-printed": pgettext_lazy(
        "refusal", "文书制作程序没有完成（{detail}），文书没有签发。请稍后再试；仍不行请告知管理员。"
    ),
    "paper-template-wrong": pgettext_lazy(
        "refusal", "文书模板第 {line} 行不能使用（{why}：{what}），没有保存。第 0 行指全文。"
    ),
}
