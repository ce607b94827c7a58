"""Words for levels, classes of area, states of a place, and refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from gongzhi.places.layers.raw import Note
from gongzhi.places.layers.topology import FindingKind
from gongzhi.places.states import (
    AreaClass,
    BorderState,
    BuildingPart,
    DivisionLevel,
    KnownLayer,
    OverlayKind,
    PlaceState,
    PlateEnding,
    PlateKind,
    PlateState,
    PositionSource,
)

LEVELS: dict[DivisionLevel, str | Promise] = {
    DivisionLevel.CITY: pgettext_lazy("division level", "市"),
    DivisionLevel.DISTRICT: pgettext_lazy("division level", "区"),
    DivisionLevel.STREET: pgettext_lazy("division level", "街道（镇）"),
    DivisionLevel.COMMUNITY: pgettext_lazy("division level", "社区（村）"),
}
AREA_CLASSES: dict[AreaClass, str | Promise] = {
    AreaClass.ANY: pgettext_lazy("area class", "不分区域"),
    AreaClass.CORE: pgettext_lazy("area class", "核心区域"),
    AreaClass.GENERAL: pgettext_lazy("area class", "一般区域"),
    AreaClass.FRINGE: pgettext_lazy("area class", "边缘区域"),
}
PLACE_STATES: dict[PlaceState, str | Promise] = {
    PlaceState.LOCATED: pgettext_lazy("place state", "已定位"),
    PlaceState.OUTSIDE: pgettext_lazy("place state", "不在本市范围内"),
    PlaceState.IMPOSSIBLE: pgettext_lazy("place state", "坐标有误"),
    PlaceState.IN_WORDS: pgettext_lazy("place state", "仅有文字地址"),
    PlaceState.UNKNOWN: pgettext_lazy("place state", "地点不详"),
    PlaceState.ERASED: pgettext_lazy("place state", "已按规定删除"),
}
LAYERS: dict[KnownLayer, str | Promise] = {
    KnownLayer.UNIT_GRIDS: pgettext_lazy("layer", "单元网格"),
    KnownLayer.RESPONSIBILITY_GRIDS: pgettext_lazy("layer", "责任网格"),
    KnownLayer.OVERLAYS: pgettext_lazy("layer", "特殊区域"),
    KnownLayer.BUILDINGS: pgettext_lazy("layer", "楼栋、楼层和房间"),
    KnownLayer.NAMES: pgettext_lazy("layer", "地名"),
}
OVERLAY_KINDS: dict[OverlayKind, str | Promise] = {
    OverlayKind.ISLAND: pgettext_lazy("overlay kind", "岛屿"),
    OverlayKind.STATION: pgettext_lazy("overlay kind", "车站"),
    OverlayKind.AIRPORT: pgettext_lazy("overlay kind", "机场"),
    OverlayKind.PORT: pgettext_lazy("overlay kind", "港口"),
    OverlayKind.DEVELOPMENT_ZONE: pgettext_lazy("overlay kind", "开发区"),
    OverlayKind.OTHER: pgettext_lazy("overlay kind", "其他特殊区域"),
}
BUILDING_PARTS: dict[BuildingPart, str | Promise] = {
    BuildingPart.BUILDING: pgettext_lazy("building part", "楼栋"),
    BuildingPart.FLOOR: pgettext_lazy("building part", "楼层"),
    BuildingPart.ROOM: pgettext_lazy("building part", "房间"),
}
POSITION_SOURCES: dict[PositionSource, str | Promise] = {
    PositionSource.SURVEYED: pgettext_lazy("position source", "实测"),
    PositionSource.DEVICE: pgettext_lazy("position source", "现场设备定位"),
    PositionSource.PINNED: pgettext_lazy("position source", "地图标注"),
    PositionSource.WORDS: pgettext_lazy("position source", "按地址文字查得"),
    PositionSource.UNSAID: pgettext_lazy("position source", "未说明"),
}
BORDER_STATES: dict[BorderState, str | Promise] = {
    BorderState.SEEN: pgettext_lazy("border state", "相邻各方可见"),
    BorderState.TAKEN: pgettext_lazy("border state", "首接方办理"),
    BorderState.SETTLED: pgettext_lazy("border state", "已裁定归属"),
}
PLATE_STATES: dict[PlateState, str | Promise] = {
    PlateState.IN_USE: pgettext_lazy("place code state", "在用"),
    PlateState.ENDED: pgettext_lazy("place code state", "已停用"),
}
PLATE_KINDS: dict[PlateKind, str | Promise] = {
    PlateKind.STOP: pgettext_lazy("plate kind", "公交站"),
    PlateKind.GATE: pgettext_lazy("plate kind", "大门"),
    PlateKind.SHOP: pgettext_lazy("plate kind", "店铺"),
    PlateKind.SITE: pgettext_lazy("plate kind", "工地"),
    PlateKind.INDOOR: pgettext_lazy("plate kind", "室内"),
    PlateKind.POLE: pgettext_lazy("plate kind", "灯杆、立杆"),
    PlateKind.OTHER: pgettext_lazy("plate kind", "其他"),
}
PLATE_ENDINGS: dict[PlateEnding, str | Promise] = {
    PlateEnding.REMOVED: pgettext_lazy("plate ending", "牌子已拆除"),
    PlateEnding.MOVED: pgettext_lazy("plate ending", "店铺、工地或站点已搬走"),
    PlateEnding.LOST: pgettext_lazy("plate ending", "牌子遗失或损坏，另发新码"),
    PlateEnding.WRONG: pgettext_lazy("plate ending", "登记的位置有误"),
}
ACTS: dict[str, str | Promise] = {
    "end": pgettext_lazy("place code act", "停用"),
    "receive": pgettext_lazy("border act", "首接办理"),
    "settle": pgettext_lazy("border act", "裁定归属"),
    "leave": pgettext_lazy("border act", "移出相邻各方"),
}
LAYER_NOTES: dict[Note, str | Promise] = {
    Note.HEIGHTS_LEFT_OUT: pgettext_lazy("layer note", "高程未保留"),
    Note.WITHOUT_PLACE: pgettext_lazy("layer note", "没有图形"),
    Note.STATED_OTHERWISE: pgettext_lazy("layer note", "文件自述的坐标系与声明不同，按声明读取"),
    Note.DELETED_LEFT_OUT: pgettext_lazy("layer note", "已标记删除，未读取"),
    Note.NOT_UTF8: pgettext_lazy("layer note", "按 GB18030 编码读取"),
}
FINDINGS: dict[FindingKind, str | Promise] = {
    FindingKind.EMPTY: pgettext_lazy("topology finding", "没有图形"),
    FindingKind.NO_AREA: pgettext_lazy("topology finding", "不是面"),
    FindingKind.CROSSES_ITSELF: pgettext_lazy("topology finding", "界线自相交"),
    FindingKind.DUPLICATE_CODE: pgettext_lazy("topology finding", "代码重复"),
    FindingKind.OVERLAP: pgettext_lazy("topology finding", "相互重叠"),
    FindingKind.OUTSIDE_PARENT: pgettext_lazy("topology finding", "超出上级范围"),
    FindingKind.OVERLAP_SLIVER: pgettext_lazy("topology finding", "细小重叠"),
    FindingKind.GAP: pgettext_lazy("topology finding", "细小缝隙"),
    FindingKind.HOLE: pgettext_lazy("topology finding", "空白地块"),
    FindingKind.UNSHARED_BORDER: pgettext_lazy("topology finding", "相邻界线顶点不一致"),
    FindingKind.BEYOND_PARENT: pgettext_lazy("topology finding", "略超出上级范围"),
    FindingKind.SHORE_CUT_OFF: pgettext_lazy("topology finding", "岸线被截去"),
    FindingKind.FAR_OUTSIDE: pgettext_lazy("topology finding", "不在任何区域内"),
}
REFUSALS: dict[str, str | Promise] = {
    "impossible-point": pgettext_lazy(
        "refusal", "坐标（经度 {lon}，纬度 {lat}）不在地球上，请核对经纬度和先后次序后重报。"
    ),
    "no-such-division": pgettext_lazy("refusal", "没有代码为 {division} 的区划，请核对代码。"),
    "divisions-unreadable": pgettext_lazy(
        "refusal", "区划文件无法读取（第 {feature} 个要素：{reason}），请提供方按说明改正后重新导入。"
    ),
    "division-duplicate": pgettext_lazy("refusal", "代码 {division} 在文件中出现多次，请提供方保留一条。"),
    "division-bad-code": pgettext_lazy(
        "refusal", "区划代码“{division}”不可用：应为 1 至 32 个字符且不含“/”，请提供方改正。"
    ),
    "division-name-missing": pgettext_lazy("refusal", "区划 {division} 没有中文名称，请提供方补上。"),
    "division-unknown-parent": pgettext_lazy(
        "refusal", "区划 {division} 的上级 {parent} 不存在，请提供方一并提供上级或改正代码。"
    ),
    "division-cyclic-parents": pgettext_lazy("refusal", "区划 {division} 的上级关系首尾相接，请提供方改正。"),
    "division-level-order": pgettext_lazy(
        "refusal", "区划 {division}（{level}）不能归属于 {parent}（{parent_level}）：上级须高于下级，请提供方改正。"
    ),
    "division-parent-missing": pgettext_lazy("refusal", "区划 {division} 没有上级，只有市没有上级，请提供方补上。"),
    "division-second-city": pgettext_lazy(
        "refusal", "一个系统只管一个市：{division} 与已有的市 {city} 同时有效，请提供方核对级别或终止日期。"
    ),
    "division-ends-before-it-begins": pgettext_lazy(
        "refusal", "区划 {division} 的终止日 {until_on} 不晚于起始日 {from_on}，请提供方改正。"
    ),
    "division-outside-its-parents-time": pgettext_lazy(
        "refusal", "区划 {division} 的起止日期超出上级 {parent} 的起止日期，请提供方先调整下级。"
    ),
    "division-outline-unreadable": pgettext_lazy(
        "refusal", "区划 {division} 的界线无法读取（{reason}），请提供方改为多边形并核对坐标。"
    ),
    "division-outline-crosses-itself": pgettext_lazy(
        "refusal", "区划 {division} 的界线自相交或重叠（{reason}），请提供方修正图形。"
    ),
    "layer-too-large": pgettext_lazy(
        "refusal", "文件 {file} 超出一次可读的上限（{what}：{found}，上限 {most}），请提供方拆分后分批导入。"
    ),
    "layer-damaged": pgettext_lazy("refusal", "文件 {file} 不完整或已损坏（{reason}），请提供方重新导出并上传。"),
    "layer-kind-unknown": pgettext_lazy(
        "refusal", "文件 {file} 的格式无法读取，请提供 GeoJSON、Shapefile 压缩包、GeoPackage、CSV 或 XLSX 文件。"
    ),
    "layer-of-another-kind": pgettext_lazy(
        "refusal", "文件 {file} 的内容（{found}）与其扩展名（{named}）不符，请核对是否传错文件或改正扩展名。"
    ),
    "layer-empty": pgettext_lazy("refusal", "文件 {file} 中没有任何要素，请提供方核对后重新导出。"),
    "layer-several": pgettext_lazy("refusal", "文件 {file} 中有多个图层（{layers}），请指明要导入哪一个。"),
    "layer-unknown": pgettext_lazy(
        "refusal", "文件 {file} 中没有名为“{layer}”的图层，现有：{layers}，请核对图层名称。"
    ),
    "layer-geometry-unreadable": pgettext_lazy(
        "refusal", "文件 {file} 第 {feature} 个要素的图形无法读取（{reason}），请提供方改正。"
    ),
    "layer-coordinates-in-metres": pgettext_lazy(
        "refusal",
        "文件 {file} 第 {feature} 个要素的坐标（{x}，{y}）是以米为单位的投影坐标，"
        "与声明的坐标系 {system} 不符，请改为声明其投影坐标系编号（如 EPSG:4527）。",
    ),
    "layer-coordinates-swapped": pgettext_lazy(
        "refusal",
        "文件 {file} 第 {feature} 个要素的坐标（{x}，{y}，坐标系 {system}）经纬度颠倒，请提供方改为经度在前。",
    ),
    "layer-coordinates-impossible": pgettext_lazy(
        "refusal",
        "文件 {file} 第 {feature} 个要素的坐标（{x}，{y}）不在坐标系 {system} 的适用范围内，请核对坐标和声明。",
    ),
    "layer-not-areas": pgettext_lazy(
        "refusal",
        "文件 {file} 应为面状图层，却有 {features} 个要素不是面（如第 {feature} 个：{found}），请换成面状图层。",
    ),
    "layer-mixed-kinds": pgettext_lazy(
        "refusal",
        "文件 {file} 混有不同类型的图形，{features} 个要素不是面（如第 {feature} 个：{found}），请提供方分开导出。",
    ),
    "layer-place-columns-missing": pgettext_lazy(
        "refusal", "表格 {file} 中找不到位置列（现有列：{found}），请指明经度、纬度列或 WKT 列。"
    ),
    "layer-text-unreadable": pgettext_lazy(
        "refusal", "文件 {file} 的文字编码无法识别（试过 {tried}），请提供方另存为 UTF-8 后重传。"
    ),
    "layer-not-text": pgettext_lazy("refusal", "文件 {file} 不是文本文件，请核对是否传错文件。"),
    "layer-code-missing": pgettext_lazy("refusal", "第 {row} 行没有代码，请提供方补上。"),
    "layer-code-spoiled": pgettext_lazy(
        "refusal", "第 {row} 行的代码“{found}”已被表格软件改成近似数，末位丢失，请提供方把该列设为文本后重新导出。"
    ),
    "layer-code-twice": pgettext_lazy(
        "refusal", "代码 {division} 同时用于 {names}（第 {rows} 行），共有 {codes} 个代码重复，请提供方逐一改正。"
    ),
    "layer-in-another-system": pgettext_lazy(
        "refusal",
        "图层声明为 {declared}，整体偏移约 {off_m} 米；按 {fits} 换算后仅差 {left_m} 米，"
        "{share_percent}% 的要素吻合，请改为声明 {fits}。",
    ),
    "layer-shifted": pgettext_lazy(
        "refusal",
        "图层按声明的 {declared} 整体偏移约 {off_m} 米（东 {east_m} 米，北 {north_m} 米），"
        "已知坐标系均不能解释，请提供方核对是否为地方坐标系并转换后重传。",
    ),
    "archive-swells": pgettext_lazy(
        "refusal", "压缩包 {file} 中的 {entry} 解压后过大（上限 {most} 字节），疑似恶意文件，已停止读取，请核对来源。"
    ),
    "archive-climbs-out": pgettext_lazy(
        "refusal", "压缩包 {file} 中的条目 {entry} 指向包外路径，已停止读取，请核对来源后重新打包。"
    ),
    "archive-locked": pgettext_lazy("refusal", "压缩包 {file} 中的 {entry} 设有密码，请提供方去除密码后重传。"),
    "archive-method-unknown": pgettext_lazy(
        "refusal", "压缩包 {file} 中的 {entry} 不是用通用方式（Deflate）压缩的，请提供方重新打包为普通 ZIP 后重传。"
    ),
    "archive-incomplete": pgettext_lazy(
        "refusal", "压缩包 {file} 缺少 {missing} 文件，请提供方把同名的 .shp、.dbf、.prj 一并打包。"
    ),
    "headings-merged": pgettext_lazy(
        "refusal", "表格 {file} 的工作表 {sheet} 表头有合并单元格（{cells}），请取消合并，或指明表头所在的行。"
    ),
    "heading-unusable": pgettext_lazy(
        "refusal", "表格 {file} 第 {column} 列的表头“{heading}”为空或与前面的列重复，请提供方改正。"
    ),
    "heading-missing": pgettext_lazy("refusal", "表格 {file} 缺少“{heading}”列（现有列：{found}），请补上或改正列名。"),
    "table-empty": pgettext_lazy("refusal", "表格 {file} {sheet} 的表头下面没有数据，请核对后重传。"),
    "sheet-unknown": pgettext_lazy(
        "refusal", "工作簿 {file} 中没有名为“{sheet}”的工作表，现有：{sheets}，请核对名称。"
    ),
    "system-unknown": pgettext_lazy(
        "refusal", "不认识坐标系“{system}”，请写 cgcs2000、wgs84、gcj02、bd09，或 EPSG 编号（如 EPSG:4527）。"
    ),
    "system-not-in-file": pgettext_lazy("refusal", "文件 {file} 没有写明坐标系，请由提供方声明坐标系。"),
    "system-without-exact-way": pgettext_lazy(
        "refusal", "坐标系 {system}（基准 {datum}）没有公开的精确转换参数，请由测绘单位转换为 CGCS2000 后再导入。"
    ),
    "grid-too-fine": pgettext_lazy(
        "refusal",
        "社区 {community} 按边长 {cell_m} 米将划出 {cells} 个单元网格，超过编码上限 {most} 个，"
        "请改用不小于 {fits_m} 米的边长。",
    ),
    "grid-cell-size": pgettext_lazy(
        "refusal", "社区 {community} 的网格边长 {cell_m} 米不可用，应在 {least_m} 至 {most_m} 米之间，请改正。"
    ),
    "grid-community-code": pgettext_lazy(
        "refusal", "社区代码“{community}”不是 12 位数字，无法编排网格代码，请先补正社区代码。"
    ),
    "grid-ground-unusable": pgettext_lazy(
        "refusal", "社区 {community} 的界线或建成区图形有误（{reason}），请提供方修正后再划分网格。"
    ),
    "no-such-layer": pgettext_lazy("refusal", "{on} 没有名为“{layer}”的有效图层，请核对图层名称或先导入该图层。"),
    "no-such-feature": pgettext_lazy("refusal", "图层“{layer}”中没有代码为 {feature} 的要素，请核对代码。"),
    "layer-key-unusable": pgettext_lazy(
        "refusal", "图层名称“{layer}”不可用：只能用小写英文字母、数字和连字符，并以字母开头，请改名。"
    ),
    "layer-name-missing": pgettext_lazy("refusal", "新图层“{layer}”没有中文和英文名称，请一并提供。"),
    "layer-name-too-long": pgettext_lazy("refusal", "图层“{layer}”的名称过长，最多 {most} 字，请改短。"),
    "layer-has-errors": pgettext_lazy(
        "refusal",
        "图层“{layer}”未导入：拓扑检查发现 {errors} 处错误（{kinds}；如 {first}），请提供方按拓扑报告改正后重新导入。",
    ),
    "feature-name-missing": pgettext_lazy("refusal", "第 {row} 行（{feature}）没有名称，请提供方补上。"),
    "feature-place-missing": pgettext_lazy("refusal", "第 {row} 行（{feature}）没有图形，请提供方补上。"),
    "feature-parent-unknown": pgettext_lazy(
        "refusal", "要素 {feature} 所属的区划 {parent} 不存在，请核对代码或先导入该区划。"
    ),
    "feature-value-too-long": pgettext_lazy("refusal", "第 {row} 行“{column}”列超过 {most} 个字符，请提供方缩短。"),
    "grid-code-faulty": pgettext_lazy("refusal", "第 {row} 行的单元网格代码“{grid}”不是 15 位数字，请提供方改正。"),
    "grid-without-community": pgettext_lazy(
        "refusal", "单元网格 {grid} 所属社区 {community} 不存在，共有 {grids} 个网格如此，请先导入社区或改正代码。"
    ),
    "grid-nothing-to-cut": pgettext_lazy("refusal", "{on} 没有绘有界线的社区，无法划分网格，请先导入社区界线。"),
    "grid-none-to-group": pgettext_lazy("refusal", "{on} 没有单元网格，无法编组责任网格，请先导入或划分单元网格。"),
    "grid-surveyed-there": pgettext_lazy(
        "refusal", "自 {from_on} 起已有测绘的单元网格（{source}），不能用示意网格替代；如确需替代，请先停用该图层。"
    ),
    "overlay-kind-unknown": pgettext_lazy(
        "refusal", "特殊区域 {overlay} 的类型“{kind}”无法识别，应为：{known}，请提供方改正。"
    ),
    "building-part-unknown": pgettext_lazy(
        "refusal", "要素 {feature} 的类型“{kind}”无法识别，应为：{known}，请提供方改正。"
    ),
    "building-part-loose": pgettext_lazy(
        "refusal", "{kind} {feature} 的上级“{parent}”不在同一文件中或级别不高于它，请提供方补上所属楼栋或楼层。"
    ),
    "responsibility-cells-unknown": pgettext_lazy(
        "refusal", "责任网格 {grid} 中有 {cells} 个单元网格不存在（如 {first}），请核对网格代码。"
    ),
    "responsibility-cell-twice": pgettext_lazy(
        "refusal", "单元网格 {cell} 同时属于责任网格 {grid} 和 {other}，请提供方只保留一个。"
    ),
    "responsibility-across-communities": pgettext_lazy(
        "refusal", "责任网格 {grid} 跨社区（{communities}），请提供方按社区拆分。"
    ),
    "responsibility-empty": pgettext_lazy("refusal", "责任网格 {grid} 中没有单元网格，请提供方补上或删去该行。"),
    "responsibility-grid-unknown": pgettext_lazy("refusal", "{on} 没有责任网格 {grid}，请核对代码或先导入责任网格。"),
    "duty-twice": pgettext_lazy(
        "refusal", "责任网格 {grid} 的岗位 {post}（{unit}）自 {from_on} 起已有同一责任人，请先终止原有安排。"
    ),
    "duty-ends-before-it-begins": pgettext_lazy(
        "refusal", "责任网格 {grid} 的责任人终止日 {until_on} 不晚于起始日 {from_on}，请改正日期。"
    ),
    "border-area-not-concerned": pgettext_lazy("refusal", "{area} 不在此事项的相邻范围内（{areas}），请从中选择。"),
    "border-already-received": pgettext_lazy(
        "refusal", "此事项已由 {area} 首接办理，请与其联系；如对归属有异议，请提请裁定。"
    ),
    "no-such-place-code": pgettext_lazy("refusal", "没有位置码“{found}”，请核对牌子上的字母和数字。"),
    "place-code-unusable": pgettext_lazy(
        "refusal", "第 {row} 行的位置码“{found}”不能用：位置码是 4 到 20 位大写字母和数字，也可以留空由系统编。"
    ),
    "plate-words-faulty": pgettext_lazy("refusal", "第 {row} 行须写明牌子挂在哪里，不超过 {most} 个字，不换行。"),
    "plate-nowhere": pgettext_lazy(
        "refusal", "第 {row} 行没有位置：请填经度和纬度，或填绘有轮廓的楼栋、楼层、房间代码。"
    ),
    "plate-part-unknown": pgettext_lazy("refusal", "第 {row} 行：楼栋图层中没有 {found}，请核对代码或先导入楼栋图层。"),
    "plate-kind-unknown": pgettext_lazy("refusal", "第 {row} 行的类型“{found}”无法识别，应为：{known}。"),
    "plate-twice": pgettext_lazy("refusal", "第 {row} 行的位置码 {found} 与第 {other} 行相同，请只保留一行。"),
    "plate-otherwise": pgettext_lazy(
        "refusal", "第 {row} 行：位置码 {found} 已用于“{words}”，用过的码不再改作他用。请另编一个，或留空由系统编。"
    ),
    "plates-unreadable": pgettext_lazy("refusal", "第 {row} 行的“{column}”读不出来，请对照导出的表改正。"),
    "too-many-plates": pgettext_lazy("refusal", "一张表最多 {most} 块牌子，这张有 {found} 块，请分成几张。"),
    "border-grounds-missing": pgettext_lazy("refusal", "裁定归属必须写明理由，请补充。"),
}
