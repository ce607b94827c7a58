"""The second factor of an account: a secret shared with an authenticator app, kept encrypted, each code used once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pyotp

from gongzhi.audit import operations as audit
from gongzhi.base import crypto
from gongzhi.kernel.actor import Actor
from gongzhi.people import facts
from gongzhi.people.models import Account, SecondFactor, UsedCode
from gongzhi.people.rules import CodeWrong, SecondFactorKept, SecondFactorMissing, accepted_step


def new_secret() -> str:
    """Return a new secret in base32: 160 random bits. Source: RFC 4226, section 4, R6."""
    return pyotp.random_base32()


def keep_factor(account: Account, secret: str, code: str, *, by: Actor, at: datetime) -> None:
    """Keep a second factor of a locked account, once its first code shows that the authenticator has the secret.

    Raises: SecondFactorKept, CodeWrong.
    """
    if SecondFactor.objects.filter(account__uid=account.uid, until_at=None).exists():
        raise SecondFactorKept
    step = accepted_step(secret, code, last=None, at=at)
    if step is None:
        raise CodeWrong
    row = SecondFactor(account_id=account.uid, from_at=at)
    row.sealed = crypto.encrypt(secret.encode(), bound_to=_place(row.uid))
    audit.record(account, facts.ACCOUNT_SECOND_FACTOR_ADDED, by=by, at=at, also=[row])
    UsedCode.objects.create(factor=row, step=step)


def use_code(account: Account, code: str, *, at: datetime) -> None:
    """Take a code of a locked account's second factor; it is taken once. Raises: CodeWrong."""
    row = SecondFactor.objects.filter(account__uid=account.uid, until_at=None).first()
    if row is None or row.sealed is None:
        raise CodeWrong
    secret = crypto.decrypt(bytes(row.sealed), bound_to=_place(row.uid)).decode()
    used = UsedCode.objects.select_for_update().get(factor=row)
    step = accepted_step(secret, code, last=used.step, at=at)
    if step is None:
        raise CodeWrong
    used.step = step
    used.save(update_fields=["step"])


def end_factor(account: Account, *, grounds: str, by: Actor, at: datetime) -> None:
    """End the second factor of a locked account, and delete its secret. Raises: SecondFactorMissing."""
    row = SecondFactor.objects.filter(account__uid=account.uid, until_at=None).first()
    if row is None:
        raise SecondFactorMissing
    row.until_at, row.sealed = at, None
    audit.record(account, facts.ACCOUNT_SECOND_FACTOR_ENDED, by=by, at=at, held={"grounds": grounds}, also=[row])


def _place(factor: UUID) -> str:
    return f"second_factor:{factor}"
