"""Words for states, roles and refusals of this room."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.evidence.states import FileRole, FileState

FILE_STATES: dict[FileState, str | Promise] = {
    FileState.STORED: pgettext_lazy("file state", "已上传，未使用"),
    FileState.CLAIMED: pgettext_lazy("file state", "已入卷"),
    FileState.SWEPT: pgettext_lazy("file state", "无人使用，已清除"),
    FileState.ERASED: pgettext_lazy("file state", "已按规定删除"),
}
FILE_ROLES: dict[FileRole, str | Promise] = {
    FileRole.REPORT: pgettext_lazy("file role", "上报材料"),
    FileRole.BEFORE: pgettext_lazy("file role", "处置前"),
    FileRole.AFTER: pgettext_lazy("file role", "处置后"),
    FileRole.VERIFY: pgettext_lazy("file role", "核实"),
    FileRole.CHECK: pgettext_lazy("file role", "核查"),
}
ACTS: dict[str, str | Promise] = {
    "claim": pgettext_lazy("file move", "入卷"),
    "sweep": pgettext_lazy("file move", "清除"),
    "erase": pgettext_lazy("file move", "按规定删除"),
}
REFUSALS: dict[str, str | Promise] = {
    "file-empty": pgettext_lazy("refusal", "上传的文件是空的，请重新选择文件。"),
    "file-too-large": pgettext_lazy("refusal", "文件超过 {largest_bytes} 字节的上限，请压缩或拆分后再上传。"),
    "file-truncated": pgettext_lazy(
        "refusal", "文件没有传完（应有 {announced_bytes} 字节，只收到 {received_bytes} 字节），请重新上传。"
    ),
    "file-kind-unknown": pgettext_lazy("refusal", "无法识别文件内容，请上传照片、视频、录音或 PDF 文件。"),
    "no-space": pgettext_lazy("refusal", "文件存储空间已满，文件未保存，请联系系统管理员。"),
    "file-unknown": pgettext_lazy("refusal", "没有找到文件 {file}（上传后长时间未使用的文件会被清除），请重新上传。"),
    "file-missing": pgettext_lazy("refusal", "文件 {file} 已登记但存储中缺失，请联系系统管理员核查。"),
    "file-of-another": pgettext_lazy(
        "refusal", "文件 {file} 不是您上传的，或认领码不对；请使用自己上传的文件，并附上上传时得到的认领码。"
    ),
    "file-erased": pgettext_lazy("refusal", "文件 {file} 已按规定删除，只留下记录。"),
    "file-claimed": pgettext_lazy("refusal", "文件 {file} 已用于其他事项，请另行上传。"),
    "not-a-photograph": pgettext_lazy("refusal", "文件 {file} 不是照片（{found}），请上传现场照片。"),
}
