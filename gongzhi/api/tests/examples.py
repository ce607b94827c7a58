"""For each operation of the API: what has to be there, who asks, and what they send so that it answers 2xx."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from gongzhi.api.rules import etag
from gongzhi.api.tests import administration_examples, notices_examples
from gongzhi.api.tests.administration_examples import Asked
from gongzhi.api.tests.callers import caller, fresh_key
from gongzhi.api.tests.duty_examples import ASKED as ASKED_OF_DUTY
from gongzhi.api.tests.intake_examples import INTAKE, Said
from gongzhi.api.tests.test_ground import HULI, shared_border
from gongzhi.api.tests.turns_examples import OPERATION_OF, TURNS, Turn
from gongzhi.audit import seals
from gongzhi.cases.queries import CaseRow
from gongzhi.evidence import operations as evidence
from gongzhi.evidence import queries as files
from gongzhi.intake import queries as intake
from gongzhi.intake.rules import Contact
from gongzhi.intake.states import Channel, ReportKind
from gongzhi.places import operations as ground
from gongzhi.testing import cases, moves, turns
from gongzhi.testing.borders import IN_SIMING
from gongzhi.testing.pictures import photograph

REPORTER = Contact("陈小明", "13800001234")
GROUNDS = {"grounds": "不属本市管辖"}


@dataclass
class Example:
    """One request that must succeed."""

    post: str | None = None
    unit: str | None = None
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    seen: int | None = None
    key: bool = False
    upload: bool = False
    octets: bytes | None = None
    more: dict[str, str] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """The token of the post, and the version or key that the operation asks for."""
        told = dict(self.more)
        if self.post is not None:
            told["Authorization"] = f"Bearer {caller(self.post, self.unit).token}"
        if self.seen is not None:
            told["If-Match"] = etag(self.seen)
        if self.key:
            told["Idempotency-Key"] = fresh_key()
        return told


def _on(case: CaseRow, post: str, unit: str | None = None, **said: Any) -> Example:
    return Example(post, unit, path={"case": str(case.uid)}, seen=case.version, **said)


def _of(case: CaseRow, post: str = "leader") -> Example:
    return Example(post, path={"case": str(case.uid)})


def _report(post: str, **said: Any) -> Example:
    row = intake.report(moves.report().report)
    return Example(post, path={"report": str(row.uid)}, seen=row.version, **said)


def _to_reveal() -> Example:
    row = intake.report(moves.report(contact=REPORTER).report)
    return Example("acceptor", path={"report": str(row.uid)}, body={"grounds": "电话核实地点"})


def _to_erase() -> Example:
    row = intake.report(moves.report(contact=REPORTER).report)
    said = {"parts": ["contact", "words"], "rule": "consent_withdrawn", "grounds": "本人书面申请"}
    return Example("audit_administrator", path={"report": str(row.uid)}, seen=row.version, body=said)


def _question(post: str, **said: Any) -> Example:
    row = intake.report(moves.report(kind=ReportKind.CONSULT, class_key=None).report)
    return Example(post, path={"report": str(row.uid)}, seen=row.version, **said)


def _visit(case: CaseRow, post: str, **said: Any) -> Example:
    visit = moves.visit_of(case)
    photos = [str(moves.photo(moves.member(post)))]
    body = {**said, "photos": photos} if said else None
    return Example(post, path={"visit": str(visit.uid)}, seen=visit.version, body=body)


def _border(post: str, **said: Any) -> Example:
    row = shared_border()
    return Example(post, path={"border": str(row.uid)}, seen=row.version, body=said or None)


def _to_settle() -> Example:
    row = shared_border()
    row = ground.receive(row.uid, area=HULI, seen=row.version, by=moves.member("acceptor"), at=moves.MONDAY_9AM)
    return Example(
        "shift_leader", path={"border": str(row.uid)}, seen=row.version, body={"area": HULI, "grounds": "实地踏勘"}
    )


def _follow() -> Example:
    receipt = moves.report()
    return Example(body={"number": receipt.number, "code": receipt.query_code})


def _link() -> Example:
    return _report("acceptor", body={"case": str(cases.reported_case().uid)})


def _submit() -> Example:
    case = cases.handling_case()
    photo = moves.photo(moves.member("handler", moves.SIMING_BUREAU))
    return _on(case, "handler", moves.SIMING_BUREAU, body={"after_photos": [str(photo)], "words": "已清理"})


def _to_pass_from_desk() -> Example:
    case = cases.handled_case(class_key=moves.GOODS_OUTSIDE_A_SHOP, condition=moves.GOODS_ON_THE_PAVEMENT)
    return _on(case, "dispatcher")


def _to_accept() -> Example:
    return _on(cases.reported_case(channel=Channel.PATROL, by=moves.member("collector")), "acceptor")


def _file() -> Example:
    return Example("handler", path={"file": str(_photo())})


def _shown_file(post: str, *, seen: bool = False, **said: Any) -> Example:
    """A photograph on file for a case, with its display copies."""
    case = cases.handled_case()
    evidence.make_displays(case.moved_at, worker="one", round_s=60)
    row = files.files_of(case.stream)[0]
    return Example(post, path={"file": str(row.uid)}, seen=row.version if seen else None, **said)


def _public_file() -> Example:
    shown = _shown_file("shift_leader", seen=True)
    by, uid = moves.member("shift_leader"), UUID(shown.path["file"])
    evidence.release_file(uid, grounds="可以公开", seen=shown.seen or 0, by=by, at=moves.MONDAY_9AM)
    return Example(path=shown.path)


def _to_mask() -> Example:
    masked = moves.photo(moves.member("shift_leader"))
    return _shown_file("shift_leader", seen=True, body={"masked": str(masked), "grounds": "遮挡车牌"})


def _to_moderate() -> Example:
    _shown_file("shift_leader")
    return Example("shift_leader", query={"limit": 10})


def _upload(**said: Any) -> Example:
    content, by = photograph(b"in pieces"), moves.member("handler")
    begun = evidence.begin_upload(
        size_bytes=len(content),
        sha256="",
        content_type_declared="image/jpeg",
        name="",
        by=by,
        at=moves.MONDAY_9AM,
    )
    return Example("handler", path={"upload": str(begun.uid)}, **said)


def _photo() -> UUID:
    return moves.photo(moves.member("handler"))


def _sealed(post: str | None) -> Example:
    moves.report()
    seals.place_entries(at=moves.MONDAY_9AM)
    seals.seal(at=moves.MONDAY_9AM)
    return Example(post, query={"after": 0})


def _by_number() -> Example:
    return Example("leader", path={"number": cases.filed_case().number or ""})


NEW_REPORT = {
    "kind": "complaint",
    "channel": "phone",
    "text": "流动摊贩占道经营",
    "place": {"lon": 118.09, "lat": 24.46, "crs": "wgs84", "address": "中山路口"},
    "contact": {"name": "陈小明", "phone": "13800001234"},
    "class_key": moves.STREET_VENDOR,
}

EXAMPLES: dict[str, Callable[[], Example]] = {
    "health": Example,
    "me": lambda: Example("acceptor"),
    "receive_report": lambda: Example("acceptor", body=NEW_REPORT, key=True),
    "follow_report": _follow,
    "list_reports": lambda: Example("acceptor", query={"kind": "complaint", "limit": 10}),
    "read_report": lambda: _report("acceptor"),
    "link_report": _link,
    "answer_report": lambda: _question("acceptor", body={"words": "已安排处理"}),
    "store_file_of_citizen": lambda: Example(upload=True),
    "list_files_of_report": lambda: _report("acceptor"),
    "reveal_contact": _to_reveal,
    "erase_report": _to_erase,
    "release_report": lambda: _report("shift_leader"),
    "list_cases": lambda: Example("leader", query={"state": ["reported", "closed"], "placed": "true"}),
    "read_case_by_number": _by_number,
    "read_case": lambda: _of(cases.closed_case()),
    "list_stages": lambda: _of(cases.rework_case()),
    "explain_deadline": lambda: _of(cases.dispatched_case()),
    "list_open_moves": lambda: _of(cases.reported_case(), "acceptor"),
    "read_turns_of_case": lambda: _of(turns.ask_assistance(cases.handling_case())),
    "read_history": lambda: _of(cases.rework_case()),
    "list_reports_of_case": lambda: _of(cases.reported_case(), "acceptor"),
    "list_files_of_case": lambda: _of(cases.handled_case()),
    "list_duplicates": lambda: _of(cases.filed_case()),
    "suggest_unit": lambda: _of(cases.filed_case(), "dispatcher"),
    "read_ground": lambda: _of(cases.reported_case(place=IN_SIMING)),
    "read_figures": lambda: Example(path={"level": "district"}),
    "locate_case": lambda: _on(cases.reported_case(), "acceptor", body={"lon": 118.1, "lat": 24.5}),
    "classify_case": lambda: _on(cases.reported_case(), "acceptor", body={"class_key": moves.GOODS_OUTSIDE_A_SHOP}),
    "order_verification": lambda: _on(cases.reported_case(), "acceptor"),
    "accept_case": _to_accept,
    "not_accept_case": lambda: _on(cases.reported_case(), "acceptor", body=GROUNDS),
    "file_case": lambda: _on(cases.accepted_case(), "shift_leader", body={"condition_code": moves.VENDOR_BY_DAY}),
    "dispatch_case": lambda: _on(cases.filed_case(), "dispatcher", body={"unit_code": moves.HULI_BUREAU}),
    "acknowledge_case": lambda: _on(cases.dispatched_case(), "department_desk", moves.SIMING_BUREAU),
    "submit_result": _submit,
    "confirm_result": lambda: _on(moves.submit(cases.handling_case()), "department_desk", moves.SIMING_BUREAU),
    "order_check": lambda: _on(cases.handled_case(), "dispatcher"),
    "pass_from_desk": _to_pass_from_desk,
    "send_back": lambda: _on(cases.handled_case(), "dispatcher", body=GROUNDS),
    "close_case": lambda: _on(cases.checked_case(), "shift_leader", body={"closing_confirmed": True}),
    "refuse_closing": lambda: _on(cases.checked_case(), "shift_leader", body=GROUNDS),
    "void_case": lambda: _on(cases.reported_case(), "shift_leader", body=GROUNDS),
    "list_visits": lambda: Example("checker", query={"state": "ordered"}),
    "read_visit": lambda: _visit(cases.verifying_case(), "collector"),
    "report_verification": lambda: _visit(cases.verifying_case(), "collector", confirmed=True),
    "report_check": lambda: _visit(cases.checking_case(), "checker", passed=False, words="摊位还在"),
    "store_file": lambda: Example("handler", upload=True),
    "read_file": _file,
    "read_file_content": _file,
    "read_display_copy": lambda: _shown_file("leader"),
    "read_thumbnail": lambda: _shown_file("leader"),
    "read_custody": lambda: _shown_file("leader"),
    "list_files_to_moderate": _to_moderate,
    "release_file": lambda: _shown_file("shift_leader", seen=True, body={"grounds": "无人脸和车牌"}),
    "withhold_file": lambda: _shown_file("shift_leader", seen=True, body={"grounds": "看得到住户"}),
    "mask_file": _to_mask,
    "read_public_copy": _public_file,
    "read_public_thumbnail": _public_file,
    "begin_upload": lambda: Example("handler", body={"size_bytes": 5000, "content_type": "image/jpeg"}),
    "read_upload": _upload,
    "add_to_upload": lambda: _upload(octets=photograph(b"in pieces"), more={"Upload-Offset": "0"}),
    "list_classes": lambda: Example(query={"kind": "event"}),
    "list_conditions": lambda: Example(query={"class_key": moves.STREET_VENDOR}),
    "list_divisions": lambda: Example(query={"level": "district"}),
    "read_division": lambda: Example(path={"code": "350203"}),
    "locate_point": lambda: Example(query={"lon": 118.09, "lat": 24.46}),
    "list_units": Example,
    "search_places": lambda: Example(query={"q": "思明"}),
    "list_layers": Example,
    "list_responsible": lambda: Example("acceptor", query={"lon": 118.09, "lat": 24.46}),
    "read_border": lambda: _border("acceptor"),
    "receive_border": lambda: _border("acceptor", area=HULI),
    "settle_border": _to_settle,
    "list_entries": lambda: _sealed("audit_administrator"),
    "list_seals": lambda: _sealed(None),
}


def _asked(prepare: Callable[[], Asked]) -> Callable[[], Example]:
    def example() -> Example:
        asked = prepare()
        return Example(asked.post, path=asked.path, query=asked.query, body=asked.body, seen=asked.seen)

    return example


ASKED = administration_examples.ASKED | notices_examples.ASKED | ASKED_OF_DUTY
EXAMPLES |= {name: _asked(prepare) for name, prepare in ASKED.items()}


def _turn(turn: Turn) -> Callable[[], Example]:
    def example() -> Example:
        case = turn.before()
        return _on(case, turn.post, turn.unit, body=turn.body(case))

    return example


EXAMPLES |= {OPERATION_OF.get(one.act, one.act): _turn(one) for one in TURNS}


def _after_a_report(prepare: Callable[[], Said]) -> Callable[[], Example]:
    return lambda: Example(**prepare())


EXAMPLES |= {name: _after_a_report(prepare) for name, prepare in INTAKE.items()}
