"""Signatures of requests between machines: HMAC in hexadecimal, with the time in it where both sides know how."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from bot.desk.connectors.port import NotGenuine
from bot.settings import Secret

WINDOW = timedelta(minutes=5)
"""So far a request's time may lie from ours; what is older may have been overheard and sent again."""


def signature(secret: Secret, timestamp: str, body: bytes) -> str:
    """Return the signature of a body at a time, in seconds since 1970."""
    return f"sha256={digest(secret, f'{timestamp}.'.encode() + body, 'sha256')}"


def digest(secret: Secret, message: bytes, algorithm: str) -> str:
    """Return the HMAC of a message."""
    return hmac.new(secret.reveal().encode(), message, algorithm).hexdigest()


def must_be_signed(
    secret: Secret | None, headers: Mapping[str, str], prefix: str, body: bytes, now: datetime
) -> None:
    """Raise NotGenuine unless `<prefix>-signature` signs this body at `<prefix>-timestamp`, and that is now."""
    timestamp = headers.get(f"{prefix}-timestamp", "")
    if secret is None or not _is_now(timestamp, now):
        raise NotGenuine
    must_match(headers.get(f"{prefix}-signature"), signature(secret, timestamp, body))


def must_match(given: str | None, expected: str) -> None:
    """Raise NotGenuine unless both are the same; how long it takes tells nothing."""
    if not hmac.compare_digest((given or "").encode(), expected.encode()):
        raise NotGenuine


def short(text: str) -> str:
    """Return a name for a text, the same for the same."""
    return sha256(text.encode()).hexdigest()[:24]


def _is_now(timestamp: str, now: datetime) -> bool:
    is_time = timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12
    return is_time and abs(now.timestamp() - int(timestamp)) <= WINDOW.total_seconds()
