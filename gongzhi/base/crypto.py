"""Encrypting personal values, and digests that cannot be guessed without the installation's key."""

from __future__ import annotations

import functools
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from gongzhi.kernel.canonical import canonical_bytes

_KEY_ID = b"\x01"
_NONCE_BYTES = 12


class ValueUnreadable(Exception):
    """An encrypted value does not open: it was altered, moved to another place, or belongs to another key."""


def encrypt(value: bytes, *, bound_to: str) -> bytes:
    """Encrypt a value so that it opens only in the place it was made for (AES-256-GCM)."""
    nonce = os.urandom(_NONCE_BYTES)
    return _KEY_ID + nonce + _cipher().encrypt(nonce, value, bound_to.encode())


def decrypt(sealed: bytes, *, bound_to: str) -> bytes:
    """Open an encrypted value.

    Raises: ValueUnreadable.
    """
    if sealed[:1] != _KEY_ID:
        raise ValueUnreadable(f"unknown key {sealed[:1].hex()}")
    try:
        return _cipher().decrypt(sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :], bound_to.encode())
    except (InvalidTag, ValueError) as fault:
        raise ValueUnreadable(bound_to) from fault


def keyed_digest(value: object, *, purpose: str) -> str:
    """Return a keyed HMAC (hex) of a value: equal values, equal digests; not guessable by trying all phone numbers."""
    key = bytes.fromhex(settings.GONGZHI_SECRETS.index_key)
    return hmac.new(key, purpose.encode() + b"\0" + canonical_bytes(value), hashlib.sha256).hexdigest()


@functools.cache
def _cipher() -> AESGCM:
    return AESGCM(bytes.fromhex(settings.GONGZHI_SECRETS.value_key))
