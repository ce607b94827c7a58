"""Why a case has no card to be shared."""

from __future__ import annotations

from gongzhi.kernel.refusals import Refusal


class CardTooEarly(Refusal):
    """The case is not closed yet: there is no afterwards to show."""

    code = "card-too-early"


class CardNotPublic(Refusal):
    """Nothing is told of cases of this class, or nobody knows the class."""

    code = "card-not-public"


class CardPhotosMissing(Refusal):
    """No photograph of before, or none of afterwards, was released to the public."""

    code = "card-photos-missing"


class CardFontMissing(Refusal):
    """This machine has no font with Chinese characters."""

    code = "card-font-missing"
