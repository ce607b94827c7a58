"""What the straight way from report to closing needs."""

from __future__ import annotations

from gongzhi.cases.rules.known import CaseFacts
from gongzhi.kernel.refusals import Refusal
from gongzhi.kernel.text import says_something


class VerificationNeeded(Refusal):
    """A report that does not come from a collector is verified on the spot before it is accepted."""

    code = "verification-needed"


class PlaceMissing(Refusal):
    """A case without a place on the map cannot be filed: somebody has to find it first."""

    code = "place-missing"


class ClassMissing(Refusal):
    """A case without a class of the catalogue cannot be filed."""

    code = "class-missing"


class ConditionMissing(Refusal):
    """No filing condition was chosen, so there is no limit and no closing condition."""

    code = "condition-missing"


class ConditionOfOtherClass(Refusal):
    """The filing condition belongs to another class."""

    code = "condition-of-other-class"


class ConditionOfOtherArea(Refusal):
    """The filing condition is none of those that hold where the case lies."""

    code = "condition-of-other-area"


class UnitMissing(Refusal):
    """No responsible unit was chosen."""

    code = "unit-missing"


class GroundsMissing(Refusal):
    """This move needs its grounds in words."""

    code = "grounds-missing"


class ResultMissing(Refusal):
    """The unit cannot confirm a result that nobody has submitted since the work was last given to it."""

    code = "result-missing"


class AfterPhotoMissing(Refusal):
    """A result is proven by a photograph of the place afterwards."""

    code = "after-photo-missing"


class CheckPhotoMissing(Refusal):
    """The case cannot close: no photograph from the check is on file."""

    code = "check-photo-missing"


class VisitNeeded(Refusal):
    """The filing condition asks for a check on the spot; the dispatcher cannot pass it from the desk."""

    code = "visit-needed"


class NoVisitNeeded(Refusal):
    """The filing condition asks for no check on the spot."""

    code = "no-visit-needed"


class ClosingUnconfirmed(Refusal):
    """The closing condition has not been confirmed."""

    code = "closing-unconfirmed"


def verified_or_seen(facts: CaseFacts) -> None:
    """Refuse to accept unseen what nobody of ours has seen. Raises: VerificationNeeded."""
    if facts.needs_verification:
        raise VerificationNeeded


def placed(facts: CaseFacts) -> None:
    """Refuse a case without a place. Raises: PlaceMissing."""
    if not facts.placed:
        raise PlaceMissing


def condition_chosen(facts: CaseFacts) -> None:
    """Refuse to file without class and condition. Raises: ClassMissing, ConditionMissing."""
    if facts.class_key is None:
        raise ClassMissing
    if facts.condition_code is None:
        raise ConditionMissing


def unit_chosen(facts: CaseFacts) -> None:
    """Refuse to dispatch to nobody. Raises: UnitMissing."""
    if not facts.unit:
        raise UnitMissing(case=facts.number)


def grounds_given(facts: CaseFacts) -> None:
    """Refuse a move that must be reasoned and is not. Raises: GroundsMissing."""
    if not says_something(facts.grounds):
        raise GroundsMissing(case=facts.number)


def result_submitted(facts: CaseFacts) -> None:
    """Refuse to confirm nothing. Raises: ResultMissing."""
    if not facts.result_submitted:
        raise ResultMissing(case=facts.number)


def after_photo_there(facts: CaseFacts) -> None:
    """Refuse a result without its picture. Raises: AfterPhotoMissing."""
    if facts.after_photo_required and facts.after_photos == 0:
        raise AfterPhotoMissing(case=facts.number, wanted=1, found=0)


def visit_needed(facts: CaseFacts) -> None:
    """Refuse to send somebody out for nothing. Raises: NoVisitNeeded."""
    if not facts.needs_visit:
        raise NoVisitNeeded(case=facts.number)


def no_visit_needed(facts: CaseFacts) -> None:
    """Refuse to skip the check. Raises: VisitNeeded."""
    if facts.needs_visit:
        raise VisitNeeded(case=facts.number)


def closing_proven(facts: CaseFacts) -> None:
    """Refuse to close what is not confirmed and proven. Raises: ClosingUnconfirmed, CheckPhotoMissing."""
    if not facts.closing_confirmed:
        raise ClosingUnconfirmed(case=facts.number)
    if facts.needs_visit and facts.check_photos == 0:
        raise CheckPhotoMissing(case=facts.number, wanted=1, found=0)
