"""Words for codes and refusals of this room."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.norms.states import CheckingMode, ClassKind, Grade, Publication, Stage, StageClock

CLASS_KINDS: dict[ClassKind, str | Promise] = {
    ClassKind.COMPONENT: pgettext_lazy("class kind", "部件"),
    ClassKind.EVENT: pgettext_lazy("class kind", "事项"),
    ClassKind.SERVICE: pgettext_lazy("class kind", "服务事项"),
}
CHECKING_MODES: dict[CheckingMode, str | Promise] = {
    CheckingMode.VISIT: pgettext_lazy("checking mode", "现场核查"),
    CheckingMode.PHOTO: pgettext_lazy("checking mode", "凭处置后照片审核"),
    CheckingMode.NONE: pgettext_lazy("checking mode", "无需核查"),
}
GRADES: dict[Grade, str | Promise] = {
    Grade.URGENT: pgettext_lazy("grade", "A类（紧急）"),
    Grade.MAJOR: pgettext_lazy("grade", "B类（重大）"),
    Grade.GENERAL: pgettext_lazy("grade", "C类（一般）"),
}
STAGES: dict[Stage, str | Promise] = {
    Stage.ACCEPT: pgettext_lazy("stage", "受理"),
    Stage.VERIFY: pgettext_lazy("stage", "核实"),
    Stage.FILE: pgettext_lazy("stage", "立案"),
    Stage.DISPATCH: pgettext_lazy("stage", "派遣"),
    Stage.ACKNOWLEDGE: pgettext_lazy("stage", "签收"),
    Stage.DECIDE_RETURN: pgettext_lazy("stage", "回退处理"),
    Stage.DISPOSE: pgettext_lazy("stage", "处置"),
    Stage.HOLD: pgettext_lazy("stage", "挂账"),
    Stage.REVIEW: pgettext_lazy("stage", "审核"),
    Stage.CHECK: pgettext_lazy("stage", "核查"),
    Stage.REWORK: pgettext_lazy("stage", "返工"),
    Stage.CLOSE: pgettext_lazy("stage", "结案"),
}
STAGE_CLOCKS: dict[StageClock, str | Promise] = {
    StageClock.CONTINUOUS: pgettext_lazy("stage clock", "连续计时"),
    StageClock.WORKING: pgettext_lazy("stage clock", "工作时间内计时"),
}
PUBLICATIONS: dict[Publication, str | Promise] = {
    Publication.NEVER: pgettext_lazy("publication policy", "不公开"),
    Publication.AFTER_CLOSING: pgettext_lazy("publication policy", "结案后公开办理单位和照片"),
    Publication.AT_ONCE: pgettext_lazy("publication policy", "立即公开，请大家避开"),
}
REFUSALS: dict[str, str | Promise] = {
    "class-unknown": pgettext_lazy("refusal", "分类目录中没有“{managed_class}”，请从目录中选择小类。"),
    "legacy-code-unknown": pgettext_lazy("refusal", "旧标准 {standard_ref} 中没有代码 {legacy}，请核对代码。"),
    "norm-row-faulty": pgettext_lazy(
        "refusal",
        "工作表“{sheet}”第 {row} 行“{column}”列的内容“{found}”无法识别或与其他行重复，整份文件未导入，请改正。",
    ),
    "norm-cell-too-long": pgettext_lazy(
        "refusal",
        "工作表“{sheet}”第 {row} 行“{column}”列过长：最多 {most} 字，现有 {found} 字，整份文件未导入，请改短。",
    ),
    "norm-sheet-missing": pgettext_lazy(
        "refusal", "文件 {file} 中没有可识别的工作表“{sheet}”（应为：{known}；现有：{found}），请核对工作表名称。"
    ),
    "condition-unknown": pgettext_lazy("refusal", "{on} 没有有效的立案条件“{condition}”，请重新选择立案条件。"),
    "stage-limit-unknown": pgettext_lazy("refusal", "{on} 没有“{stage}”阶段的时限，请管理员先设置时限。"),
    "stage-unknown": pgettext_lazy("refusal", "“{stage}”不是可设时限的阶段，可设时限的阶段是：{stages}。"),
    "share-without-limit": pgettext_lazy(
        "refusal", "“{stage}”阶段不能按处置时限的比例计时，只有处置和返工可以；请为该阶段设置固定时长。"
    ),
    "class-code-faulty": pgettext_lazy(
        "refusal", "小类代码“{class_code}”不是五位数字，整份目录未载入，请改正后重新载入。"
    ),
    "class-name-missing": pgettext_lazy(
        "refusal", "小类 {class_code} 缺少中文或英文名称，整份目录未载入，请补全后重新载入。"
    ),
    "national-code-for-local-class": pgettext_lazy(
        "refusal", "本地扩展小类 {class_code} 占用了国标代码，整份目录未载入，请从 {first} 起编小类号。"
    ),
    "local-code-for-national-class": pgettext_lazy(
        "refusal", "小类 {class_code} 使用了本地扩展号段（{first} 起）却未标明为本地扩展，整份目录未载入，请核对。"
    ),
    "class-repeated": pgettext_lazy("refusal", "目录中小类“{managed_class}”出现两次，整份目录未载入，请删去一行。"),
    "class-differs": pgettext_lazy(
        "refusal", "小类“{managed_class}”已在目录中且名称不同，整份目录未载入；国标改版请使用新的标准号。"
    ),
    "period-inverted": pgettext_lazy("refusal", "有效期的结束日 {until_on} 不晚于开始日 {from_on}，请改正日期。"),
    "period-overlaps": pgettext_lazy(
        "refusal", "“{thing}”在 {from_on} 至 {until_on} 已有有效版本，请先终止旧版本再设置新版本。"
    ),
    "condition-number-taken": pgettext_lazy(
        "refusal",
        "第 {number} 条的位置在 {from_on} 至 {until_on} 已由立案条件“{other}”占用，"
        "“{condition}”请另选条号，或先终止“{other}”。",
    ),
    "condition-code-taken": pgettext_lazy(
        "refusal", "立案条件代码“{condition}”已属于小类“{managed_class}”，请另选代码。"
    ),
    "checking-window-needs-visit": pgettext_lazy(
        "refusal", "立案条件“{condition}”不需现场核查，不能设置核查时段；请改为现场核查或去掉时段。"
    ),
}
