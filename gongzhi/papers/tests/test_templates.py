"""The templates of papers: read, checked, filled, and put in the place of ours."""

from __future__ import annotations

from functools import partial

import pytest

from gongzhi.papers import operations as papers
from gongzhi.papers import queries
from gongzhi.papers.rules import SHIPPED, TemplateWrong, fill, parse
from gongzhi.papers.states import PaperKind
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing.moves import MONDAY_9AM
from gongzhi.testing.powers import nobody_makes_it_on_an_old_picture, only_the_administrator_makes

RECEIPT = SHIPPED[PaperKind.RECEIPT]

WRONG = {
    ("", 0, "missing-line", "版式"),
    (RECEIPT.replace("版式：单", "版式：表"), 0, "unknown-layout", "表"),
    (RECEIPT.replace("代字：城管收\n", ""), 0, "missing-line", "代字"),
    (RECEIPT.replace("{report}", "{number}"), 8, "unknown-placeholder", "{number}"),
    (RECEIPT.replace("{report}", ""), 0, "missing-placeholder", "{report}"),
    (RECEIPT.replace("{kind}", "{kind"), 9, "braces", "诉求类型｜{kind"),
    (RECEIPT.replace("{kind}", "{kind!r}"), 9, "braces", "诉求类型｜{kind!r}"),
    (RECEIPT.replace("机关：", "单位："), 2, "unknown-line", "单位：{city}城市管理指挥中心"),
    (RECEIPT + "又及", 17, "unknown-line", "又及"),
    (RECEIPT + "好" * 6000, 0, "too-long", "6000"),
}


def test_a_template_is_checked_line_by_line_and_what_is_wrong_is_named():
    for text, line, why, what in WRONG:
        with pytest.raises(TemplateWrong) as refused:
            parse(text, kind=PaperKind.RECEIPT)
        assert refused.value.facts == {"line": line, "why": why, "what": what}
    for kind, text in SHIPPED.items():
        parse(text, kind=kind)


def test_what_is_filled_in_is_never_read_as_a_template():
    said = fill(parse(RECEIPT, kind=PaperKind.RECEIPT), {"addressee": "{city}", "report": "R｜1", "words": "一\n二"})
    assert said.addressee == "{city}"
    assert [(one.label, one.text) for one in said.body if one.label] == [("受理编号", "R｜1"), ("说明", "一\n二")]
    letter = fill(parse(SHIPPED[PaperKind.REPLY], kind=PaperKind.REPLY), {"answer": "一\n\n二", "report": "R1"})
    assert [one.text for one in letter.body][1:3] == ["一", "二"], "each line is a paragraph"


@pytest.mark.django_db
def test_only_the_administrator_puts_a_template_and_nobody_on_an_old_picture(city):
    put = partial(papers.put_template, PaperKind.RECEIPT, RECEIPT.replace("回执", "收件回执"), at=MONDAY_9AM)
    papers.put_template(PaperKind.REPLY, SHIPPED[PaperKind.REPLY], seen=0, by=FOUNDER, at=MONDAY_9AM)
    with pytest.raises(TemplateWrong):
        papers.put_template(PaperKind.RECEIPT, "", seen=queries.edition(), by=FOUNDER, at=MONDAY_9AM)
    only_the_administrator_makes(put, act="paper.put_template", stream=queries.STREAM, edition=queries.edition)
    nobody_makes_it_on_an_old_picture(put, thing=queries.STREAM, edition=queries.edition)
    assert "收件回执" in queries.template_text(PaperKind.RECEIPT, at=MONDAY_9AM)
    assert queries.template_text(PaperKind.REPLY, at=MONDAY_9AM) == SHIPPED[PaperKind.REPLY]
