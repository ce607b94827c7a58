"""The settings a city may turn: what each means, its type, unit and default."""

from __future__ import annotations

from dataclasses import dataclass

from gongzhi.kernel.refusals import Refusal


class UnknownParameter(Refusal):
    """There is no such setting."""

    code = "unknown-parameter"


class BadParameter(Refusal):
    """The value lies outside what the setting can mean."""

    code = "bad-parameter"


@dataclass(frozen=True, slots=True)
class Declared:
    """One setting: an integer with a unit, a least and a greatest value, a default and where the default comes from."""

    name: str
    unit: str
    default: int
    least: int
    greatest: int
    source: str


DECLARED: dict[str, Declared] = {
    one.name: one
    for one in (
        Declared("duplicate_radius_m", "m", 50, 1, 2000, "practice: same minor class within 50 m and 24 h"),
        Declared("duplicate_window_h", "h", 24, 1, 720, "practice: same minor class within 50 m and 24 h"),
        Declared(
            "reply_consult_work_days",
            "work_day",
            2,
            1,
            60,
            "12345 of the model city: consultation within 2 working days",
        ),
        Declared(
            "reply_other_work_days",
            "work_day",
            5,
            1,
            60,
            "common value for complaint and help; unverified, so a default",
        ),
        Declared(
            "verify_before_filing", "yes=1", 1, 0, 1, "practice: a report that no collector made is verified first"
        ),
        Declared("result_photo_required", "yes=1", 1, 0, 1, "practice: photographs of the same place before and after"),
        Declared(
            "anonymous_reports_per_hour",
            "report",
            60,
            1,
            100_000,
            "per network address, which many phones share; a default",
        ),
        Declared(
            "anonymous_uploads_per_hour",
            "file",
            240,
            1,
            100_000,
            "per network address; four files with each of the reports that it may send; a default",
        ),
        Declared("report_files_limit", "file", 9, 1, 20, "chat programs send nine pictures at a time; a default"),
        Declared(
            "wrong_query_codes_per_hour",
            "attempt",
            30,
            1,
            100_000,
            "per network address; a query code has eight characters of thirty; a default",
        ),
        Declared(
            "report_text_limit", "character", 4000, 100, 100_000, "Open311 GeoReport v2 description length; a default"
        ),
        Declared(
            "answer_text_limit", "character", 20_000, 100, 100_000, "answers quote rules and earlier letters; a default"
        ),
        Declared(
            "notice_quiet_from_min", "minute of the day", 1320, 0, 1439, "22:00; as until: no quiet hours; a default"
        ),
        Declared(
            "notice_quiet_until_min", "minute of the day", 420, 0, 1439, "07:00; as from: no quiet hours; a default"
        ),
        Declared("notice_digest_min", "minute of the day", 510, 0, 1439, "08:30, before the first round; a default"),
        Declared("notice_failed_repeat_h", "h", 24, 1, 720, "once a day, so that no failure is forgotten; a default"),
        Declared("notice_sms_parts", "short message", 2, 1, 8, "each part is paid for; a default"),
    )
}


def checked(name: str, value: int) -> int:
    """Return the value if the setting exists and can hold it.

    Raises: UnknownParameter, BadParameter.
    """
    declared = DECLARED.get(name)
    if declared is None:
        raise UnknownParameter(name=name)
    if isinstance(value, bool) or not declared.least <= value <= declared.greatest:
        raise BadParameter(
            name=name, value=int(value), least=declared.least, greatest=declared.greatest, unit=declared.unit
        )
    return value
