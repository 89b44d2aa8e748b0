"""A telephone call: what was said and heard in it so far, and the rules for silence and for words heard badly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

RINGING, FAILED, TAKEN = "ringing", "failed", "taken"
"""What became of putting the caller through to a person."""


@dataclass
class Call:
    """One call. `sid` is the carrier's id of it, `caller` None for a withheld number; it names nobody and proves nothing.

    `turn` numbers what the caller is to say next, `awaits` is the message whose answer is to be said. The messages
    numbered above `said_from` up to `said_to` were said last. `silences` and `unsure` count in a row how often nothing,
    or little, was heard; `heard` waits for the caller's yes. `texts_wanted` is False once the caller wants no texts.
    """

    sid: str
    conversation_id: str
    caller: str | None
    called: str | None
    started_at: datetime
    last_at: datetime
    language_chosen: bool = False
    turn: int = 1
    awaits: str | None = None
    said_from: int = 0
    said_to: int = 0
    silences: int = 0
    unsure: int = 0
    heard: str | None = None
    slow: bool = False
    texts_wanted: bool = True
    transfer: str | None = None
    recording: str | None = None
    ended_at: datetime | None = None
