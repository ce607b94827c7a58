import threading
import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction

from gongzhi.audit.queries import entries_of
from gongzhi.evidence import operations, queries
from gongzhi.evidence.models import StoredFile
from gongzhi.evidence.operations import claiming
from gongzhi.evidence.states import FileRole, FileState
from gongzhi.evidence.tests.factories import jpeg
from gongzhi.kernel.actor import ANONYMOUS_REPORTER


@pytest.mark.django_db
def test_a_claimed_file_proves_something_and_says_so_in_its_record(upload, claim):
    stored = upload()
    (claimed,) = claim(stored, for_stream="case:7", role=FileRole.AFTER)
    assert (claimed.state, claimed.for_stream, claimed.role) == (FileState.CLAIMED, "case:7", FileRole.AFTER)
    assert [entry.type for entry in entries_of(f"file:{stored.uid}")] == ["file.store", "file.claim"]


@pytest.mark.django_db
def test_files_are_listed_for_the_stream_they_were_claimed_for(upload, claim):
    before, after, other = upload(), upload(jpeg("mended")), upload(jpeg("elsewhere"))
    claim(before)
    claim(after, role=FileRole.AFTER)
    claim(other, for_stream="case:2")
    assert {one.uid for one in queries.files_of("case:1")} == {before.uid, after.uid}
    assert queries.files_of("case:3") == []


@pytest.mark.django_db
def test_each_part_has_its_own_share_of_what_one_matter_may_hold(upload, claim, monkeypatch):
    monkeypatch.setattr(claiming, "parameter", lambda name, at: {"matter_files_limit": 1}[name])
    claim(upload(), role=FileRole.AFTER)
    with pytest.raises(operations.FilesTooMany), transaction.atomic():
        claim(upload(jpeg("more")), role=FileRole.AFTER)
    assert claim(upload(jpeg("checked")), role=FileRole.CHECK)


@pytest.mark.django_db
def test_claims_answer_in_the_order_asked(upload, claim):
    first, second = upload(), upload(jpeg("second"))
    assert [one.uid for one in claim(second, first)] == [second.uid, first.uid]


@pytest.mark.django_db
def test_a_file_named_twice_counts_for_nothing(upload, claim):
    stored = upload()
    with pytest.raises(operations.FileClaimed), transaction.atomic():
        claim(stored, stored)
    assert queries.file_row(stored.uid).state is FileState.STORED


@pytest.mark.django_db
@pytest.mark.parametrize("role", [FileRole.AFTER, FileRole.VERIFY, FileRole.CHECK])
def test_a_paper_does_not_show_the_place(upload, claim, role):
    paper = upload(b"%PDF-1.7 a letter")
    with pytest.raises(operations.NotAPhotograph) as refused:
        claim(paper, role=role)
    assert refused.value.facts == {"file": str(paper.uid), "found": "application/pdf"}


@pytest.mark.django_db
def test_a_report_may_come_with_a_paper(upload, claim):
    (claimed,) = claim(upload(b"%PDF-1.7 a letter"), role=FileRole.REPORT)
    assert claimed.role is FileRole.REPORT


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{}, {"for_stream": "case:2"}, {"role": FileRole.AFTER}])
def test_a_file_proves_one_thing_only_and_once(upload, claim, other):
    stored = upload()
    claim(stored)
    with pytest.raises(operations.FileClaimed) as refused:
        claim(stored, **other)
    assert refused.value.facts == {"file": str(stored.uid)}


@pytest.mark.django_db
def test_an_unknown_file_is_refused_and_the_others_stay_free(upload, claim, collector, monday_9am):
    stored = upload()
    with pytest.raises(operations.FileUnknown), transaction.atomic():
        operations.claim_files(
            [stored.uid, uuid.uuid4()], for_stream="case:1", role=FileRole.BEFORE, by=collector, at=monday_9am
        )
    assert queries.file_row(stored.uid).state is FileState.STORED


@pytest.mark.django_db
def test_nobody_claims_what_another_person_uploaded(upload, collector, monday_9am):
    stored = upload()
    other = replace(collector, id="collector-8")
    with pytest.raises(operations.FileOfAnother) as refused:
        operations.claim_files([stored.uid], for_stream="case:1", role=FileRole.AFTER, by=other, at=monday_9am)
    assert refused.value.facts == {"file": str(stored.uid)}
    assert queries.file_row(stored.uid).state is FileState.STORED


@pytest.mark.django_db
def test_a_citizen_claims_with_the_code_that_came_with_the_upload(upload, monday_9am):
    stored, other = upload(by=ANONYMOUS_REPORTER), upload(jpeg("other"), by=ANONYMOUS_REPORTER)

    def claim(code):
        return operations.claim_files(
            [stored.uid],
            codes={stored.uid: code},
            for_stream="report:1",
            role=FileRole.REPORT,
            by=ANONYMOUS_REPORTER,
            at=monday_9am,
        )

    for wrong in ("", "0" * 64, queries.claim_code(other.uid), "密码"):
        with pytest.raises(operations.FileOfAnother):
            claim(wrong)
    (claimed,) = claim(queries.claim_code(stored.uid))
    assert claimed.state is FileState.CLAIMED


@pytest.mark.django_db
def test_whoever_has_no_right_to_a_file_does_not_learn_that_it_is_claimed(upload, claim, monday_9am):
    stored = upload()
    claim(stored)
    with pytest.raises(operations.FileOfAnother):
        operations.claim_files(
            [stored.uid], for_stream="report:1", role=FileRole.REPORT, by=ANONYMOUS_REPORTER, at=monday_9am
        )


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_undone_with_the_operation_it_is_part_of(upload, claim):
    stored = upload()

    @transaction.atomic
    def handle():
        claim(stored)
        raise RuntimeError("the case could not be handled")

    with pytest.raises(RuntimeError):
        handle()
    assert queries.file_row(stored.uid).state is FileState.STORED
    assert len(entries_of(f"file:{stored.uid}")) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_cases_that_claim_one_photo_at_once_one_wins(upload, claim):
    stored = upload()
    together, outcomes = threading.Barrier(2), {}

    def handle(stream):
        together.wait(timeout=10)
        try:
            with transaction.atomic():
                claim(stored, for_stream=stream)
            outcomes[stream] = "claimed"
        except operations.FileClaimed:
            outcomes[stream] = "refused"
        finally:
            connection.close()

    threads = [threading.Thread(target=handle, args=(stream,)) for stream in ("case:1", "case:2")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    assert sorted(outcomes.values()) == ["claimed", "refused"]
    winner = next(stream for stream, outcome in outcomes.items() if outcome == "claimed")
    assert [one.uid for one in queries.files_of(winner)] == [stored.uid]
    assert len(entries_of(f"file:{stored.uid}")) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "altered",
    [
        {"for_stream": ""},
        {"role": ""},
        {"role": "decoration"},
        {"claimed_at": None},
        {"state": "stored"},
        {"state": "erased", "role": ""},
        {"state": "lost"},
        {"size_bytes": 0},
    ],
)
def test_the_database_itself_refuses_a_claim_for_nothing(upload, claim, altered):
    claim(upload())
    with pytest.raises(IntegrityError):
        StoredFile._base_manager.update(**altered)


@pytest.mark.django_db
def test_whoever_uploaded_a_file_claims_it_whatever_code_they_say(upload, collector):
    stored = upload()
    assert queries.is_senders(stored.uid, by=collector, code="not this one")
    assert not queries.is_senders(stored.uid, by=replace(collector, id="collector-8"), code="not this one")
    assert queries.is_senders(stored.uid, by=ANONYMOUS_REPORTER, code=queries.claim_code(stored.uid))
    assert not queries.is_senders(stored.uid, by=ANONYMOUS_REPORTER, code="not this one")
