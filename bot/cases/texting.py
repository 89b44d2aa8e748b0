"""Texting: who may be texted, and what customers sent us as evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

WAITING, KEPT, REFUSED = "waiting", "kept", "refused"
"""What became of something sent as evidence."""


@dataclass
class Texter:
    """Whoever texts us from a number: the conversation their texts belong to, and since when they want none."""

    phone: str
    conversation_id: str | None = None
    last_at: datetime | None = None
    opted_out_at: datetime | None = None


@dataclass(frozen=True)
class Consent:
    """A wish about being texted: `wish` is stop, start or help, `word` what was written."""

    message_sid: str
    phone: str
    wish: str
    word: str
    at: datetime


@dataclass
class Evidence:
    """A photo or document. `source` names the message and the place in it, so that none is kept twice.

    It is `waiting` until its file was fetched from `url`, then `kept`, or `refused` for a `reason`.
    """

    id: str
    conversation_id: str
    source: str
    url: str
    media_type: str
    received_at: datetime
    state: str = WAITING
    reason: str | None = None
    bytes: int | None = None
    sha256: str | None = None
    ended_at: datetime | None = None
    due_at: datetime | None = None
    failures: int = 0
