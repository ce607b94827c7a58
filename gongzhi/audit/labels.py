"""Words for the record's origins, damages and refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.audit.states import Damage, DeliveryState, Origin

ORIGINS: dict[Origin, str | Promise] = {
    Origin.LIVE: pgettext_lazy("origin", "现场"),
    Origin.IMPORT: pgettext_lazy("origin", "导入"),
    Origin.REPLAY: pgettext_lazy("origin", "回放"),
    Origin.SEED: pgettext_lazy("origin", "示例"),
}
DELIVERY_STATES: dict[DeliveryState, str | Promise] = {
    DeliveryState.WAITING: pgettext_lazy("delivery state", "待投递"),
    DeliveryState.DEAD: pgettext_lazy("delivery state", "投递失败，待人工处理"),
}
DAMAGES: dict[Damage, str | Promise] = {
    Damage.ALTERED: pgettext_lazy("damage", "条目内容被改动"),
    Damage.REMOVED: pgettext_lazy("damage", "条目被删除"),
    Damage.INSERTED: pgettext_lazy("damage", "插入了不属于此处的条目"),
    Damage.REORDERED: pgettext_lazy("damage", "条目次序被调换"),
    Damage.HELD_ALTERED: pgettext_lazy("damage", "受保护的内容与记录不符"),
    Damage.HELD_MISSING: pgettext_lazy("damage", "受保护的内容缺失，且无删除记录"),
    Damage.ROW_ALTERED: pgettext_lazy("damage", "数据行与记录不符"),
    Damage.ROW_MISSING: pgettext_lazy("damage", "记录中的数据行不存在"),
    Damage.ROW_UNRECORDED: pgettext_lazy("damage", "数据行未见于记录"),
    Damage.SNAPSHOT_ALTERED: pgettext_lazy("damage", "配置表与记录不符"),
    Damage.FILE_ALTERED: pgettext_lazy("damage", "文件内容被改动"),
    Damage.FILE_MISSING: pgettext_lazy("damage", "文件缺失"),
    Damage.FILE_SWAPPED: pgettext_lazy("damage", "文件被调换"),
    Damage.POSITION_BROKEN: pgettext_lazy("damage", "位置序列与记录不符"),
    Damage.SEAL_BROKEN: pgettext_lazy("damage", "封印无法验证"),
    Damage.SEAL_MISSING: pgettext_lazy("damage", "锚文件中有此封印，数据库中已没有"),
    Damage.ANCHOR_MISSING: pgettext_lazy("damage", "已有封印，本机的锚文件却不见了"),
    Damage.TAIL_CUT: pgettext_lazy("damage", "末尾的条目被截去"),
    Damage.RECORD_GONE: pgettext_lazy("damage", "整个记录都不见了：数据库里没有存放它的表"),
    Damage.HISTORY_REWRITTEN: pgettext_lazy("damage", "历史被改写"),
    Damage.EXPORT_INCOMPLETE: pgettext_lazy("damage", "导出文件不完整"),
    Damage.CHECK_FAILED: pgettext_lazy("damage", "此项核验中途出错，未能完成"),
}
REFUSALS: dict[str, str | Promise] = {
    "changed-meanwhile": pgettext_lazy(
        "refusal", "有人刚刚处理了它（您看到的是第 {seen} 版，现为第 {now} 版），请刷新后再办。"
    ),
    "nothing-to-erase": pgettext_lazy("refusal", "条目 {seq} 下没有可删除的“{name}”。"),
}
