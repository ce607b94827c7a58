"""Merging, the endings beside the main line, opening again, and the appeal against a timeout."""

from __future__ import annotations

from gongzhi.cases.rules.known import CaseFacts
from gongzhi.cases.rules.main_line import ClassMissing
from gongzhi.cases.rules.returns import words_given
from gongzhi.cases.states import ENDS, AppealState, CaseSource, CaseState, ClosingType, SpecialGround
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import Refusal


class MergeIntoItself(Refusal):
    """A case cannot be merged into itself."""

    code = "merge-into-itself"


class TargetMerged(Refusal):
    """The other case was merged itself: what belongs to it belongs where it went."""

    code = "target-merged"


class TargetEnded(Refusal):
    """The other case has ended; nothing is done about what would be merged into it."""

    code = "target-ended"


class VoidNotProposed(Refusal):
    """A case that a unit is handling is cancelled only after somebody else proposed it."""

    code = "void-not-proposed"


class FiledAndReworked(Refusal):
    """What was filed and came back for rework is a case: where it cannot be solved it is specially closed."""

    code = "filed-and-reworked"


class ClosingNotProposed(Refusal):
    """A case is specially closed only after somebody else proposed it."""

    code = "closing-not-proposed"


class NotFiledYet(Refusal):
    """The case was handled before it was filed; it is filed before it ends."""

    code = "not-filed-yet"


class NotACollectorsFind(Refusal):
    """Only what a collector found on patrol is closed as handled by the finder."""

    code = "not-a-collectors-find"


class FoundByAnother(Refusal):
    """A collector closes as self-handled only what they reported themselves."""

    code = "found-by-another"


class BothPhotosMissing(Refusal):
    """A self-handled find is proven by photographs of the place before and after."""

    code = "both-photos-missing"


class SelfHandledEnds(Refusal):
    """A self-handled find was never given to a unit: what is still wrong there is reported anew."""

    code = "self-handled-ends"


class PlaceErased(Refusal):
    """Where the case lay was erased; nobody finds the place again."""

    code = "place-erased"


class ReopeningUsedUp(Refusal):
    """This reporter opened the case again before; whether it is opened once more the shift leader decides."""

    code = "reopening-used-up"


class ReopeningTooLate(Refusal):
    """The time in which the reporter may open the case again is over; the shift leader decides."""

    code = "reopening-too-late"


class NotLate(Refusal):
    """There is no timeout on record against which to appeal."""

    code = "not-late"


class AppealUsedUp(Refusal):
    """A case has one appeal."""

    code = "appeal-used-up"


class AppealNotAsked(Refusal):
    """There is no appeal that waits for a first opinion."""

    code = "appeal-not-asked"


class AppealNotReviewed(Refusal):
    """There is no appeal with a first opinion that waits for a decision."""

    code = "appeal-not-reviewed"


class ClosingCorrected(Refusal):
    """The closing is on record as erroneous already."""

    code = "closing-corrected"


def target_fits(facts: CaseFacts) -> None:
    """Refuse to merge into what cannot take it in. Raises: MergeIntoItself, TargetMerged, TargetEnded."""
    target = facts.target
    if target is None or target.is_itself:
        raise MergeIntoItself(case=facts.number)
    if target.state is CaseState.MERGED:
        raise TargetMerged(target=target.name)
    if target.state in ENDS:
        raise TargetEnded(target=target.name, state=target.state.value)


def void_proposed(facts: CaseFacts) -> None:
    """Refuse to cancel what nobody proposed. Raises: VoidNotProposed."""
    if not facts.void_proposed:
        raise VoidNotProposed(case=facts.number)


def no_filed_rework(facts: CaseFacts) -> None:
    """Refuse to cancel a rework, unless the case was never filed and can end no other way. Raises: FiledAndReworked."""
    if facts.reworks and facts.filed_at is not None:
        raise FiledAndReworked(case=facts.number)


def special_ground_explained(facts: CaseFacts) -> None:
    """Refuse a ground that says nothing by itself. Raises: WordsMissing."""
    if facts.special_ground is SpecialGround.OTHER:
        words_given(facts)


def closing_proposed(facts: CaseFacts) -> None:
    """Refuse to end what nobody proposed. Raises: ClosingNotProposed."""
    if not facts.closing_proposed:
        raise ClosingNotProposed(case=facts.number)


def filed(facts: CaseFacts) -> None:
    """Refuse to end an urgent case that was never filed. Raises: NotFiledYet."""
    if facts.filed_at is None:
        raise NotFiledYet


def solved_on_the_spot(facts: CaseFacts) -> None:
    """Refuse to close at once what the finder did not solve, or did not show.

    Raises: NotACollectorsFind, ClassMissing, BothPhotosMissing.
    """
    if facts.source is not CaseSource.COLLECTOR:
        raise NotACollectorsFind(source=facts.source.value)
    if facts.class_key is None:
        raise ClassMissing
    if not facts.before_photos or not facts.after_photos:
        raise BothPhotosMissing(before=facts.before_photos, after=facts.after_photos)


def can_be_handled_again(facts: CaseFacts) -> None:
    """Refuse to open what no unit can go back to. Raises: SelfHandledEnds, PlaceErased."""
    if facts.closing_type is ClosingType.SELF_HANDLED:
        raise SelfHandledEnds
    if facts.place_erased:
        raise PlaceErased(case=facts.number)


def free_for_the_reporter(facts: CaseFacts) -> None:
    """Refuse the reporter's reopening where it is not the first or comes too late.

    Raises: ReopeningUsedUp, ReopeningTooLate.
    """
    if facts.has_been_reopened_by_reporter:
        raise ReopeningUsedUp(case=facts.number)
    if facts.reopen_until_at is not None and facts.at >= facts.reopen_until_at:
        raise ReopeningTooLate(case=facts.number, until_at=utc_text(facts.reopen_until_at))


def late_on_record(facts: CaseFacts) -> None:
    """Refuse an appeal against nothing, or a second one. Raises: AppealUsedUp, NotLate."""
    if facts.appeal is not None:
        raise AppealUsedUp(case=facts.number)
    if not facts.late_on_record:
        raise NotLate(case=facts.number)


def appeal_asked(facts: CaseFacts) -> None:
    """Refuse an opinion on nothing. Raises: AppealNotAsked."""
    if facts.appeal is not AppealState.ASKED:
        raise AppealNotAsked(case=facts.number)


def appeal_reviewed(facts: CaseFacts) -> None:
    """Refuse a decision before the first opinion. Raises: AppealNotReviewed."""
    if facts.appeal is not AppealState.REVIEWED:
        raise AppealNotReviewed(case=facts.number)


def closing_correctable(facts: CaseFacts) -> None:
    """Refuse to correct what was corrected, or what no desk closed. Raises: ClosingCorrected, SelfHandledEnds."""
    if facts.closing_type is ClosingType.ERRONEOUS:
        raise ClosingCorrected(case=facts.number)
    if facts.closing_type is ClosingType.SELF_HANDLED:
        raise SelfHandledEnds
