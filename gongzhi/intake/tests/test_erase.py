"""Erasing parts of a report: the values, their salts, the bytes, and everything derived from them."""

import hashlib
from datetime import timedelta
from uuid import UUID

import pytest

from gongzhi.audit import queries as audit
from gongzhi.audit.models import HeldValue
from gongzhi.audit.operations import ChangedMeanwhile, NothingToErase
from gongzhi.audit.verify import verify
from gongzhi.base.models import IdempotencyKey
from gongzhi.cases.models import Case
from gongzhi.evidence import queries as files
from gongzhi.evidence.states import FileState
from gongzhi.intake import erasure, queries
from gongzhi.intake import operations as intake
from gongzhi.intake.erasure import CaseNotEnded
from gongzhi.intake.models import Report
from gongzhi.intake.rules import Contact, ContactMissing, Draft, GivenFile, GivenPlace, ReasonMissing
from gongzhi.intake.states import Channel, ErasureRule, Part, ReportKind
from gongzhi.kernel.ids import new_id
from gongzhi.kernel.refusals import NotFound
from gongzhi.notices import operations as notices
from gongzhi.notices import registry
from gongzhi.notices.queries import inbox
from gongzhi.notices.rules import Line, a_member
from gongzhi.notices.states import Carrier
from gongzhi.people.operations import NotPermitted
from gongzhi.places.states import PlaceState
from gongzhi.testing import moves
from gongzhi.testing.database import everything_stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

NAME, PHONE = "林小雨", "13800000000"
WORDS, TOPIC, ADDRESS = "邻居把阳台改成了厨房", "违法建设", "禾祥西路 12 号"
EVERYTHING = frozenset(Part)


@pytest.fixture
def auditor(city):
    return moves.member("audit_administrator")


@pytest.fixture
def later(monday_9am):
    return monday_9am + timedelta(hours=3)


@pytest.fixture
def report(city, collector, monday_9am):
    draft = Draft(
        ReportKind.COMPLAINT,
        Channel.PATROL,
        WORDS,
        topic=TOPIC,
        place=GivenPlace(118.09, 24.46, address=ADDRESS),
        contact=Contact(NAME, PHONE),
        class_key=moves.STREET_VENDOR,
        files=(GivenFile(moves.photo(collector)), GivenFile(moves.photo(collector))),
    )
    receipt = intake.receive_report(draft, source="patrol", key="k1", by=collector, at=monday_9am)
    return queries.report(receipt.report)


@pytest.fixture
def case(report):
    return queries.cases_of(report.uid)[0]


@pytest.fixture
def ended_case(case):
    return moves.refuse(case)


def erase(report, *parts, by, at, grounds="本人来电要求删除"):
    return erasure.erase_report(
        report.uid,
        parts=parts,
        rule=ErasureRule.CONSENT_WITHDRAWN,
        grounds=grounds,
        seen=report.version,
        by=by,
        at=at,
    )


def kept(stream):
    return set(HeldValue.objects.filter(stream=stream).exclude(sealed=None).values_list("name", flat=True))


def test_an_erased_contact_leaves_neither_value_nor_salt_nor_index(report, auditor, acceptor, later):
    assert Report.objects.get(uid=report.uid).phone_index
    erased = erase(report, Part.CONTACT, by=auditor, at=later)
    assert Report.objects.get(uid=report.uid).phone_index == ""
    assert erased.is_anonymous
    assert queries.masked_contacts_of([erased]) == {}
    with pytest.raises(ContactMissing):
        intake.reveal_contact(report.uid, grounds="回访", by=acceptor, at=later)
    assert kept(report.stream).isdisjoint({"contact_name", "contact_phone"})
    assert "text" in kept(report.stream)
    told = verify()
    assert told.intact
    assert sorted(told.erased) == [f"{report.stream}#1/contact_name", f"{report.stream}#1/contact_phone"]


def test_erased_words_are_neither_there_nor_released(report, auditor, shift_leader, later):
    released = intake.release_report(report.uid, seen=report.version, by=shift_leader, at=later)
    erased = erase(released, Part.WORDS, by=auditor, at=later)
    assert not erased.is_released
    assert queries.words_of([erased])[report.uid] == {"address": ADDRESS}
    assert not erased.is_anonymous, "the contact is another part"
    told = verify()
    assert told.intact
    assert sorted(told.erased) == [f"{report.stream}#1/text", f"{report.stream}#1/topic"]


def test_what_inboxes_show_of_a_report_in_private_goes_with_its_words(report, auditor, acceptor, later, monkeypatch):
    monkeypatch.setattr(registry, "_topics", dict(registry._topics))
    registry.register_topic("report.read", title="新来件", text="{said}", lines=[Line("member", Carrier.INBOX)])
    for about in (f"report:{report.uid}", f"report:{new_id()}"):
        audience, said = a_member(UUID(acceptor.id)), {"said": WORDS}
        notices.tell(
            "report.read", audience=audience, about=about, facts={}, private=said, key=about, by=acceptor, at=later
        )
    erase(report, Part.FILES, by=auditor, at=later)
    assert [one.text for one in inbox(UUID(acceptor.id), language="zh-hans")] == [WORDS, WORDS]
    erase(queries.report(report.uid), Part.WORDS, by=auditor, at=later)
    assert [one.text for one in inbox(UUID(acceptor.id), language="zh-hans")] == [WORDS, "—"]
    assert verify().intact


def test_erased_files_leave_no_bytes(report, auditor, later, django_capture_on_commit_callbacks):
    stored = files.files_of(report.stream)
    with django_capture_on_commit_callbacks(execute=True):
        erase(report, Part.FILES, by=auditor, at=later)
    assert [one.state for one in files.files_of(report.stream)] == [FileState.ERASED] * 2
    for one in stored:
        with pytest.raises(NotFound):
            files.open_file(one.uid)
    told = verify()
    assert told.intact, told.findings
    assert {one.partition("#")[0] for one in told.erased} == {f"file:{one.uid}" for one in stored}


@pytest.mark.usefixtures("ended_case")
def test_an_erased_place_leaves_no_point_and_no_cell_in_report_and_case(report, case, auditor, later):
    erased = erase(report, Part.PLACE, by=auditor, at=later)
    row, its_case = Report.objects.get(uid=report.uid), Case.objects.get(uid=case.uid)
    for one in (row, its_case):
        assert (one.lon_e7, one.lat_e7, one.cell) == (None, None, None)
        assert one.place_state == PlaceState.ERASED
        assert one.division
        assert not any(name.endswith("_e7") for name in kept(one.stream))
    assert erased.point is None
    assert "address" not in kept(report.stream)
    told = verify()
    assert told.intact
    assert len(told.erased) == 5


def test_earlier_places_of_the_case_are_erased_too(report, case, auditor, acceptor, later):
    from gongzhi.cases import operations as cases
    from gongzhi.intake.operations import place_at
    from gongzhi.kernel.geo import Crs

    at = case.moved_at + moves.A_STEP
    elsewhere = place_at(118.1, 24.47, crs=Crs.CGCS2000, at=at)
    moves.refuse(cases.locate_case(case.uid, place=elsewhere, seen=case.version, by=acceptor, at=at))
    erase(report, Part.PLACE, by=auditor, at=later)
    assert not any(name.endswith("_e7") for name in kept(case.stream))
    told = verify()
    assert told.intact
    assert len(told.erased) == 7


def test_a_place_that_only_the_case_knows_is_erased_as_well(auditor, acceptor, later):
    from gongzhi.cases import operations as cases
    from gongzhi.intake.operations import place_at
    from gongzhi.kernel.geo import Crs

    receipt = moves.report(place=GivenPlace())
    case, report = moves.case_of(receipt), queries.report(receipt.report)
    at = case.moved_at + moves.A_STEP
    found = place_at(118.1, 24.47, crs=Crs.CGCS2000, at=at)
    moves.refuse(cases.locate_case(case.uid, place=found, seen=case.version, by=acceptor, at=at))
    erased = erase(report, Part.PLACE, by=auditor, at=later)
    assert erased.place_state == PlaceState.UNKNOWN, "the reporter never said where it was"
    assert Case.objects.get(uid=case.uid).place_state == PlaceState.ERASED
    assert verify().intact


def test_the_place_stays_while_somebody_must_still_find_it(report, case, auditor, later):
    with pytest.raises(CaseNotEnded):
        erase(report, Part.PLACE, by=auditor, at=later)
    assert queries.report(report.uid) == report
    assert Case.objects.get(uid=case.uid).cell is not None
    assert verify().erased == []


@pytest.mark.usefixtures("ended_case")
def test_nothing_is_left_by_which_what_was_erased_could_be_found_again(report, case, auditor, later):
    before = Report.objects.get(uid=report.uid)
    digest = IdempotencyKey.objects.get(answer=str(report.uid)).content_digest
    traces = [
        before.phone_index,
        digest,
        before.lon_e7,
        before.lat_e7,
        before.cell,
        Case.objects.get(uid=case.uid).cell,
    ]
    sealed = [bytes(one.sealed or b"") for one in HeldValue.objects.filter(stream=report.stream)]
    assert set(traces) | set(sealed) <= set(everything_stored()), "the search finds what is there"
    erase(report, *EVERYTHING, by=auditor, at=later)
    assert not (set(traces) | set(sealed)) & set(everything_stored())
    texts = [value if isinstance(value, bytes) else str(value).encode() for value in everything_stored()]
    for secret in (NAME, PHONE, WORDS, TOPIC, ADDRESS, hashlib.sha256(PHONE.encode()).hexdigest()):
        assert not any(secret.encode() in value for value in texts), secret
    assert kept(report.stream) == {"grounds"}
    assert verify().intact


@pytest.mark.usefixtures("ended_case")
def test_the_record_tells_what_was_erased_on_which_ground_and_keeps_the_reason_to_itself(report, auditor, later):
    erased = erase(report, *EVERYTHING, by=auditor, at=later)
    entry = audit.entry(report.stream, erased.version)
    assert entry.facts["rule"] == "consent_withdrawn"
    assert entry.facts["parts"] == ["contact", "words", "place", "files"]
    assert entry.facts["files"] == 2
    assert entry.actor == auditor
    assert "本人来电" not in str(entry)
    assert audit.held_by_entry(report.stream, names=["grounds"])[erased.version] == {"grounds": "本人来电要求删除"}


def test_a_report_sent_again_after_an_erasure_brings_nothing_back(report, auditor, collector, later):
    erase(report, Part.CONTACT, by=auditor, at=later)
    draft = Draft(ReportKind.COMPLAINT, Channel.PATROL, WORDS)
    with pytest.raises(intake.RepeatedKeyOtherContent):
        intake.receive_report(draft, source="patrol", key="k1", by=collector, at=later)


@pytest.mark.usefixtures("ended_case")
@pytest.mark.parametrize("part", Part)
def test_what_was_erased_cannot_be_erased_again(part, report, auditor, later):
    erased = erase(report, part, by=auditor, at=later)
    with pytest.raises(NothingToErase):
        erase(erased, part, by=auditor, at=later)
    assert queries.report(report.uid) == erased


def test_nobody_erases_nothing_in_particular_or_for_no_reason(report, auditor, later):
    with pytest.raises(NothingToErase):
        erase(report, by=auditor, at=later)
    for grounds in ("", "\u200b"):
        with pytest.raises(ReasonMissing):
            erase(report, Part.CONTACT, by=auditor, at=later, grounds=grounds)
    assert queries.report(report.uid) == report


@pytest.mark.parametrize("post", ["shift_leader", "acceptor", "system_administrator", "security_administrator"])
def test_only_the_audit_administrator_erases(post, report, later):
    with pytest.raises(NotPermitted):
        erase(report, Part.CONTACT, by=moves.member(post), at=later)
    assert queries.report(report.uid) == report


def test_nobody_erases_what_changed_meanwhile_or_is_not_there(report, auditor, later):
    said = {"parts": [Part.CONTACT], "rule": ErasureRule.STORAGE_ENDED, "grounds": "满两年", "by": auditor, "at": later}
    with pytest.raises(ChangedMeanwhile):
        erasure.erase_report(report.uid, seen=report.version + 1, **said)
    with pytest.raises(NotFound):
        erasure.erase_report(new_id(), seen=1, **said)


def test_no_refusal_tells_somebody_else_how_far_a_report_is(report, collector, later):
    with pytest.raises(NotPermitted):
        erasure.erase_report(
            report.uid, parts=EVERYTHING, rule=ErasureRule.UNLAWFUL, grounds="x", seen=99, by=collector, at=later
        )
