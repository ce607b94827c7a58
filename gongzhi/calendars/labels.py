"""Words for codes, refusals and the steps of a walk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext, pgettext_lazy

from gongzhi.calendars.rules import WalkStep
from gongzhi.calendars.states import DayKind, DaySource, StepKind
from gongzhi.kernel.units import ClockUnit

CLOCK_UNITS: dict[ClockUnit, str | Promise] = {
    ClockUnit.URGENT_HOUR: pgettext_lazy("clock unit", "紧急工作时"),
    ClockUnit.WORK_HOUR: pgettext_lazy("clock unit", "工作时"),
    ClockUnit.WORK_DAY: pgettext_lazy("clock unit", "工作日"),
    ClockUnit.NATURAL_DAY: pgettext_lazy("clock unit", "自然日"),
}
DAY_KINDS: dict[DayKind, str | Promise] = {
    DayKind.WORKING: pgettext_lazy("day kind", "工作日"),
    DayKind.REST: pgettext_lazy("day kind", "休息日"),
}
DAY_SOURCES: dict[DaySource, str | Promise] = {
    DaySource.LIBRARY: pgettext_lazy("day source", "国务院办公厅放假通知（程序库）"),
    DaySource.WEEKENDS: pgettext_lazy("day source", "按周末推定"),
    DaySource.MEMBER: pgettext_lazy("day source", "人工录入"),
}
STEPS: dict[StepKind, str | Promise] = {
    StepKind.STARTED: pgettext_lazy("deadline step", "{from_} 开始计时，时限 {limit}"),
    StepKind.RESTED: pgettext_lazy("deadline step", "{on} 休息日，不计"),
    StepKind.HOLIDAY: pgettext_lazy("deadline step", "{on} {name}放假，不计"),
    StepKind.ALIGNED: pgettext_lazy("deadline step", "开始时不在工作时间内，自 {until} 起算"),
    StepKind.COUNTED: pgettext_lazy("deadline step", "按日计算至同一钟点，折合 {left}"),
    StepKind.WORKED: pgettext_lazy("deadline step", "{from_} 至 {until} 工作时间，用去 {consumed}，剩余 {left}"),
    StepKind.MADE_UP: pgettext_lazy("deadline step", "{from_} 至 {until} {name}调休上班，用去 {consumed}，剩余 {left}"),
    StepKind.RAN: pgettext_lazy("deadline step", "{from_} 至 {until} 连续计时，用去 {consumed}，剩余 {left}"),
    StepKind.PAUSED: pgettext_lazy(
        "deadline step", "{from_} 至 {until} 停止计时（挂账，或等待他人审核、核查、处理回退），不计"
    ),
    StepKind.HELD: pgettext_lazy("deadline step", "{from_} 起挂账，尚未恢复，暂无截止时间"),
    StepKind.MOVED: pgettext_lazy("deadline step", "移至下一个工作时刻 {until}"),
    StepKind.EXTENDED: pgettext_lazy("deadline step", "{from_} 起延期 {limit}"),
    StepKind.DUE: pgettext_lazy("deadline step", "截止时间 {until}"),
}
REFUSALS: dict[str, str | Promise] = {
    "calendar-too-short": pgettext_lazy(
        "refusal",
        "日历“{calendar}”只有 {first_on} 起、{until_on} 前的日子，算不到 {needed_at}，请管理员先录入所缺年份。",
    ),
    "season-faulty": pgettext_lazy("refusal", "作息时段有误（{why}：{value}），请核对起止月日，并确认各时段不重叠。"),
    "season-missing": pgettext_lazy("refusal", "{month_day} 没有任何作息时段，请补全后再保存日历。"),
    "calendar-unknown": pgettext_lazy("refusal", "没有名为“{calendar}”的日历，请管理员先设置日历。"),
    "calendar-edition-not-kept": pgettext_lazy(
        "refusal", "第 {edition} 版日历没有存档，无法按当时的日历讲解；请按现行日历核对。"
    ),
    "days-not-entered": pgettext_lazy(
        "refusal", "日历“{calendar}”所用的日期表“{day_table}”还是空的，请管理员先录入年份。"
    ),
    "year-not-published": pgettext_lazy(
        "refusal", "{library} 没有 {year} 年的放假安排，请待通知公布后更新程序库，或逐日录入。"
    ),
    "year-not-entered": pgettext_lazy(
        "refusal", "日期表“{day_table}”的 {year} 年还缺 {lacking} 天，请录入全年后再确认。"
    ),
    "notice-missing": pgettext_lazy("refusal", "确认 {year} 年须注明所核对的通知文号。"),
}


def limit_text(limit: str) -> str:
    """Return a limit in words: `work_hour:4` → 4 工作时. Stage limits in seconds come out as a length of time."""
    unit, _, length = limit.partition(":")
    if unit == "second":
        return length_text(timedelta(seconds=int(length)))
    if unit == "work_second":
        return pgettext("limit", "工作时间内 {length}").format(length=length_text(timedelta(seconds=int(length))))
    return pgettext("limit", "{length} {unit}").format(length=length, unit=CLOCK_UNITS[ClockUnit(unit)])


def length_text(length: timedelta) -> str:
    """Return a length of time in hours, minutes and, where there are any, seconds."""
    minutes, seconds = divmod(length // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    if seconds:
        return pgettext("length of time", "{hours} 小时 {minutes} 分 {seconds} 秒").format(
            hours=hours, minutes=minutes, seconds=seconds
        )
    return pgettext("length of time", "{hours} 小时 {minutes} 分").format(hours=hours, minutes=minutes)


def explain_text(steps: Iterable[WalkStep], *, zone: ZoneInfo) -> list[str]:
    """Return one line for each step of a walk, in the reader's language and on the city's wall clock.

    The last line also says where the deadline is provisional.
    """
    return [_line(step, zone) for step in steps]


def edition_text(
    *,
    edition: int | None,
    since: datetime | None,
    present: int,
    due_at: datetime | None,
    today: datetime | None,
    zone: ZoneInfo,
) -> list[str]:
    """Return which calendars a deadline was computed on, and what today's would give where that is something else.

    Args:
        edition: the edition it was computed on; None where nobody kept it and the present one was taken.
        since: since when the calendars stood so.
        present: the present edition.
        due_at: the deadline as it stands.
        today: the deadline that the present calendars give; None where they give none.
        zone: the city's time zone.
    """
    began = "" if since is None else _shown(since, zone)
    if edition is None:
        lines = [pgettext("edition", "当时的日历没有存档，按现行日历（第 {present} 版）推算")]
    elif edition == present:
        lines = [pgettext("edition", "按现行日历（第 {edition} 版，{since} 起）计算")]
    else:
        lines = [pgettext("edition", "按当时的日历（第 {edition} 版，{since} 起）计算；日历现为第 {present} 版")]
    if today is None:
        lines.append(pgettext("edition", "按现行日历算不出截止时间"))
    elif today != due_at:
        lines.append(pgettext("edition", "若按现行日历，截止时间为 {today}；原定截止时间不变"))
    shown = "" if today is None else _shown(today, zone)
    return [line.format(edition=edition, since=began, present=present, today=shown) for line in lines]


def _line(step: WalkStep, zone: ZoneInfo) -> str:
    chinese = (get_language() or "zh").startswith("zh")
    line = str(STEPS[step.kind]).format(
        on=step.on.isoformat(),
        from_=_shown(step.from_, zone),
        until="" if step.until is None else _shown(step.until, zone),
        limit=limit_text(step.limit),
        consumed=length_text(step.consumed),
        left=length_text(step.left),
        name=step.name_zh if chinese else step.name_en,
    )
    if step.provisional and step.kind is StepKind.DUE:
        return pgettext("deadline step", "{line}（所涉日期尚未确认，为暂定）").format(line=line)
    return line


def _shown(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"
