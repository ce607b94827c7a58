"""What may lengthen or stop the disposal clock: extensions and holds; and orders with a due of their own."""

from __future__ import annotations

from datetime import timedelta

from gongzhi.cases.rules.known import CaseFacts
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import Refusal


class ExtensionTooLate(Refusal):
    """An extension is asked for before the deadline; this one has passed."""

    code = "extension-too-late"


class ExtensionsUsedUp(Refusal):
    """A case is extended only so many times."""

    code = "extensions-used-up"


class ExtensionAsked(Refusal):
    """An extension was asked for and nobody has decided on it yet."""

    code = "extension-asked"


class ExtensionNotAsked(Refusal):
    """Nobody asked for an extension, or it was decided on."""

    code = "extension-not-asked"


class HoldOfOverdueCase(Refusal):
    """A case whose limit has run out is not put on hold."""

    code = "hold-of-overdue-case"


class HoldUsedUp(Refusal):
    """A case is put on hold once."""

    code = "hold-used-up"


class HoldNotAsked(Refusal):
    """Nobody asked for a hold, or it was decided on."""

    code = "hold-not-asked"


class HoldTooLong(Refusal):
    """A hold has an end, within the longest time that the city allows."""

    code = "hold-too-long"


class EndNotAhead(Refusal):
    """What is asked for or ordered must end later than now."""

    code = "end-not-ahead"


class SupervisedAlready(Refusal):
    """The case is under supervision already."""

    code = "supervised-already"


def before_deadline(facts: CaseFacts) -> None:
    """Refuse to ask for more time when there is none left. Raises: ExtensionTooLate."""
    if facts.due_at is not None and facts.at > facts.due_at:
        raise ExtensionTooLate(case=facts.number, due_at=utc_text(facts.due_at))


def extension_left(facts: CaseFacts) -> None:
    """Refuse one extension too many, or a second request. Raises: ExtensionAsked, ExtensionsUsedUp."""
    if facts.extension_asked_at is not None:
        raise ExtensionAsked(case=facts.number, asked_at=utc_text(facts.extension_asked_at))
    if facts.extensions_granted >= facts.extensions_at_most:
        raise ExtensionsUsedUp(case=facts.number, most=facts.extensions_at_most)


def extension_asked(facts: CaseFacts) -> None:
    """Refuse to decide on nothing. Raises: ExtensionNotAsked."""
    if facts.extension_asked_at is None:
        raise ExtensionNotAsked(case=facts.number)


def no_extension_open(facts: CaseFacts) -> None:
    """Refuse to judge the timing while a request is open: the deadline may still move. Raises: ExtensionAsked."""
    if facts.extension_asked_at is not None:
        raise ExtensionAsked(case=facts.number, asked_at=utc_text(facts.extension_asked_at))


def may_be_held(facts: CaseFacts) -> None:
    """Refuse a hold that comes too late, a second time, or without a fitting end.

    Raises: HoldUsedUp, HoldOfOverdueCase, EndNotAhead, HoldTooLong.
    """
    if facts.hold_count:
        raise HoldUsedUp(case=facts.number)
    if facts.due_at is not None and facts.at > facts.due_at:
        raise HoldOfOverdueCase(case=facts.number, due_at=utc_text(facts.due_at))
    ends_ahead(facts)
    most = timedelta(days=facts.hold_at_most_days)
    if facts.asked_until_at is not None and facts.asked_until_at - facts.at > most:
        raise HoldTooLong(case=facts.number, most_days=facts.hold_at_most_days, until_at=utc_text(facts.asked_until_at))


def hold_asked(facts: CaseFacts) -> None:
    """Refuse to decide on nothing. Raises: HoldNotAsked."""
    if facts.hold_asked_until_at is None:
        raise HoldNotAsked(case=facts.number)


def ends_ahead(facts: CaseFacts) -> None:
    """Refuse an end that has passed. Raises: EndNotAhead."""
    if facts.asked_until_at is None or facts.asked_until_at <= facts.at:
        until = None if facts.asked_until_at is None else utc_text(facts.asked_until_at)
        raise EndNotAhead(case=facts.number, until_at=until)


def not_supervised(facts: CaseFacts) -> None:
    """Refuse a second supervision. Raises: SupervisedAlready."""
    if facts.supervised:
        raise SupervisedAlready(case=facts.number)
