"""Finding reports by what they say, without anybody being able to read that from the index."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from gongzhi.audit import queries as audit
from gongzhi.base.crypto import keyed_digest
from gongzhi.intake.models import Report, ReportTerm
from gongzhi.intake.queries.reports import ReportRow, in_sight, report_row
from gongzhi.kernel.terms import spelled, wanted_terms
from gongzhi.people.rules import Sight

SEARCHED_NAMES = ("topic", "text", "address", "supplement")
_LOOKED_AT = 400
"""Reports that hold all terms of a search and are read to see whether they say it: no search reads for ever."""
_CHUNK = 40
_RARE = 1000


def saying(text: str, *, sight: Sight, limit: int = 20) -> list[ReportRow]:
    """Return reports whose words say something, the latest first. The caller has checked that its reader reads words.

    Args:
        text: what is looked for; all of its words, each as it is spelled.
        sight: how far the reader may read words.
        limit: how many at most.
    """
    wanted = sorted(term_digests(wanted_terms(text)), key=_spread)
    if not wanted:
        return []
    rarest, *others = wanted
    found = Report.objects.filter(terms__term=rarest).order_by("-id")
    for term in others:
        found = found.filter(Exists(ReportTerm.objects.filter(term=term, report=OuterRef("pk"))))
    if not sight.everywhere:
        found = found.filter(in_sight(sight))
    asked = [run for run in spelled(text) if run]
    said: list[ReportRow] = []
    rows = [report_row(one) for one in found[:_LOOKED_AT]]
    for begin in range(0, len(rows), _CHUNK):
        said += _that_say(rows[begin : begin + _CHUNK], asked)
        if len(said) >= limit:
            break
    return said[:limit]


def terms_of(report: Report) -> frozenset[int]:
    """Return the digests by which a report is found: of everything its reporter said that is not erased."""
    words = [str(one) for one in _all_words(report.stream)]
    return term_digests(frozenset[str]().union(*(wanted_terms(one) for one in words)))


def term_digests(wanted: Iterable[str]) -> frozenset[int]:
    """Return keyed digests of terms as numbers of 60 bits, so that nobody reads them from the table."""
    return frozenset(int(keyed_digest(one, purpose="report-term")[:15], 16) for one in wanted)


def _spread(term: int) -> int:
    """Return in how many reports a term stands, as far as that matters for where to begin."""
    return ReportTerm.objects.filter(term=term).values("pk")[:_RARE].count()


def _that_say(rows: list[ReportRow], asked: list[str]) -> list[ReportRow]:
    """Return those that say all that is asked: the terms of a search may stand far apart in a text."""
    first = audit.held_values([one.stream for one in rows], names=SEARCHED_NAMES)
    return [
        one
        for one in rows
        if _is_said(first.get(one.stream, {}).values(), asked) or _is_said(_all_words(one.stream), asked)
    ]


def _all_words(stream: str) -> list[object]:
    kept = audit.held_by_entry(stream, names=SEARCHED_NAMES)
    return [value for values in kept.values() for value in values.values()]


def _is_said(words: Iterable[object], asked: list[str]) -> bool:
    runs = [run for value in words for run in spelled(str(value))]
    return all(any(one in run for run in runs) for one in asked)
