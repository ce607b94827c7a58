"""Words for states, roles and refusals of this room."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.evidence.states import CopyKind, DisplayState, FileKind, FileRole, FileState, Publication

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
    FileRole.MASKED: pgettext_lazy("file role", "打码件"),
    FileRole.PAPER: pgettext_lazy("file role", "文书"),
    FileRole.SCAN: pgettext_lazy("file role", "盖章扫描件"),
}
FILE_KINDS: dict[FileKind, str | Promise] = {
    FileKind.PHOTO: pgettext_lazy("file kind", "照片"),
    FileKind.VIDEO: pgettext_lazy("file kind", "视频"),
    FileKind.SOUND: pgettext_lazy("file kind", "录音"),
    FileKind.DOCUMENT: pgettext_lazy("file kind", "文档"),
}
PUBLICATIONS: dict[Publication, str | Promise] = {
    Publication.PRIVATE: pgettext_lazy("publication", "未审核，不公开"),
    Publication.RELEASED: pgettext_lazy("publication", "已公开"),
    Publication.WITHHELD: pgettext_lazy("publication", "审核后不公开"),
}
DISPLAY_STATES: dict[DisplayState, str | Promise] = {
    DisplayState.NONE: pgettext_lazy("display copy", "无展示图"),
    DisplayState.WAITING: pgettext_lazy("display copy", "展示图制作中"),
    DisplayState.MADE: pgettext_lazy("display copy", "展示图已制作"),
    DisplayState.FAILED: pgettext_lazy("display copy", "原图无法解码，请人工查看原件"),
}
COPY_KINDS: dict[CopyKind, str | Promise] = {
    CopyKind.DISPLAY: pgettext_lazy("display copy", "展示图"),
    CopyKind.THUMBNAIL: pgettext_lazy("display copy", "缩略图"),
}
ACTS: dict[str, str | Promise] = {
    "claim": pgettext_lazy("file move", "入卷"),
    "sweep": pgettext_lazy("file move", "清除"),
    "erase": pgettext_lazy("file move", "按规定删除"),
    "show": pgettext_lazy("file move", "制作展示图"),
    "fail_to_show": pgettext_lazy("file move", "展示图制作失败"),
    "mask": pgettext_lazy("file move", "以打码件代替公开"),
    "release": pgettext_lazy("file move", "公开"),
    "withhold": pgettext_lazy("file move", "不予公开"),
}
REFUSALS: dict[str, str | Promise] = {
    "file-empty": pgettext_lazy("refusal", "上传的文件是空的，请重新选择文件。"),
    "file-too-large": pgettext_lazy("refusal", "文件超过 {largest_bytes} 字节的上限，请压缩或拆分后再上传。"),
    "file-truncated": pgettext_lazy(
        "refusal", "文件没有传完（应有 {announced_bytes} 字节，只收到 {received_bytes} 字节），请重新上传。"
    ),
    "file-kind-unknown": pgettext_lazy(
        "refusal",
        "文件内容不能接收（实际为 {found}）。请上传照片（JPEG、PNG、WebP、HEIC）、视频（MP4、MOV、WebM）、"
        "录音（MP3、M4A、AMR、WAV、OGG）或文档（PDF、DOCX、XLSX，不含宏）。",
    ),
    "picture-unreadable": pgettext_lazy("refusal", "照片已损坏，无法读取（{found}），请重新拍摄或重新导出后上传。"),
    "picture-too-large": pgettext_lazy(
        "refusal", "照片为 {width} × {height} 像素，超过 {most_megapixels} 百万像素的上限，请缩小后上传。"
    ),
    "document-damaged": pgettext_lazy("refusal", "文档已损坏，无法打开，请重新保存后上传。"),
    "document-locked": pgettext_lazy("refusal", "文档设有密码，请去除密码后上传。"),
    "document-swells": pgettext_lazy(
        "refusal", "文档解压后远大于其自身（上限 {most_bytes} 字节），不能接收，请另存为普通文档后上传。"
    ),
    "files-too-many": pgettext_lazy("refusal", "同一事项最多入卷 {most} 个文件，请先确认是否都有必要。"),
    "upload-unknown": pgettext_lazy("refusal", "没有找到这次上传（超过一天未传完的会被清除），请重新开始上传。"),
    "upload-offset-wrong": pgettext_lazy("refusal", "应从第 {offset} 字节续传，请按此位置重发。"),
    "upload-overflows": pgettext_lazy(
        "refusal", "收到的内容超过开始上传时说明的 {size_bytes} 字节，本次上传已作废，请重新上传。"
    ),
    "upload-checksum-wrong": pgettext_lazy(
        "refusal", "收到的内容与开始上传时说明的校验值不符，本次上传已作废，请重新上传。"
    ),
    "uploads-too-large": pgettext_lazy(
        "refusal", "未登录的人正在分段上传的文件已达 {most_mb} MB，请稍后再试，或把较小的文件一次传完。"
    ),
    "uploads-too-many": pgettext_lazy("refusal", "未传完的文件已达 {most} 个，请先传完，或等一天后自动清除。"),
    "nothing-to-show": pgettext_lazy(
        "refusal", "文件 {file} 没有展示图（不是照片、正在制作或无法制作），请稍后再试或查看原件。"
    ),
    "file-not-public": pgettext_lazy("refusal", "没有公开的文件 {file}。"),
    "file-grounds-missing": pgettext_lazy("refusal", "请写明理由。"),
    "file-masks-itself": pgettext_lazy("refusal", "文件 {file} 不能作为自己的打码件，请先上传打码后的照片。"),
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
