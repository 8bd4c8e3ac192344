"""Secrets that must be read again (a bank's token), sealed with the installation's keys.

`TOKEN_KEYS` lists keys, the newest first: it seals, all of them open.  Without any, a key is drawn
from the installation's secret key.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """None of the installation's keys opens this secret."""


def seal(secret: str) -> str:
    """The secret as it may be stored; "" stays ""."""
    return _keys().encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str) -> str:
    """The secret again.

    Raises:
        SealBroken: it was sealed with a key that is gone.
    """
    if not sealed:
        return ""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken from error


def _keys() -> MultiFernet:
    """Any text serves as a key: its SHA-256 is what Fernet takes."""
    keys = settings.TOKEN_KEYS or [f"tokens:{settings.SECRET_KEY}"]
    digests = (hashlib.sha256(key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
