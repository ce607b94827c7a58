"""Files that come with a report: uploaded first, claimed with it, in one transaction or not at all."""

import io
from datetime import timedelta

import pytest

from gongzhi.audit import queries as audit
from gongzhi.audit.verify import verify
from gongzhi.cases import queries as cases
from gongzhi.evidence import operations as evidence
from gongzhi.evidence import queries as files
from gongzhi.evidence.states import FileRole, FileState
from gongzhi.intake import operations as intake
from gongzhi.intake import queries
from gongzhi.intake.rules import Draft, GivenFile, TooManyFiles
from gongzhi.intake.states import Channel, ReportKind
from gongzhi.kernel.actor import ANONYMOUS_REPORTER
from gongzhi.kernel.ids import new_id
from gongzhi.testing import moves
from gongzhi.testing.moves import MONDAY_9AM
from gongzhi.testing.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]


def with_code(uid):
    return GivenFile(uid, files.claim_code(uid))


def receive(*given, key="k1", text="路面坑槽", by=ANONYMOUS_REPORTER, channel=Channel.PORTAL):
    draft = Draft(ReportKind.COMPLAINT, channel, text, files=given)
    return intake.receive_report(draft, source="portal", key=key, by=by, at=MONDAY_9AM)


@pytest.fixture
def picture():
    return moves.photo(ANONYMOUS_REPORTER)


def test_a_report_brings_its_files_and_its_entry_names_their_hashes(picture):
    paper = evidence.store_file(
        io.BytesIO(b"%PDF-1.7 a letter"),
        content_type_declared="application/pdf",
        name="信.pdf",
        by=ANONYMOUS_REPORTER,
        at=MONDAY_9AM,
    ).uid
    row = queries.report(receive(with_code(picture), with_code(paper)).report)
    kept = files.files_of(row.stream)
    assert {one.uid for one in kept} == {picture, paper}
    assert {one.role for one in kept} == {FileRole.REPORT}
    told = audit.entry(row.stream, 1).facts["files"]
    assert told == [{"id": str(one), "sha256": files.file_row(one).sha256} for one in (picture, paper)]
    assert verify().intact


def test_a_picture_says_enough_without_words(picture):
    assert receive(with_code(picture), text="").number


def test_the_same_report_sent_again_claims_nothing_again(picture):
    first, again = receive(with_code(picture)), receive(with_code(picture))
    assert (again.number, again.repeated) == (first.number, True)


def test_with_other_files_it_is_another_report(picture):
    receive(with_code(picture))
    with pytest.raises(intake.RepeatedKeyOtherContent):
        receive(with_code(moves.photo(ANONYMOUS_REPORTER)))


def nothing_was_stored():
    return queries.page() == [] and cases.state_counts() == {}


def test_what_another_citizen_uploaded_is_refused_and_nothing_is_stored(picture):
    mine = moves.photo(ANONYMOUS_REPORTER)
    for wrong in (GivenFile(picture), GivenFile(picture, "0" * 64), GivenFile(picture, files.claim_code(mine))):
        with pytest.raises(evidence.FileOfAnother):
            receive(with_code(mine), wrong)
    assert nothing_was_stored()
    assert files.file_row(mine).state is FileState.STORED
    assert receive(with_code(mine)).number, "the refused report left its key and the other file free"


def test_an_unknown_a_swept_and_a_twice_named_file_are_refused_and_nothing_is_stored(picture):
    unknown = new_id()
    with pytest.raises(evidence.FileUnknown):
        receive(with_code(picture), with_code(unknown))
    with pytest.raises(evidence.FileClaimed):
        receive(with_code(picture), with_code(picture))
    evidence.sweep_orphans(MONDAY_9AM + timedelta(hours=24))
    with pytest.raises(evidence.FileUnknown):
        receive(with_code(picture))
    assert nothing_was_stored()
    assert verify().intact


def test_a_file_belongs_to_one_report(picture):
    receive(with_code(picture))
    with pytest.raises(evidence.FileClaimed):
        receive(with_code(picture), key="k2")
    assert len(queries.page()) == 1


def test_of_two_reports_that_claim_one_file_at_once_one_is_received(picture):
    got = at_once(*[lambda key=key: receive(with_code(picture), key=key) for key in ("k1", "k2")])
    assert sorted(type(one).__name__ for one in got) == ["FileClaimed", "Receipt"]
    assert len(queries.page()) == 1
    assert verify().intact


def test_a_member_brings_what_he_uploaded_himself_and_nobody_elses(acceptor, collector, picture):
    own = moves.photo(acceptor)
    with pytest.raises(evidence.FileOfAnother):
        receive(GivenFile(moves.photo(collector)), by=acceptor, channel=Channel.PHONE)
    with pytest.raises(evidence.FileOfAnother):
        receive(GivenFile(picture), by=acceptor, channel=Channel.PHONE)
    row = queries.report(receive(GivenFile(own), by=acceptor, channel=Channel.PHONE).report)
    assert [one.uid for one in files.files_of(row.stream)] == [own]


def test_more_files_than_the_city_takes_are_refused(picture):
    with pytest.raises(TooManyFiles) as refused:
        receive(*[with_code(new_id()) for _ in range(10)])
    assert refused.value.facts == {"most": 9, "found": 10}
    assert receive(*[with_code(moves.photo(ANONYMOUS_REPORTER)) for _ in range(9)]).number
