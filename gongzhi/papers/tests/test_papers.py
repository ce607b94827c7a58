"""Papers: written, signed, printed, sealed, void, erased; who may, and what is refused."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from docx import Document as Docx

from gongzhi.audit.operations import ChangedMeanwhile, NothingToErase
from gongzhi.audit.queries import entries_of
from gongzhi.audit.tests.verification import named
from gongzhi.cases import operations as cases
from gongzhi.evidence import queries as evidence
from gongzhi.evidence.operations import FileClaimed
from gongzhi.evidence.states import FileRole, FileState
from gongzhi.intake import erasure
from gongzhi.intake.rules import Contact
from gongzhi.intake.states import Channel, ErasureRule, Part
from gongzhi.kernel.lifecycle import MoveNotAllowed
from gongzhi.papers import operations as papers
from gongzhi.papers import queries
from gongzhi.papers.states import PaperKind, PaperState
from gongzhi.papers.tests.press import WRITTEN, issue, read_of, scan
from gongzhi.people import queries as people
from gongzhi.people.rules import NotPermitted, SamePerson, Sight
from gongzhi.people.states import Post
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, replies
from gongzhi.testing.cases import dispatched_case, filed_case
from gongzhi.testing.fonts import LACKS
from gongzhi.testing.moves import A_STEP, MONDAY_9AM, member
from gongzhi.testing.news import deliver

pytestmark = pytest.mark.django_db
CALLER = Contact("陈小明", "13800001234")


def bytes_of(file):
    with evidence.open_file(file) as content:
        return content.read()


def test_an_assignment_is_written_signed_printed_twice_sealed_and_its_wrong_scan_replaced(city):
    case = dispatched_case()
    at, dispatcher, leader = case.moved_at, member(Post.DISPATCHER), member(Post.SHIFT_LEADER)
    written = WRITTEN[PaperKind.ASSIGNMENT]
    draft = papers.make_paper(PaperKind.ASSIGNMENT, case.uid, written=written, by=dispatcher, at=at)
    assert (draft.state, draft.number) == (PaperState.DRAFT, "")
    paper = issue(draft, at=at + A_STEP)
    assert (paper.state, paper.number) == (PaperState.AWAITING_SEAL, "城管交〔2026〕第1号")

    said, unit = queries.text_of(paper), people.unit(case.unit_code).name_zh
    told = {one.label: one.text for one in said.body}
    assert (told["案件编号"], told["办理要求"]) == (case.number, written["demands"])
    assert (said.addressee, said.number, said.date) == (unit, paper.number, "2026年11月23日")
    assert "抄送" not in told, "what is unknown takes no room"
    pdf, docx = (one for one in evidence.files_of(paper.stream))
    assert (pdf.uid, docx.uid) == (paper.pdf, paper.docx)
    assert (pdf.sha256, docx.sha256) == (paper.pdf_sha256, paper.docx_sha256)
    assert {pdf.role, docx.role, pdf.for_stream} == {FileRole.PAPER, paper.stream}
    printed = bytes_of(paper.pdf)
    assert (printed[:5], b"pdfaid" in printed) == (b"%PDF-", True), "it is made for the archive"
    sheet = Docx(io.BytesIO(bytes_of(paper.docx)))
    cells = [cell.text for table in sheet.tables for row in table.rows for cell in row.cells]
    assert {case.number, written["demands"], "办理要求"} <= set(cells)
    assert {f"{unit}：", paper.number} <= {one.text for one in sheet.paragraphs}

    first = scan(leader, at=at)
    paper = papers.seal_paper(paper.uid, scan=first.uid, seen=paper.version, by=leader, at=at + 2 * A_STEP)
    assert (paper.state, paper.scan, paper.scan_sha256) == (PaperState.SEALED, first.uid, first.sha256)
    second = scan(leader, at=at)
    with pytest.raises(MoveNotAllowed):
        papers.seal_paper(paper.uid, scan=second.uid, seen=paper.version, by=leader, at=at + 3 * A_STEP)
    assert queries.paper(paper.uid).scan == first.uid, "a bound scan is never replaced"
    void: dict[str, Any] = {"seen": paper.version, "by": leader, "at": at + 4 * A_STEP}
    with pytest.raises(papers.PaperReasonMissing):
        papers.void_scan(paper.uid, reason=" ", **void)
    paper = papers.void_scan(paper.uid, reason="扫描缺页", **void)
    assert (paper.state, paper.scan, paper.scans_void) == (PaperState.AWAITING_SEAL, None, 1)
    with pytest.raises(FileClaimed):
        papers.seal_paper(paper.uid, scan=first.uid, seen=paper.version, by=leader, at=at + 5 * A_STEP)
    paper = papers.seal_paper(paper.uid, scan=second.uid, seen=paper.version, by=leader, at=at + 5 * A_STEP)
    assert paper.scan == second.uid
    assert [one.sha256 for one in evidence.files_of(paper.stream) if one.role is FileRole.SCAN] == [
        first.sha256,
        second.sha256,
    ]
    assert first.uid not in {one.uid for one in evidence.to_moderate(after=None, limit=9, sight=Sight(everywhere=True))}
    assert named() == []


def test_the_number_counts_by_kind_and_year_waits_for_the_next_try_and_is_not_given_twice(city, settings):
    case, dispatcher = dispatched_case(), member(Post.DISPATCHER)
    at = case.moved_at

    def draft(*, when, demands="立即处置"):
        return papers.make_paper(PaperKind.ASSIGNMENT, case.uid, written={"demands": demands}, by=dispatcher, at=when)

    rare = draft(when=at, demands=f"请{LACKS}某到场")
    with pytest.raises(papers.PaperGlyphsMissing) as refused:
        issue(rare, at=at)
    assert refused.value.facts == {"characters": LACKS, "font": "Boxes-Regular.ttf"}
    rare = queries.paper(rare.uid)
    assert (rare.state, rare.number) == (PaperState.DRAFT, "城管交〔2026〕第1号")
    assert issue(draft(when=at), at=at).number == "城管交〔2026〕第2号"
    rare = papers.revise_paper(rare.uid, written={"demands": "请到场"}, seen=rare.version, by=dispatcher, at=at)
    assert issue(rare, at=at).number == "城管交〔2026〕第1号"

    other = draft(when=at)
    leader = member(Post.SHIFT_LEADER)
    void = papers.void_paper(other.uid, reason="重复", seen=other.version, by=leader, at=at)
    assert (void.state, void.number) == (PaperState.VOID, "")
    settings.GONGZHI_PAPER_FONTS = str(settings.GONGZHI_HOME / "no-fonts-here")
    poor = draft(when=at)
    with pytest.raises(papers.PaperFontMissing) as missing:
        issue(poor, at=at)
    assert str(missing.value.facts["folders"]).endswith("no-fonts-here")
    assert queries.paper(poor.uid).version == poor.version, "without a font not even a number is taken"


def test_who_writes_signs_seals_and_voids_is_decided_by_the_table_and_nobody_signs_their_own_letter(city):
    case = dispatched_case()
    at = case.moved_at
    leader, shift_leader, dispatcher = (member(one) for one in (Post.LEADER, Post.SHIFT_LEADER, Post.DISPATCHER))
    desk, acceptor = member(Post.DEPARTMENT_DESK, case.unit_code), member(Post.ACCEPTOR)
    letter: dict[str, Any] = {"written": WRITTEN[PaperKind.SUPERVISION], "at": at}
    with pytest.raises(papers.CaseNotSupervised):
        papers.make_paper(PaperKind.SUPERVISION, case.uid, by=shift_leader, **letter)
    case = cases.supervise(case.uid, due_at=at + timedelta(days=1), grounds="超时", seen=case.version, by=leader, at=at)
    for nobody in (acceptor, desk):
        with pytest.raises(NotPermitted):
            papers.make_paper(PaperKind.SUPERVISION, case.uid, by=nobody, **letter)
    draft = papers.make_paper(PaperKind.SUPERVISION, case.uid, by=shift_leader, **letter)
    with pytest.raises(NotPermitted):
        queries.readable(draft.uid, by=desk, at=at)
    for who, refusal in ((dispatcher, NotPermitted), (shift_leader, SamePerson)):
        with pytest.raises(refusal):
            issue(draft, at=at, by=who)
    with pytest.raises(ChangedMeanwhile):
        papers.issue_paper(draft.uid, read=read_of(draft, at=at), seen=draft.version + 1, by=leader, at=at)
    paper = issue(draft, at=at, by=leader)
    assert queries.readable(paper.uid, by=desk, at=at).number == paper.number, "the unit reads what it was sent"
    proof = scan(desk, at=at)
    refusals = (
        lambda: papers.seal_paper(paper.uid, scan=proof.uid, seen=paper.version, by=desk, at=at),
        lambda: papers.void_scan(paper.uid, reason="缺页", seen=paper.version, by=dispatcher, at=at),
        lambda: papers.void_paper(paper.uid, reason="误发", seen=paper.version, by=dispatcher, at=at),
        lambda: papers.erase_paper(paper.uid, rule="unlawful", grounds="x", seen=paper.version, by=leader, at=at),
    )
    for refused in refusals:
        with pytest.raises(NotPermitted):
            refused()
    with pytest.raises(papers.ScanMissing):
        papers.seal_paper(paper.uid, scan=None, seen=paper.version, by=leader, at=at)
    clip = scan(leader, at=at, content=b"ID3" + bytes(200), declared="audio/mpeg")
    with pytest.raises(papers.ScanKindWrong):
        papers.seal_paper(paper.uid, scan=clip.uid, seen=paper.version, by=leader, at=at)
    assert evidence.file_row(clip.uid).state == FileState.STORED, "nothing is bound by a refusal"


def test_what_changed_after_it_was_read_is_not_signed(city):
    case = dispatched_case()
    at, dispatcher, leader = case.moved_at, member(Post.DISPATCHER), member(Post.LEADER)
    draft = papers.make_paper(PaperKind.ASSIGNMENT, case.uid, written={"demands": "处置"}, by=dispatcher, at=at)
    read = read_of(draft, at=at)
    template = queries.template_text(PaperKind.ASSIGNMENT, at=at).replace("案件交办单", "城市管理交办单")
    papers.put_template(PaperKind.ASSIGNMENT, template, seen=queries.edition(), by=FOUNDER, at=at)
    with pytest.raises(papers.PaperTextChanged):
        papers.issue_paper(draft.uid, read=read, seen=draft.version, by=dispatcher, at=at + A_STEP)
    paper = issue(draft, at=at + A_STEP)
    assert queries.text_of(paper).title == "城市管理交办单"
    cases.supervise(case.uid, due_at=at + timedelta(days=1), grounds="超时", seen=case.version, by=leader, at=at)
    assert queries.text_of(paper).title == "城市管理交办单", "an issued paper says the same for good"
    with pytest.raises(papers.NoUnitYet):
        papers.make_paper(
            PaperKind.ASSIGNMENT, filed_case().uid, written={"demands": "处置"}, by=dispatcher, at=at + A_STEP
        )


def test_a_reporter_gets_a_receipt_and_the_approved_answer_on_paper_and_both_go_with_the_report(city):
    at, acceptor, leader = MONDAY_9AM, member(Post.ACCEPTOR), member(Post.SHIFT_LEADER)
    report = moves.report(contact=CALLER, by=acceptor, channel=Channel.PHONE, at=at).report
    receipt = papers.make_paper(PaperKind.RECEIPT, report, written=WRITTEN[PaperKind.RECEIPT], by=acceptor, at=at)
    receipt = issue(receipt, at=at)
    assert receipt.number == "城管收〔2026〕第1号"
    reply: dict[str, Any] = {"written": WRITTEN[PaperKind.REPLY], "by": acceptor}
    with pytest.raises(papers.ReplyNotWritten):
        papers.make_paper(PaperKind.REPLY, report, at=at, **reply)
    replies.contact(report, at=at)
    replies.draft(report, at=at)
    with pytest.raises(papers.ReplyNotWritten):
        papers.make_paper(PaperKind.REPLY, report, at=at, **reply)
    replies.approve(report, at=at)
    letter = issue(papers.make_paper(PaperKind.REPLY, report, at=at, **reply), at=at, by=leader)
    assert replies.WORDS in {one.text for one in queries.text_of(letter).body}
    with pytest.raises(NotPermitted):
        queries.readable(letter.uid, by=member(Post.EVALUATOR), at=at)

    auditor, later = member(Post.AUDIT_ADMINISTRATOR), at + timedelta(days=900)
    now = replies.report_now(report)
    said: dict[str, Any] = {"rule": ErasureRule.STORAGE_ENDED, "grounds": "满两年", "by": auditor, "at": later}
    erasure.erase_report(report, parts=[Part.CONTACT, Part.WORDS], seen=now.version, **said)
    deliver(later)
    deliver(later)
    for one in (receipt, letter):
        gone = queries.paper(one.uid)
        assert (gone.number, gone.pdf_sha256) == (one.number, one.pdf_sha256), "that there was one stays"
        assert (queries.text_of(gone), queries.written_of(gone)) == (None, {})
        assert {file.state for file in evidence.files_of(one.stream)} == {FileState.ERASED}
        assert [entry.type for entry in entries_of(one.stream)].count("audit.erased") == 1
    seen = queries.paper(letter.uid).version
    with pytest.raises(NothingToErase):
        papers.erase_paper(letter.uid, **{**said, "rule": "storage_ended"}, seen=seen)
    assert named() == []
