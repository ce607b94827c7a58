"""Words for refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

REFUSALS: dict[str, str | Promise] = {
    "no-such-pack": pgettext_lazy("refusal", "没有名为 {pack} 的城市包（现有：{known}）。"),
    "no-demo-city": pgettext_lazy("refusal", "此目录中的城市（{city}）不是示例城市；请另设 GONGZHI_HOME 再运行示例。"),
    "story-broken-off": pgettext_lazy("refusal", "上次示例中途停止，内容不完整；请删除目录 {home} 后重新运行。"),
    "no-such-profile": pgettext_lazy("refusal", "没有名为 {profile} 的导入配置，也没有这个文件（现有：{known}）。"),
    "profile-unreadable": pgettext_lazy("refusal", "导入配置 {profile} 第 {line} 行起不是有效的 JSON。"),
    "profile-no-object": pgettext_lazy(
        "refusal", "导入配置 {profile} 不是 UTF-8 编码的 JSON 对象，或其中有键写了两次。"
    ),
    "profile-too-large": pgettext_lazy(
        "refusal", "文件 {profile} 超过 {limit} 字节，不会是导入配置；请核对 --profile 后面的路径。"
    ),
    "profile-key-unknown": pgettext_lazy("refusal", "导入配置 {profile} 中的 {key} 无法识别，请核对拼写。"),
    "profile-key-missing": pgettext_lazy("refusal", "导入配置 {profile} 缺少 {key}，请补上。"),
    "profile-value-wrong": pgettext_lazy("refusal", "导入配置 {profile} 中 {key} 的值 {found} 不可用；可用：{wanted}"),
    "import-file-missing": pgettext_lazy("refusal", "找不到文件 {file}，请核对路径。"),
    "import-file-unreadable": pgettext_lazy("refusal", "文件 {file} 无法读取：它是文件夹，或当前账户没有权限。"),
    "file-ending-unknown": pgettext_lazy("refusal", "文件 {file} 的扩展名不符，此配置只读 {endings}。"),
    "not-gzip": pgettext_lazy("refusal", "文件 {file} 以 .gz 结尾，但不是 gzip 压缩文件；请改名或重新压缩。"),
    "import-file-empty": pgettext_lazy("refusal", "文件 {file} 是空的，连列名也没有。"),
    "old-line-ends": pgettext_lazy(
        "refusal", "文件 {file} 用回车符（CR）换行，是旧式 Mac 的写法；请在表格软件中另存为“CSV UTF-8”后再导入。"
    ),
    "column-missing": pgettext_lazy(
        "refusal", "文件 {file} 缺少下列列，或列名重复：{columns}。列都在时，请核对编码和分隔符。"
    ),
    "file-broken": pgettext_lazy(
        "refusal", "文件从第 {line} 行起中断，可能没有传完整；之前各行已处理，请换完整文件再导入一次。"
    ),
    "quote-not-closed": pgettext_lazy(
        "refusal", "第 {line} 行起的引号直到文件末尾都没有闭合，其后各行未读；请修正后再导入一次。"
    ),
    "row-unreadable": pgettext_lazy("refusal", "此行不符合 CSV 格式，请修正。"),
    "row-too-large": pgettext_lazy("refusal", "此行或其中一格过长（上限 {limit} 字节）。"),
    "row-width-wrong": pgettext_lazy("refusal", "此行应有 {wanted} 格，实有 {found} 格；请检查逗号和引号。"),
    "bytes-unreadable": pgettext_lazy("refusal", "此行“{column}”一格的第 {at} 字节起不是 {encoding} 编码的文字。"),
    "null-byte": pgettext_lazy("refusal", "此行含有空字节，不是文字。"),
    "time-unreadable": pgettext_lazy("refusal", "“{column}”一格不是有效的时间（形如 {shape}）。"),
    "kind-unknown": pgettext_lazy("refusal", "“{column}”一格的诉求类型不在导入配置中（形如 {shape}）。"),
    "class-word-unknown": pgettext_lazy("refusal", "“{column}”一格的类别不在导入配置中（形如 {shape}）。"),
    "coordinate-unreadable": pgettext_lazy("refusal", "“{column}”一格的坐标不是数字（形如 {shape}）。"),
    "position-error-unreadable": pgettext_lazy("refusal", "“{column}”一格的定位误差不是米数（形如 {shape}）。"),
    "crs-unknown": pgettext_lazy("refusal", "“{column}”一格的坐标系无法识别（形如 {shape}）；可用：{known}。"),
    "reply-time-impossible": pgettext_lazy(
        "refusal", "答复时间 {replied_at} 早于收到时间 {received_at}，或晚于现在；反映已收，答复未录。"
    ),
    "key-twice-in-file": pgettext_lazy("refusal", "编号 {key} 与第 {first_row} 行重复而内容不同；此行未收。"),
    "rejects-unwritable": pgettext_lazy(
        "refusal", "无法写入退回清单 {path}（{reason}）；已收各行不受影响，请换个位置再导入一次。"
    ),
    "rejects-folder-missing": pgettext_lazy(
        "refusal", "退回清单要放的文件夹 {folder} 不存在，什么都没有导入；请先建好文件夹，或换个位置。"
    ),
    "no-such-replay-profile": pgettext_lazy("refusal", "没有名为 {profile} 的回放配置（现有：{known}）。"),
    "replay-request-unreadable": pgettext_lazy(
        "refusal",
        "第 {row} 行（编号 {key}）的“{column}”一格无法按回放配置理解（{reason}）；什么都没有写入，请改正文件后重试。",
    ),
    "nothing-to-replay": pgettext_lazy(
        "refusal", "文件中没有可以回放的请求：{unplaced} 件没有坐标，{rejected} 件的办结时间早于受理时间。"
    ),
    "replay-request-stuck": pgettext_lazy(
        "refusal",
        "请求 {key} 在“{act}”这一步走不下去：{reason}。此前已提交的步骤保留，排除原因后再回放一次即可接着走。",
    ),
}
REPLAYED: dict[str, str | Promise] = {
    "unit": pgettext_lazy("replay", "责任单位"),
    "in_source": pgettext_lazy("replay", "来源 未结/已结"),
    "here": pgettext_lazy("replay", "回放 未结/已结"),
    "late": pgettext_lazy("replay", "超时办结"),
    "all": pgettext_lazy("replay", "合计"),
    "agrees": pgettext_lazy("replay", "各单位未结、已结件数与来源一致。"),
    "differs": pgettext_lazy("replay", "下列单位件数与来源不一致：{units}"),
    "left_out": pgettext_lazy("replay", "没有坐标而未回放 {unplaced} 件；办结早于受理而退回 {rejected} 件：{keys}"),
    "added": pgettext_lazy("replay", "本次走了 {moves} 步，新增 {entries} 条记录，用时 {seconds} 秒"),
    "added_nothing": pgettext_lazy("replay", "以前已全部回放，本次没有新增"),
}
IMPORTED: dict[str, str | Promise] = {
    "received": pgettext_lazy("import", "新收 {received} 件，其中 {needs_location} 件待定位"),
    "repeated": pgettext_lazy("import", "以前已收 {repeated} 件"),
    "rejected": pgettext_lazy("import", "退回 {rejected} 件"),
    "replies": pgettext_lazy("import", "录入答复 {replies} 条，未录 {replies_rejected} 条"),
    "rejects": pgettext_lazy("import", "退回清单：{path}"),
    "reason": pgettext_lazy("import", "{count} 行：{code}"),
}
