"""`gongzhi papers …` at the terminal."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from gongzhi.jobs.paper_commands import papers
from gongzhi.kernel.refusals import Refusal
from gongzhi.papers.operations import PaperFontMissing, TemplateWrong
from gongzhi.testing.fonts import folder_with_a_font

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def run(*words: str, refusal: type[Refusal] | None = None) -> str:
    result = CliRunner().invoke(papers, words)
    assert (None if result.exception is None else type(result.exception)) == refusal, result.output
    return result.output


def test_a_template_is_shown_checked_and_put_and_the_font_is_named(tmp_path, settings):
    own = tmp_path / "receipt.txt"
    own.write_text(run("template", "show", "receipt").replace("受理回执", "收件回执"), encoding="utf-8-sig")
    run("template", "put", "receipt", str(own))
    assert run("template", "show", "receipt") == own.read_text(encoding="utf-8-sig")
    own.write_text("标题：回执", encoding="utf-8")
    run("template", "put", "receipt", str(own), refusal=TemplateWrong)
    own.write_bytes("标题：回执".encode("gbk"))
    run("template", "put", "receipt", str(own), refusal=TemplateWrong)
    settings.GONGZHI_PAPER_FONTS = str(folder_with_a_font())
    assert run("font").strip().endswith("Boxes-Regular.ttf")
    settings.GONGZHI_PAPER_FONTS = str(tmp_path)
    run("font", refusal=PaperFontMissing)
