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
            "return_window_work_minutes",
            "working minute",
            60,
            1,
            4800,
            "as long as a unit may take to acknowledge; counted from dispatch; a default",
        ),
        Declared("arbitration_after_returns", "return", 2, 1, 20, "a second return needs more than a desk; a default"),
        Declared("extensions_at_most", "extension", 2, 0, 10, "practice of one city: at most 2 approvals"),
        Declared("hold_at_most_days", "day", 365, 1, 3660, "practice of one city: a hold has an end within one year"),
        Declared("reopen_free_days", "day", 30, 0, 3660, 'the reporter\'s first "not solved" is free; a default'),
        Declared("urgent_limit_h", "urgent hour", 2, 1, 240, "urgent safety: on the spot within 2 hours; a default"),
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
        Declared(
            "anonymous_places_per_hour",
            "place",
            240,
            1,
            100_000,
            "points set in reports being written, per network address; four for each report it may send; a default",
        ),
        Declared("hotline_number", "phone number", 12345, 1, 10**15, "the government service hotline of every city"),
        Declared(
            "publication_default",
            "never=0, after closing=1, at once=2",
            1,
            0,
            2,
            "classes that the table of publication does not name; a default",
        ),
        Declared("photo_largest_mb", "MiB", 30, 1, 500, "the largest photographs of telephones; a default"),
        Declared("photo_largest_megapixels", "megapixel", 120, 1, 170, "what a copy can be made of in bounded memory"),
        Declared("photo_far_m", "m", 300, 10, 100_000, "the error of a telephone between high buildings; a default"),
        Declared("video_largest_mb", "MiB", 200, 1, 4000, "two minutes from a telephone; a default"),
        Declared("sound_largest_mb", "MiB", 30, 1, 1000, "half an hour of speech; a default"),
        Declared("document_largest_mb", "MiB", 50, 1, 500, "a scanned file of some hundred pages; a default"),
        Declared("anonymous_upload_largest_mb", "MiB", 50, 1, 4000, "without an account, whatever the kind; a default"),
        Declared(
            "anonymous_uploads_open_mb",
            "MiB",
            4096,
            100,
            10_000_000,
            "announced in pieces without an account and not finished, of all senders together; a default",
        ),
        Declared("matter_files_limit", "file", 300, 1, 10_000, "for one case or report in each part; a default"),
        Declared("open_uploads_limit", "upload", 20, 1, 1000, "unfinished, for each sender with an account; a default"),
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
        Declared(
            "reply_approval",
            "none=0, matters=1, all=2",
            1,
            0,
            2,
            "which answers somebody else approves: none, those about a matter that was handled, all; a default",
        ),
        Declared("reply_contact_first", "yes=1", 1, 0, 1, "12345 of the model city: contact comes before the answer"),
        Declared("reply_extensions_most", "extension", 1, 0, 9, "common practice of hotlines: once; a default"),
        Declared(
            "hotline_consult_work_days",
            "work_day",
            2,
            1,
            60,
            "12345 of the model city: consultation within 2 working days; where the work sheet names no date",
        ),
        Declared(
            "hotline_other_work_days",
            "work_day",
            5,
            1,
            60,
            "practice of hotlines: 5 working days; where the work sheet names no date; a default",
        ),
        Declared("sheet_acknowledge_work_days", "work_day", 1, 1, 30, "practice of hotlines: 1 working day; a default"),
        Declared("sheet_return_work_days", "work_day", 1, 1, 30, "practice of hotlines: 1 working day; a default"),
        Declared("objection_days", "day", 30, 1, 365, "after a matter was not accepted; a default"),
        Declared("objection_decision_work_days", "work_day", 5, 1, 60, "as for a complaint; a default"),
        Declared("conduct_answer_work_days", "work_day", 30, 1, 250, "complaints about the service; a default"),
        Declared("notice_digest_min", "minute of the day", 510, 0, 1439, "08:30, before the first round; a default"),
        Declared("notice_failed_repeat_h", "h", 24, 1, 720, "once a day, so that no failure is forgotten; a default"),
        Declared(
            "notice_soon_percent",
            "%",
            25,
            0,
            90,
            "warned when so much of a limit is left; 0: nobody is warned; a default",
        ),
        Declared("notice_soon_least_min", "minute", 10, 1, 1440, "a shorter warning helps nobody; a default"),
        Declared("notice_soon_most_h", "h", 24, 1, 720, "a day ahead of the longest limits; a default"),
        Declared("night_duty_most_h", "h", 12, 1, 24, "one night, from the evening to the morning; a default"),
        Declared(
            "staff_numbers_per_hour", "number", 60, 1, 10_000, "telephone numbers one member looks for; a default"
        ),
        Declared("sign_in_failures_most", "attempt", 5, 2, 50, "for one name at one address; a default"),
        Declared("sign_in_failures_per_name", "attempt", 50, 5, 10_000, "for one name wherever it is tried; a default"),
        Declared("sign_in_failures_per_address", "attempt", 50, 5, 100_000, "offices share an address; a default"),
        Declared("sign_in_failures_within_min", "min", 15, 1, 1440, "in which failures add up; a default"),
        Declared("sign_in_shut_min", "min", 15, 1, 1440, "a name or address is shut out; a default"),
        Declared("staff_idle_min", "min", 30, 1, 720, "without a request; a default"),
        Declared("staff_session_longest_h", "h", 12, 1, 24, "the longest shift; a default"),
        Declared(
            "second_factor_for",
            "nobody=0, administrators=1, staff=2",
            2,
            0,
            2,
            "who must sign in with an authenticator; at level 3 of classified protection at least administrators",
        ),
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
