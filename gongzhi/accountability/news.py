"""Who is told of a complaint about the service: those who may inquire, and nobody of the unit it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import pgettext_lazy

from gongzhi.accountability import facts
from gongzhi.accountability.lifecycle import COMPLAINT
from gongzhi.accountability.queries import ComplaintRow
from gongzhi.notices.news import TO_CITIZENS, News, Whom
from gongzhi.notices.rules import Audience, a_member, addressee, holders_of
from gongzhi.people.states import Post

COMPLAINANT_KIND = "complainant"


@dataclass(frozen=True, slots=True)
class Told:
    """A complaint of which there is something to tell, and one of those who may inquire into it, where there is one."""

    complaint: ComplaintRow
    inspector: UUID | None = None


def _inspector(told: Told) -> Audience | None:
    return None if told.inspector is None else a_member(told.inspector)


def _leader(told: Told) -> Audience | None:
    return holders_of(Post.LEADER) if told.inspector is None else None


def _complainant(told: Told) -> Audience | None:
    row = told.complaint
    return None if row.is_anonymous else addressee(COMPLAINANT_KIND, str(row.uid))


def _number(told: Told) -> dict[str, object]:
    return {"number": told.complaint.number}


WAITS: News[Told] = News(
    "conduct.waits",
    title=pgettext_lazy("notice", "有一件对工作人员的投诉待核查"),
    text=pgettext_lazy("notice", "投诉 {number} 待核查。被投诉单位的人看不到这件投诉。"),
    of=(facts.COMPLAINT_RECEIVED, facts.UNIT_NAMED, COMPLAINT.fact("entrust")),
    to=(Whom("member", _inspector),),
    facts=_number,
)
SEALED_FROM_ALL: News[Told] = News(
    "conduct.sealed_from_all",
    title=pgettext_lazy("notice", "有一件投诉没有督察员可以核查"),
    text=pgettext_lazy("notice", "投诉 {number} 涉及的单位，所有督察员都须回避，请指定督察员。"),
    of=(facts.COMPLAINT_RECEIVED, facts.UNIT_NAMED),
    to=(Whom(f"post:{Post.LEADER}", _leader),),
    facts=_number,
)
ANSWERED: News[Told] = News(
    "conduct.answered",
    title=pgettext_lazy("notice", "您的投诉已有答复"),
    text=pgettext_lazy("notice", "您的投诉 {number} 已有答复，可凭编号和查询码查看。"),
    of=(facts.COMPLAINT_ANSWERED, COMPLAINT.fact("refer")),
    to=(Whom(COMPLAINANT_KIND, _complainant, by=TO_CITIZENS),),
    facts=_number,
)
NEWS = (WAITS, SEALED_FROM_ALL, ANSWERED)
