"""Texting: who may be texted, and what customers sent us as evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

MEDIA = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/heif": "heif",
    "application/pdf": "pdf",
}
"""What may be sent as evidence, and how its file ends."""

AUDIO = {"audio/mpeg": "mp3"}
"""What a message left by telephone is recorded as."""

MOST_BYTES = 5 * 1024 * 1024
"""How large a file may be: what a picture message can hold at the most."""

MOST_FILES = 50
"""So many files belong to a conversation at the most: more are no evidence, and a disk is not endless."""

BY_TYPE, BY_NUMBER, BY_SIZE, BY_ADDRESS, LOST = "type", "number", "size", "address", "lost"
"""Why something sent as evidence was refused."""

WAITING, KEPT, REFUSED = "waiting", "kept", "refused"
"""What became of something sent as evidence."""

STOP, START, HELP = "stop", "start", "help"
"""Wishes about being texted."""

GOES_ON_FOR = timedelta(days=90)
"""After so long without a word from a number it may have a new owner, who must not be told of the old one's complaint."""

MOST_ANSWERS_AN_HOUR = 40
"""More texts than this in an hour are no conversation but two machines that answer each other."""


@dataclass
class Texter:
    """Whoever texts us from a number: the conversation their texts belong to, and since when they want none.

    `greeted` tells that the conversation's greeting was texted; `answers` counts ours since `counted_from`.
    """

    phone: str
    conversation_id: str | None = None
    last_at: datetime | None = None
    opted_out_at: datetime | None = None
    greeted: bool = False
    answers: int = 0
    counted_from: datetime | None = None

    def conversation_at(self, now: datetime) -> str | None:
        """Return the conversation that goes on, None when a new one is to begin."""
        went_on = self.last_at is not None and now - self.last_at < GOES_ON_FOR
        return self.conversation_id if went_on else None

    def begin(self, conversation_id: str) -> None:
        """Let what this number texts from now on belong to a new conversation."""
        self.conversation_id, self.greeted = conversation_id, False

    def count_answer(self, now: datetime) -> int:
        """Count one more text of ours, and return how many it makes within the hour."""
        if self.counted_from is None or now - self.counted_from >= timedelta(hours=1):
            self.counted_from, self.answers = now, 0
        self.answers += 1
        return self.answers


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

    It is `waiting` until its file was fetched from `url`, then `kept`, or `refused` for a `reason`. `added_by` names
    the agent who added what came another way than by text.
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
    added_by: str | None = None
