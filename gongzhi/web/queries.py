"""What is kept of somebody who has not signed in, or who left their seat to another one."""

from __future__ import annotations

from uuid import UUID

from gongzhi.base.crypto import keyed_digest
from gongzhi.web.models import KeptForm


def sender_digest(sender: str) -> str:
    """Return what is kept of a network address: two hits of one sender are recognised, the address is not."""
    return keyed_digest(sender, purpose="sender")


def kept_form(account: UUID) -> str:
    """Return what somebody had typed when they left their seat, encrypted for them; empty where nothing waits."""
    return KeptForm.objects.filter(account=account).values_list("sealed", flat=True).first() or ""
