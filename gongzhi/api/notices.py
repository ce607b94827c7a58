"""One's own inbox and how one is reached, who is told what, and what became of messages."""

from __future__ import annotations

from datetime import time
from typing import Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import get_language
from ninja import Query, Router

from gongzhi.api import rules
from gongzhi.api.administration import CHANGES
from gongzhi.api.description import HAS_A_VERSION
from gongzhi.api.door import MemberRequest, Token, decided, now
from gongzhi.api.shapes import Code, Cursor, Page, PublicId, RowLimit, after, page_of, shown
from gongzhi.api.shapes import notices as shapes
from gongzhi.notices import operations as notices
from gongzhi.notices import queries
from gongzhi.notices.queries import InboxRow, MessageRow, ReachRow
from gongzhi.notices.rules import Recipient, recipient_of
from gongzhi.people import queries as people
from gongzhi.people.rules import Matter

router = Router(tags=["notices"], auth=Token())
ME = "me"
ON_REQUEST = "on request"


@router.get("/inbox", response=Page[shapes.InboxMessageOut])
def list_inbox(
    request: MemberRequest, only: Literal["unread"] | None = None, cursor: Cursor | None = None, limit: RowLimit = 50
) -> Page[shapes.InboxMessageOut]:
    """List the reader's own messages, the latest first, or only those that were not read yet."""
    rows = queries.inbox(
        _me(request), language=_language(), unread_only=only is not None, before=after(cursor), limit=limit + 1
    )
    return page_of(rows, limit=limit, show=_show_in_inbox, uid=lambda row: row.message.uid)


@router.get("/inbox/unread", response=shapes.UnreadOut)
def count_unread(request: MemberRequest) -> shapes.UnreadOut:
    """Count the reader's own messages that were not read yet."""
    return shapes.UnreadOut(unread=queries.unread(_me(request)))


@router.post("/inbox/{message}/read", response=shapes.InboxMessageOut)
def read_message(request: MemberRequest, message: PublicId) -> shapes.InboxMessageOut:
    """Note that the reader has read a message of their own. Sent again it changes nothing."""
    notices.read_message(message, by=request.auth, at=now())
    return _show_in_inbox(queries.inbox_message(message, language=_language()))


@router.get("/reach/{owner}", response=shapes.ReachOut, openapi_extra=HAS_A_VERSION)
def read_reach(request: MemberRequest, response: HttpResponse, owner: Code) -> shapes.ReachOut:
    """Read how somebody is reached: `me`; those who keep everybody's addresses name `member:<id>` or `unit:<code>`."""
    whose = _owner(owner, request)
    queries.require_to_reach(whose, by=request.auth, at=now())
    return _reach(queries.reach_of(whose.text), response=response)


@router.post("/reach/{owner}/addresses/put", response=shapes.KeptAddressOut, openapi_extra=CHANGES)
def put_address(
    request: MemberRequest, response: HttpResponse, owner: Code, said: shapes.AddressIn
) -> shapes.KeptAddressOut:
    """Keep an address in place of the one before, which is erased. No answer ever shows an address."""
    whose = _owner(owner, request)
    row, secret = notices.change_address(whose, said.carrier, said.address, **decided(request))
    return shapes.KeptAddressOut(**_reach(row, response=response).model_dump(), secret=secret or None)


@router.post("/reach/{owner}/addresses/erase", response=shapes.ReachOut, openapi_extra=CHANGES)
def erase_addresses(
    request: MemberRequest, response: HttpResponse, owner: Code, said: shapes.EraseAddressesIn
) -> shapes.ReachOut:
    """Erase the addresses of some carriers for ever."""
    whose = _owner(owner, request)
    row = notices.erase_addresses(whose, rule=ON_REQUEST, only=said.carriers, **decided(request))
    return _reach(row, response=response)


@router.post("/reach/{owner}/quiet-hours", response=shapes.ReachOut, openapi_extra=CHANGES)
def change_quiet_hours(
    request: MemberRequest, response: HttpResponse, owner: Code, said: shapes.QuietHoursIn
) -> shapes.ReachOut:
    """Give somebody quiet hours of their own, or take them back."""
    whose = _owner(owner, request)
    row = notices.change_quiet_hours(whose, from_=said.from_time, until=said.until_time, **decided(request))
    return _reach(row, response=response)


@router.post("/reach/{owner}/language", response=shapes.ReachOut, openapi_extra=CHANGES)
def change_language(
    request: MemberRequest, response: HttpResponse, owner: Code, said: shapes.LanguageIn
) -> shapes.ReachOut:
    """Let messages to somebody be written in a language."""
    row = notices.change_language(_owner(owner, request), said.language, **decided(request))
    return _reach(row, response=response)


@router.post("/reach/{owner}/wishes", response=shapes.ReachOut, openapi_extra=CHANGES)
def put_wish(request: MemberRequest, response: HttpResponse, owner: Code, said: shapes.WishIn) -> shapes.ReachOut:
    """Keep what somebody wants of a topic by a carrier: at once, gathered, not at all, or as the rules say."""
    whose = _owner(owner, request)
    row = notices.put_wish(whose, topic=said.topic, carrier=said.carrier, wish=said.wish, **decided(request))
    return _reach(row, response=response)


@router.get("/notice-rules", response=shapes.NoticeRulesOut, openapi_extra=HAS_A_VERSION)
def list_notice_rules(request: MemberRequest, response: HttpResponse) -> shapes.NoticeRulesOut:
    """List what somebody can be told about, and who is told by which carrier now."""
    return _rules(response)


@router.post("/notice-rules/put", response=shapes.NoticeRulesOut, openapi_extra=CHANGES)
def put_notice_rule(request: MemberRequest, response: HttpResponse, said: shapes.NoticeRuleIn) -> shapes.NoticeRulesOut:
    """Let an audience of a topic be told by a carrier from now on, at once or gathered."""
    notices.put_rule(said.topic, said.line(), **decided(request))
    return _rules(response)


@router.post("/notice-rules/end", response=shapes.NoticeRulesOut, openapi_extra=CHANGES)
def end_notice_rule(
    request: MemberRequest, response: HttpResponse, said: shapes.EndNoticeRuleIn
) -> shapes.NoticeRulesOut:
    """Stop telling an audience of a topic by a carrier from now on."""
    notices.end_rule(said.topic, audience=said.audience, carrier=said.carrier, **decided(request))
    return _rules(response)


@router.get("/messages", response=Page[shapes.MessageOut])
def list_messages_about(
    request: MemberRequest, about: Query[Code], cursor: Cursor | None = None, limit: RowLimit = 50
) -> Page[shapes.MessageOut]:
    """List who was told about a matter, such as `case:<id>`, in the order in which they were told."""
    _require_to_read_log(request)
    rows = queries.messages_about(about, after=after(cursor), limit=limit + 1)
    return page_of(rows, limit=limit, show=_show_message, uid=lambda row: row.uid)


@router.get("/messages/failed", response=shapes.FailedOut)
def list_failed_messages(request: MemberRequest, limit: RowLimit = 50) -> shapes.FailedOut:
    """List what could not be delivered and nobody has cleared, the oldest failure first."""
    _require_to_read_log(request)
    found = [_show_message(one) for one in queries.failed(limit=limit)]
    return shapes.FailedOut(count=queries.failed_count(), messages=found)


@router.get("/messages/{message}", response=shapes.MessageOut, openapi_extra=HAS_A_VERSION)
def read_message_log(request: MemberRequest, response: HttpResponse, message: PublicId) -> shapes.MessageOut:
    """Read what became of one message; its ETag is what sending it again and clearing it need."""
    _require_to_read_log(request)
    return _message(queries.message(message), response=response)


@router.post("/messages/{message}/retry", response=shapes.MessageOut, openapi_extra=CHANGES)
def retry_message(request: MemberRequest, response: HttpResponse, message: PublicId) -> shapes.MessageOut:
    """Let a failed message be tried again from the beginning."""
    return _message(notices.retry_message(message, **decided(request)), response=response)


@router.post("/messages/{message}/clear", response=shapes.MessageOut, openapi_extra=CHANGES)
def clear_message(
    request: MemberRequest, response: HttpResponse, message: PublicId, said: shapes.ClearingIn
) -> shapes.MessageOut:
    """Take a failed message off the list, with the reason why it need not arrive any more."""
    return _message(notices.clear_message(message, grounds=said.grounds, **decided(request)), response=response)


def _me(request: MemberRequest) -> UUID:
    return UUID(request.auth.id)


def _language() -> str:
    return get_language() or queries.DEFAULT_LANGUAGE


def _owner(spelled: str, request: MemberRequest) -> Recipient:
    return Recipient("member", request.auth.id) if spelled == ME else recipient_of(spelled)


def _require_to_read_log(request: MemberRequest) -> None:
    people.require(request.auth, "notice.read_log", Matter(), at=now())


def _show_in_inbox(row: InboxRow) -> shapes.InboxMessageOut:
    return shown(shapes.InboxMessageOut, row.message, id=row.message.uid, title=row.title, text=row.text)


def _show_message(row: MessageRow) -> shapes.MessageOut:
    return shown(shapes.MessageOut, row, id=row.uid, carrier=row.carrier.value, state=row.state.value)


def _message(row: MessageRow, *, response: HttpResponse) -> shapes.MessageOut:
    response["ETag"] = rules.etag(row.version)
    return _show_message(row)


def _reach(row: ReachRow, *, response: HttpResponse) -> shapes.ReachOut:
    response["ETag"] = rules.etag(row.version)
    wishes = [
        shapes.WishOut(topic=topic, carrier=carrier.value, wish=wish.value)
        for (topic, carrier), wish in sorted(row.wishes.items())
    ]
    return shown(
        shapes.ReachOut,
        row,
        carriers=sorted(one.value for one in row.carriers),
        quiet_from=None if row.quiet is None else _clock(row.quiet.from_),
        quiet_until=None if row.quiet is None else _clock(row.quiet.until),
        wishes=wishes,
    )


def _clock(at: time) -> str:
    return at.isoformat("minutes")


def _rules(response: HttpResponse) -> shapes.NoticeRulesOut:
    edition = queries.edition()
    response["ETag"] = rules.etag(edition)
    lines = [
        shapes.NoticeRuleOut(
            topic=one.topic,
            audience=one.line.audience,
            carrier=one.line.carrier.value,
            timing=one.line.timing.value,
            from_at=one.from_at,
            is_default=one.is_default,
        )
        for one in queries.rules_in_force(at=now())
    ]
    topics = [shown(shapes.TopicOut, one) for one in queries.topics()]
    return shapes.NoticeRulesOut(edition=edition, topics=topics, rules=lines)
