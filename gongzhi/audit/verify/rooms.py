"""What other rooms check themselves, such as their files: called so that none hides what the others find."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from gongzhi.audit import registry
from gongzhi.audit.registry import Finding
from gongzhi.audit.states import Damage

_log = logging.getLogger(__name__)


def check_rooms(*, files: bool) -> Iterator[Finding]:
    """Find what the rooms' own checks find; those that hash stored files again only where `files` is wanted."""
    for name, check in registry.checks(hashing_files=files).items():
        yield from guarded(name, check)


def guarded(name: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Yield what another room's check finds; that it breaks off is a finding too, and hides none of the others."""
    try:
        yield from check()
    except Exception as fault:  # noqa: BLE001 - whatever breaks in another room is told, and must hide nothing
        _log.exception("the check %s broke off", name)
        yield Finding(Damage.CHECK_FAILED, name, None, type(fault).__name__)
