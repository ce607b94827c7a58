"""Carriers, the states of a message, and the codes by which rules and wishes are written down."""

from __future__ import annotations

from enum import StrEnum


class Carrier(StrEnum):
    """By which way a message goes. The inbox in the product is always there; the others an installation sets up."""

    INBOX = "inbox"
    EMAIL = "email"
    WEBHOOK = "webhook"
    SMS = "sms"
    WECOM = "wecom"


OUTWARD = frozenset(Carrier) - {Carrier.INBOX}
"""The carriers that leave the product."""


class MessageState(StrEnum):
    """Where a message is.

    Waiting: not delivered yet. Sent: the carrier has taken it. Failed: it stands in the list until a person clears it.
    Cleared: a person said why it need not arrive any more. Dropped: there is nobody to send it to.
    """

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    CLEARED = "cleared"
    DROPPED = "dropped"


class DropReason(StrEnum):
    """Why there is nobody to send a message to."""

    NO_ADDRESS = "no-address"
    LEFT = "left"
    DECLINED = "declined"
    ERASED = "erased"


class Timing(StrEnum):
    """At once, or gathered into one message a day."""

    IMMEDIATE = "immediate"
    DIGEST = "digest"


class Wish(StrEnum):
    """What a member wants of a topic by a carrier. A wish never touches the inbox nor what may not wait."""

    AS_RULED = "as-ruled"
    IMMEDIATE = "immediate"
    DIGEST = "digest"
    OFF = "off"


class RecipientKind(StrEnum):
    """Who a message goes to. Whoever stands behind a report or another matter is an addressee of an upper room."""

    MEMBER = "member"
    UNIT = "unit"
    ADDRESSEE = "addressee"
