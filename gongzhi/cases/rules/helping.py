"""The urgent track, which handles first and files later, and units that help."""

from __future__ import annotations

from gongzhi.cases.rules.known import CaseFacts
from gongzhi.kernel.refusals import Refusal


class NotUrgent(Refusal):
    """Only an urgent case is dispatched before it is filed, and tells arrival and feedback."""

    code = "not-urgent"


class FiledAlready(Refusal):
    """The case has its number and condition already."""

    code = "filed-already"


class ArrivedAlready(Refusal):
    """The unit told of its arrival before; the first time counts."""

    code = "arrived-already"


class AssistanceByItself(Refusal):
    """The unit that answers for a case does not assist itself."""

    code = "assistance-by-itself"


class AssistanceOpen(Refusal):
    """The unit was asked to help before and has not answered yet."""

    code = "assistance-open"


class AssistanceAnswered(Refusal):
    """The unit has answered already."""

    code = "assistance-answered"


class InstructionReported(Refusal):
    """Somebody reported back on this instruction already."""

    code = "instruction-reported"


def urgent(facts: CaseFacts) -> None:
    """Refuse the urgent track to an ordinary case. Raises: NotUrgent."""
    if not facts.urgent:
        raise NotUrgent(case=facts.number)


def not_filed(facts: CaseFacts) -> None:
    """Refuse to file a second time. Raises: FiledAlready."""
    if facts.filed_at is not None:
        raise FiledAlready(case=facts.number)


def not_arrived(facts: CaseFacts) -> None:
    """Refuse a second arrival. Raises: ArrivedAlready."""
    if facts.arrived:
        raise ArrivedAlready(case=facts.number)


def another_unit_asked(facts: CaseFacts) -> None:
    """Refuse to ask the unit itself, or one that was asked. Raises: AssistanceByItself, AssistanceOpen."""
    if facts.assisting_unit == facts.unit:
        raise AssistanceByItself(case=facts.number, unit=facts.unit)
    if facts.assistance_open:
        raise AssistanceOpen(case=facts.number, unit=facts.assisting_unit)
