"""A neighbour's work sheet in its canonical form: one table of fields, from which files, API and schema are read.

Source: content of a hotline's work sheet by GB/T 33358 (service object, matter, handling, supervision, call-back).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from gongzhi.intake.rules.replies import Satisfaction
from gongzhi.intake.states import Channel, ReportKind, SheetMessageKind, Urgency
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.geo import Crs
from gongzhi.kernel.refusals import Conflict, Refusal
from gongzhi.kernel.text import says_something

SIGNATURE_LASTS: Final = timedelta(minutes=5)
"""How long a signed message may be on its way before it counts as one that somebody sends again."""
POLICE: Final = "110"
_EXCEL_BEGAN: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days know no zone


class SheetFieldMissing(Refusal):
    """A work sheet lacks what it cannot be handled without."""

    code = "sheet-field-missing"


class SheetFieldFaulty(Refusal):
    """A field of a work sheet holds what it cannot hold."""

    code = "sheet-field-faulty"


class SheetFieldUnknown(Refusal):
    """A work sheet has a field that no work sheet has."""

    code = "sheet-field-unknown"


class SheetEditionOld(Conflict):
    """A later message about this work sheet came before: this one tells of an earlier stand."""

    code = "sheet-edition-old"


class SheetUnknown(Refusal):
    """We have no such work sheet."""

    code = "sheet-unknown-here"


class SheetRepeatedOtherContent(Conflict):
    """The same work sheet came before under this version, with another content. Nothing was changed."""

    code = "sheet-repeated-other-content"


class SheetMessageNotOurs(Refusal):
    """This message is ours to send; a neighbour does not send it to us."""

    code = "sheet-message-not-taken"


class NeighbourUnknown(Refusal):
    """No neighbour of this name exchanges work sheets with us, or it has no key."""

    code = "neighbour-unknown"


class SignatureWrong(Refusal):
    """The message is not signed with the neighbour's key, or was signed too long ago."""

    code = "signature-wrong"


class SheetReturnTooLate(Refusal):
    """A work sheet that is not ours is returned within its time; after that it is ours."""

    code = "sheet-return-too-late"


class SheetReturnedBefore(Refusal):
    """The neighbour sent it again after we returned it: now the shift leader decides on another return."""

    code = "sheet-returned-before"


class SheetUnderWay(Refusal):
    """The case of this work sheet is filed: what is being handled is not returned."""

    code = "sheet-under-way"


class MessageNotFailed(Refusal):
    """Only a message that did not arrive is sent anew."""

    code = "sheet-message-not-failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSheet:
    """A work sheet (工单) as neighbours tell it to each other. What a message does not speak of is left out.

    Attributes:
        sheet_no: the neighbour's own number.
        version: counts the neighbour's messages about it; the same version says the same for ever.
        lon: longitude in the system that `crs` names; latitude likewise.
        linkage_no: the number under which the police follow it.
        satisfaction_result: from one (very dissatisfied) to five (very satisfied); `satisfaction_service` likewise.
    """

    sheet_no: str
    version: int = 1
    message: SheetMessageKind = SheetMessageKind.CREATE
    query_code: str = ""
    channel: str = ""
    type: ReportKind | None = None
    title: str = ""
    content: str = ""
    caller_name: str = ""
    phone: str = ""
    secret_flag: bool = False
    reply_required: bool = True
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    crs: Crs = Crs.WGS84
    district: str = ""
    street: str = ""
    community: str = ""
    category: str = ""
    urgency: Urgency = Urgency.ORDINARY
    linkage_no: str = ""
    received_at: datetime | None = None
    deadline: datetime | None = None
    lead_unit: str = ""
    support_units: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    return_reason: str = ""
    granted: bool | None = None
    words: str = ""
    result_text: str = ""
    result_attachments: tuple[str, ...] = ()
    replied_at: datetime | None = None
    reply_way: str = ""
    visit_result: str = ""
    satisfaction_result: int | None = None
    satisfaction_service: int | None = None
    arrived_at: datetime | None = None
    fed_back_at: datetime | None = None


class Sort(StrEnum):
    """What sort of value a field holds."""

    TEXT = "text"
    WHOLE = "whole"
    DEGREES = "degrees"
    FLAG = "flag"
    INSTANT = "instant"
    LIST = "list"
    CHOICE = "choice"
    SCALE = "scale"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, how its column is headed in files, what else it is headed, and what it holds."""

    name: str
    sort: Sort
    heading: str
    also: tuple[str, ...] = ()
    longest: int = 200
    choices: Mapping[str, StrEnum] | None = None


_KINDS: Final[Mapping[str, StrEnum]] = {
    **{one.value: one for one in ReportKind},
    "咨询": ReportKind.CONSULT,
    "求助": ReportKind.HELP,
    "建议": ReportKind.SUGGESTION,
    "投诉": ReportKind.COMPLAINT,
    "举报": ReportKind.REPORT,
    "表扬": ReportKind.THANKS,
    "感谢": ReportKind.THANKS,
}
_URGENCIES: Final[Mapping[str, StrEnum]] = {
    **{one.value: one for one in Urgency},
    "一般": Urgency.ORDINARY,
    "普通": Urgency.ORDINARY,
    "紧急": Urgency.URGENT,
    "加急": Urgency.URGENT,
    "特急": Urgency.CRITICAL,
    "重大": Urgency.CRITICAL,
}
_MESSAGES: Final[Mapping[str, StrEnum]] = {
    **{one.value: one for one in SheetMessageKind},
    "派单": SheetMessageKind.CREATE,
    "签收": SheetMessageKind.ACKNOWLEDGE,
    "退单": SheetMessageKind.RETURN,
    "延期申请": SheetMessageKind.EXTEND_REQUEST,
    "延期批复": SheetMessageKind.EXTEND_ANSWER,
    "进展": SheetMessageKind.PROGRESS,
    "办结": SheetMessageKind.RESULT,
    "督办": SheetMessageKind.SUPERVISE,
    "回访": SheetMessageKind.VISIT,
    "归档": SheetMessageKind.CLOSE,
}
_CRS: Final[Mapping[str, StrEnum]] = {
    **{one.value: one for one in Crs},
    "WGS84": Crs.WGS84,
    "CGCS2000": Crs.CGCS2000,
    "GCJ02": Crs.GCJ02,
    "BD09": Crs.BD09,
    "国家2000": Crs.CGCS2000,
    "火星坐标": Crs.GCJ02,
    "百度坐标": Crs.BD09,
}
SCALE: Final[Mapping[str, Satisfaction]] = {
    **{str(one.value): one for one in Satisfaction},
    "非常满意": Satisfaction.VERY_SATISFIED,
    "满意": Satisfaction.SATISFIED,
    "基本满意": Satisfaction.FAIR,
    "一般": Satisfaction.FAIR,
    "不满意": Satisfaction.DISSATISFIED,
    "非常不满意": Satisfaction.VERY_DISSATISFIED,
}
_FLAGS: Final[Mapping[str, bool]] = {
    "是": True,
    "需要": True,
    "保密": True,
    "同意": True,
    "yes": True,
    "true": True,
    "1": True,
    "y": True,
    "否": False,
    "不需要": False,
    "公开": False,
    "不同意": False,
    "no": False,
    "false": False,
    "0": False,
    "n": False,
}
_LONG: Final = 20_000

FIELDS: Final[tuple[Field, ...]] = (
    Field("sheet_no", Sort.TEXT, "工单编号", ("工单号", "受理编号", "流水号", "工单流水号"), 80),
    Field("version", Sort.WHOLE, "版本", ("版本号", "序号")),
    Field("message", Sort.CHOICE, "报文类型", ("环节", "消息类型"), choices=_MESSAGES),
    Field("query_code", Sort.TEXT, "查询码", ("查询密码",), 40),
    Field("channel", Sort.TEXT, "来源渠道", ("来电渠道", "诉求来源", "渠道"), 40),
    Field("type", Sort.CHOICE, "诉求类型", ("工单类型", "类型"), choices=_KINDS),
    Field("title", Sort.TEXT, "标题", ("诉求标题", "主题"), 200),
    Field("content", Sort.TEXT, "诉求内容", ("内容", "反映内容", "诉求描述"), _LONG),
    Field("caller_name", Sort.TEXT, "来电人", ("诉求人", "姓名", "联系人"), 80),
    Field("phone", Sort.TEXT, "联系电话", ("来电号码", "电话", "手机号"), 40),
    Field("secret_flag", Sort.FLAG, "是否保密", ("保密",)),
    Field("reply_required", Sort.FLAG, "是否需要回复", ("是否回复", "需要回复")),
    Field("address", Sort.TEXT, "诉求地址", ("地址", "事发地址", "发生地址"), 400),
    Field("lon", Sort.DEGREES, "经度", ("lng", "longitude")),
    Field("lat", Sort.DEGREES, "纬度", ("latitude",)),
    Field("crs", Sort.CHOICE, "坐标系", ("坐标系统",), choices=_CRS),
    Field("district", Sort.TEXT, "所属区", ("行政区", "区"), 80),
    Field("street", Sort.TEXT, "所属街道", ("街道", "镇街"), 80),
    Field("community", Sort.TEXT, "所属社区", ("社区", "村居"), 80),
    Field("category", Sort.TEXT, "诉求分类", ("问题分类", "归口类别"), 120),
    Field("urgency", Sort.CHOICE, "紧急程度", ("紧急等级",), choices=_URGENCIES),
    Field("linkage_no", Sort.TEXT, "联动编号", ("警情编号", "110编号"), 80),
    Field("received_at", Sort.INSTANT, "受理时间", ("来电时间", "登记时间")),
    Field("deadline", Sort.INSTANT, "办理期限", ("办结时限", "截止时间", "到期时间")),
    Field("lead_unit", Sort.TEXT, "主办单位", ("承办单位",), 120),
    Field("support_units", Sort.LIST, "协办单位", ("会办单位",), 400),
    Field("attachments", Sort.LIST, "附件", ("附件地址",), 2000),
    Field("return_reason", Sort.TEXT, "退单理由", ("退回原因", "退单原因"), 4000),
    Field("granted", Sort.FLAG, "是否同意", ("延期是否同意",)),
    Field("words", Sort.TEXT, "说明", ("备注", "督办意见", "延期理由", "进展情况"), 4000),
    Field("result_text", Sort.TEXT, "办理结果", ("答复内容", "处理结果"), _LONG),
    Field("result_attachments", Sort.LIST, "结果附件", (), 2000),
    Field("replied_at", Sort.INSTANT, "答复时间", ("办结时间",)),
    Field("reply_way", Sort.TEXT, "答复方式", ("回复方式",), 40),
    Field("visit_result", Sort.TEXT, "回访结果", ("回访情况",), 40),
    Field("satisfaction_result", Sort.SCALE, "结果满意度", ("办理结果满意度", "对结果是否满意")),
    Field("satisfaction_service", Sort.SCALE, "服务满意度", ("服务态度满意度", "对服务是否满意")),
    Field("arrived_at", Sort.INSTANT, "到场时间", ("到达时间",)),
    Field("fed_back_at", Sort.INSTANT, "反馈时间", ()),
)
FIELD: Final[Mapping[str, Field]] = {one.name: one for one in FIELDS}
_BY_HEADING: Final[Mapping[str, Field]] = {
    spelled: one for one in FIELDS for spelled in (one.name, one.heading, *one.also)
}
FROM_NEIGHBOURS: Final = frozenset(
    {
        SheetMessageKind.CREATE,
        SheetMessageKind.EXTEND_ANSWER,
        SheetMessageKind.SUPERVISE,
        SheetMessageKind.VISIT,
        SheetMessageKind.CLOSE,
    }
)
"""What a neighbour that gives us work says; the rest is what we answer."""


def field_headed(heading: str) -> Field | None:
    """Return the field that a column heading means, however it is spaced or cased; None where it means none.

    Example:
        >>> field_headed(" 工单号 ").name, field_headed("Sheet_No").name, field_headed("天气")
        ('sheet_no', 'sheet_no', None)
    """
    bare = re.sub(r"[\s*:：]+", "", heading)
    return _BY_HEADING.get(bare) or _BY_HEADING.get(bare.lower())


def read_sheet(said: Mapping[str, object], *, zone: ZoneInfo) -> WorkSheet:
    """Return the work sheet that a mapping of field names tells, from a file's row or from JSON.

    Args:
        said: values by field name; what is empty was not said.
        zone: in which a time without a zone was meant.

    Raises: SheetFieldUnknown, SheetFieldFaulty, SheetFieldMissing.
    """
    for name in said:
        if name not in FIELD:
            raise SheetFieldUnknown(field=name[:80])
    values = {
        name: read
        for name, value in said.items()
        if value is not None
        and value != ""
        and (read := _READERS[FIELD[name].sort](FIELD[name], value, zone)) is not None
    }
    for name in ("sheet_no",):
        if not says_something(str(values.get(name, ""))):
            raise SheetFieldMissing(field=FIELD[name].heading, name=name)
    return checked_sheet(WorkSheet(**values))


def checked_sheet(sheet: WorkSheet) -> WorkSheet:
    """Return a work sheet that says what its message must say.

    Raises: SheetFieldMissing, SheetFieldFaulty.
    """
    if sheet.version < 1:
        raise _faulty(FIELD["version"], "version")
    for name in _NEEDED.get(sheet.message, ()):
        value = getattr(sheet, name)
        if value is None or (isinstance(value, str) and not says_something(value)):
            raise SheetFieldMissing(field=FIELD[name].heading, name=name)
    if (sheet.lon is None) != (sheet.lat is None):
        missing = "lon" if sheet.lon is None else "lat"
        raise SheetFieldMissing(field=FIELD[missing].heading, name=missing)
    return sheet


_NEEDED: Final[Mapping[SheetMessageKind, tuple[str, ...]]] = {
    SheetMessageKind.CREATE: ("type", "content"),
    SheetMessageKind.EXTEND_ANSWER: ("granted",),
    SheetMessageKind.VISIT: ("visit_result",),
    SheetMessageKind.RETURN: ("return_reason",),
    SheetMessageKind.RESULT: ("result_text",),
}


def told(sheet: WorkSheet) -> dict[str, Any]:
    """Return a work sheet as JSON tells it: what was not said is left out, instants are in UTC."""
    said: dict[str, Any] = {}
    for one in fields(sheet):
        value = getattr(sheet, one.name)
        if value is None or value == "" or value == ():
            continue
        said[one.name] = _spelled(value)
    return said


def content_of(sheet: WorkSheet) -> dict[str, Any]:
    """Return what makes a message the same message, spelled without floats."""
    return {name: repr(value) if isinstance(value, float) else value for name, value in told(sheet).items()}


def channel_of(neighbour: str) -> Channel:
    """Return the channel by which a neighbour's work sheets come: the police, or the hotline.

    Example:
        >>> channel_of("110").value, channel_of("12345").value
        ('police_110', 'hotline_sheet')
    """
    return Channel.POLICE_110 if neighbour == POLICE else Channel.HOTLINE_SHEET


def schema() -> dict[str, Any]:
    """Return the JSON schema (2020-12) of a work sheet, made from the table of fields."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "WorkSheet",
        "type": "object",
        "additionalProperties": False,
        "required": ["sheet_no"],
        "properties": {one.name: _schema_of(one) for one in FIELDS},
    }


def _schema_of(field: Field) -> dict[str, Any]:
    said: dict[str, Any] = {"title": field.heading}
    match field.sort:
        case Sort.TEXT:
            return {**said, "type": "string", "maxLength": field.longest}
        case Sort.WHOLE:
            return {**said, "type": "integer", "minimum": 1}
        case Sort.SCALE:
            return {**said, "type": "integer", "minimum": min(Satisfaction).value, "maximum": max(Satisfaction).value}
        case Sort.DEGREES:
            return {**said, "type": "number"}
        case Sort.FLAG:
            return {**said, "type": "boolean"}
        case Sort.INSTANT:
            return {**said, "type": "string", "format": "date-time"}
        case Sort.LIST:
            return {**said, "type": "array", "items": {"type": "string", "maxLength": field.longest}}
        case Sort.CHOICE:
            return {**said, "enum": list(dict.fromkeys(one.value for one in (field.choices or {}).values()))}


def _spelled(value: object) -> Any:
    match value:
        case datetime():
            return utc_text(value)
        case StrEnum():
            return value.value
        case tuple():
            return list(value)
        case _:
            return value


def _faulty(field: Field, why: str) -> SheetFieldFaulty:
    return SheetFieldFaulty(field=field.heading, name=field.name, why=why)


def _text(field: Field, value: object, zone: ZoneInfo) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a spreadsheet keeps a number of many digits as a float
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _faulty(field, "text")
    text = str(value).strip()
    if len(text) > field.longest:
        raise SheetFieldFaulty(field=field.heading, name=field.name, why=f"{len(text)} > {field.longest}")
    if "\0" in text or text.encode("utf-8", "replace").decode() != text:
        raise _faulty(field, "text")
    return text or None


def _whole(field: Field, value: object, zone: ZoneInfo) -> int:
    text = str(value).strip().removesuffix(".0")
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise _faulty(field, "1, 2, 3…")
    return int(text)


def _degrees(field: Field, value: object, zone: ZoneInfo) -> float:
    try:
        return float(str(value))
    except ValueError as fault:
        raise _faulty(field, "118.0894") from fault


def _flag(field: Field, value: object, zone: ZoneInfo) -> bool:
    if isinstance(value, bool):
        return value
    read = _FLAGS.get(str(value).strip().lower())
    if read is None:
        raise _faulty(field, "是/否")
    return read


def _instant(field: Field, value: object, zone: ZoneInfo) -> datetime:
    """Read an instant: with its zone, in the city's where it names none, or as the number that a spreadsheet keeps."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < 100_000:
        read = _EXCEL_BEGAN + timedelta(seconds=round(value * 86_400))
    else:
        text = str(value).strip().replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")
        try:
            read = datetime.fromisoformat(re.sub(r"([-T ])(\d)(?!\d)", r"\g<1>0\2", text))
        except ValueError as fault:
            raise _faulty(field, "2026-11-23 09:00") from fault
    try:
        read = read.replace(tzinfo=zone) if read.tzinfo is None else read
        utc_text(read)
    except (ValueError, OverflowError) as fault:
        raise _faulty(field, "2026-11-23 09:00") from fault
    return read


def _list(field: Field, value: object, zone: ZoneInfo) -> tuple[str, ...] | None:
    if isinstance(value, list | tuple):
        parts: Sequence[object] = value
    elif isinstance(value, str):
        parts = re.split(r"[,，;；、\n]+", value)
    else:
        raise _faulty(field, "a, b")
    read = tuple(text for one in parts if (text := _text(field, one, zone)))
    return read or None


def _choice(field: Field, value: object, zone: ZoneInfo) -> StrEnum:
    choices = field.choices or {}
    text = str(value).strip()
    read = choices.get(text) or choices.get(text.lower()) or choices.get(text.upper())
    if read is None:
        raise _faulty(field, "/".join(dict.fromkeys(one.value for one in choices.values())))
    return read


def _scale(field: Field, value: object, zone: ZoneInfo) -> int:
    read = SCALE.get(str(value).strip().removesuffix(".0"))
    if isinstance(value, bool) or read is None:
        raise _faulty(field, "1–5")
    return read.value


_READERS: Final[Mapping[Sort, Callable[[Field, object, ZoneInfo], Any]]] = {
    Sort.TEXT: _text,
    Sort.WHOLE: _whole,
    Sort.DEGREES: _degrees,
    Sort.FLAG: _flag,
    Sort.INSTANT: _instant,
    Sort.LIST: _list,
    Sort.CHOICE: _choice,
    Sort.SCALE: _scale,
}


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What the guards of a work sheet look at."""

    sheet_no: str
    grounds: str = ""
    returns: int = 0
    return_by: datetime | None = None
    at: datetime | None = None


def returned_in_time(facts: SheetFacts) -> None:
    """Refuse to return what was kept too long. Raises: SheetReturnTooLate."""
    if facts.return_by is not None and facts.at is not None and facts.at > facts.return_by:
        raise SheetReturnTooLate(sheet=facts.sheet_no, until=utc_text(facts.return_by))


def not_returned_before(facts: SheetFacts) -> None:
    """Refuse to return once more what the neighbour sent again. Raises: SheetReturnedBefore."""
    if facts.returns:
        raise SheetReturnedBefore(sheet=facts.sheet_no)


def require_news(edition: int, *, known: int, sheet_no: str) -> None:
    """Refuse a message that tells of an earlier stand than the one we know. Raises: SheetEditionOld."""
    if edition < known:
        raise SheetEditionOld(sheet=sheet_no, version=edition, known=known)
