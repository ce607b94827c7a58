"""What every change of people looks at first: the row, its version, and whether somebody still serves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import CharField, Model

from gongzhi.audit import operations as audit
from gongzhi.kernel.clock import utc_text
from gongzhi.kernel.refusals import NotFound, Refusal
from gongzhi.people.models import AccessToken, Account, Appointment, Member
from gongzhi.people.rules import require_area, require_name


class CodeTaken(Refusal):
    """A unit, member or account with this code exists already."""

    code = "code-taken"


class EndsBeforeItBegins(Refusal):
    """A period must end after it begins."""

    code = "ends-before-it-begins"


class PasswordWeak(Refusal):
    """The password is too easy to guess."""

    code = "password-weak"


class MemberEnded(Refusal):
    """The member has left."""

    code = "member-ended"


def locked_member(uid: UUID, *, seen: int) -> Member:
    """Return a member, locked. Raises: NotFound, ChangedMeanwhile."""
    row = Member.locked(uid=uid)
    if row is None:
        raise NotFound(thing="member", code=str(uid))
    audit.require_version(row, seen)
    return row


def require_serving(row: Member, *, at: datetime) -> None:
    """Refuse to act for somebody who has left. Raises: MemberEnded."""
    if row.until_at is not None and row.until_at <= at:
        raise MemberEnded(member=row.number)


def require_names(model: type[Model], **names: str) -> None:
    """Refuse names and codes that a person could not read or their columns not hold.

    Raises: NameBlank, NameTooLong, NameUnreadable.
    """
    for column, name in names.items():
        require_name(name, named=f"{model._meta.model_name}.{column}", longest=_room(model, column))


def require_place(model: type[Model], *, area: str) -> None:
    """Refuse an area that is no path of division codes, or for which its column has no room. Raises: AreaUnreadable."""
    require_area(area, longest=_room(model, "area"))


def require_strong(password: str, account: Account) -> None:
    """Refuse a password that is too easy to guess. Raises: PasswordWeak."""
    try:
        validate_password(password, account)
    except ValidationError as fault:
        raise PasswordWeak(reasons=", ".join(str(one.code) for one in fault.error_list)) from fault


def told_of_token(token: AccessToken, post: Appointment) -> dict[str, object]:
    """Return what the record's readers need of a token: which one, for which post, until when."""
    until = None if token.until_at is None else utc_text(token.until_at)
    return {"token": str(token.uid), "post": post.post, "unit": post.unit_id, "until": until}


def _room(model: type[Model], column: str) -> int:
    """Return how many characters a column of names or codes has room for."""
    field = model._meta.get_field(column)
    if not isinstance(field, CharField) or field.max_length is None:
        raise TypeError(f"{column} is no column for a name")
    return field.max_length
