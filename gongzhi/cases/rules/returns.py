"""When a unit may send a case back, and what leads out of a dispute about who answers for it."""

from __future__ import annotations

from gongzhi.cases.rules.known import CaseFacts
from gongzhi.cases.rules.main_line import GroundsMissing
from gongzhi.cases.states import ANOTHER_ANSWERS, ReturnGround
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something


class WordsMissing(Refusal):
    """This move needs to be explained in words."""

    code = "words-missing"


class ReturnTooLate(Refusal):
    """The time in which a unit may send a case back is over: the unit keeps it."""

    code = "return-too-late"


class RulingStands(Refusal):
    """An arbitration decided who answers for the case; what was ruled is not sent back again."""

    code = "ruling-stands"


class ProposalMissing(Refusal):
    """Whoever says that another unit answers for the case names that unit."""

    code = "proposal-missing"


class ReturnToItself(Refusal):
    """A unit cannot send a case back and name itself."""

    code = "return-to-itself"


class ArbitrationNeeded(Refusal):
    """The case went back and forth too often: only an arbitration leads on."""

    code = "arbitration-needed"


class NotEscalated(Refusal):
    """The dispatcher has the return in hand; the shift leader decides on it when that time is over."""

    code = "return-not-escalated"


class NothingInDispute(Refusal):
    """An arbitration decides between two units; here there is only one."""

    code = "nothing-in-dispute"


def words_given(facts: CaseFacts) -> None:
    """Refuse what must be explained and is not. Raises: WordsMissing."""
    if not says_something(facts.words):
        raise WordsMissing(case=facts.number)


def within_return_window(facts: CaseFacts) -> None:
    """Refuse to send back what the unit has had for too long. Raises: ReturnTooLate."""
    if facts.return_until_at is not None and facts.at > facts.return_until_at:
        raise ReturnTooLate(case=facts.number, until_at=utc_text(facts.return_until_at))


def return_explained(facts: CaseFacts) -> None:
    """Refuse a return that does not say enough. Raises: WordsMissing, ProposalMissing, ReturnToItself."""
    if facts.return_ground is ReturnGround.OTHER:
        words_given(facts)
    if facts.return_ground in ANOTHER_ANSWERS and not facts.proposed_unit:
        raise ProposalMissing(case=facts.number)
    if facts.proposed_unit and facts.proposed_unit == facts.unit:
        raise ReturnToItself(case=facts.number, unit=facts.unit)


def not_ruled(facts: CaseFacts) -> None:
    """Refuse to send back what was ruled. Raises: RulingStands."""
    if facts.arbitrated:
        raise RulingStands(case=facts.number)


def no_arbitration_due(facts: CaseFacts) -> None:
    """Refuse an ordinary way out of a dispute that came back too often. Raises: ArbitrationNeeded."""
    if facts.returned_by and facts.returns >= facts.arbitrate_after and len(facts.disputed_units) > 1:
        raise ArbitrationNeeded(case=facts.number, returns=facts.returns, units="、".join(facts.disputed_units))


def escalated(facts: CaseFacts) -> None:
    """Refuse to decide in the dispatcher's place while that one still has time. Raises: NotEscalated."""
    if not facts.escalated:
        raise NotEscalated(case=facts.number)


def refused_return_reasoned(facts: CaseFacts) -> None:
    """Refuse to give a case back to the unit that returned it without saying why. Raises: GroundsMissing."""
    if facts.returned_by and facts.returned_by == facts.unit and not says_something(facts.grounds):
        raise GroundsMissing(case=facts.number)


def in_dispute(facts: CaseFacts) -> None:
    """Refuse to arbitrate between a unit and itself. Raises: NothingInDispute."""
    if len(facts.disputed_units) < 2:
        raise NothingInDispute(case=facts.number, unit=facts.returned_by)
