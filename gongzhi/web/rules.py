"""What every door refuses before anybody looks at the matter itself."""

from __future__ import annotations

from gongzhi.kernel.refusals import Refusal


class RequestUnreadable(Refusal):
    """The request breaks the rules of HTTP, or comes for another host."""

    code = "request-unreadable"


class MethodNotAllowed(Refusal):
    """The address is right and the method is not."""

    code = "method-not-allowed"


class LengthRequired(Refusal):
    """A body does not say how long it is, and is longer than we read to find out."""

    code = "length-required"


class TokenMissing(Refusal):
    """Nobody listens without a token, or the token is unknown, ended, or its post is."""

    code = "token-missing"


class StoreUnready(Refusal):
    """The database cannot be read at this moment."""

    code = "store-unready"
