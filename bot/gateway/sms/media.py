"""Photos and documents that come with a text: recorded with it as evidence, fetched by the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from bot.cases.conversation import Conversation
from bot.cases.texting import BY_NUMBER, BY_TYPE, LOST, MEDIA, MOST_FILES, REFUSED, Evidence
from bot.store import Unit

MOST_A_MESSAGE = 10
"""The carrier's own limit."""

_ALSO_CALLED = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "application/x-pdf": "application/pdf",
}
_ANYTHING = "application/octet-stream"
"""Some phones do not say what they send: what it is shows once it is there."""


@dataclass(frozen=True)
class File:
    """Something sent with a text: its place in the message, where it lies and what it is said to be."""

    place: int
    url: str
    media_type: str

    @property
    def refusal(self) -> str | None:
        """Why it is not even fetched, None where it may be evidence."""
        if not self.url:
            return LOST
        return None if self.media_type in MEDIA or self.media_type == _ANYTHING else BY_TYPE


def files_in(form: Mapping[str, str]) -> tuple[File, ...]:
    """Return what came with a text, as the carrier lists it."""
    told = form.get("NumMedia", "").strip()
    count = min(int(told), MOST_A_MESSAGE) if told.isdecimal() and len(told) < 4 else 0
    return tuple(
        File(
            place,
            form.get(f"MediaUrl{place}", "").strip(),
            _media_type(form.get(f"MediaContentType{place}", "")),
        )
        for place in range(count)
    )


def _media_type(told: str) -> str:
    name = told.partition(";")[0].strip().lower()
    return _ALSO_CALLED.get(name, name)


def record(
    unit: Unit, conversation: Conversation, sid: str, files: Sequence[File], now: datetime
) -> list[Evidence]:
    """Record what came with a message as evidence, what is not taken with the reason."""
    room = MOST_FILES - len(unit.evidence.of_conversation(conversation.id))
    pieces = [_piece(conversation, sid, file, now, file.refusal) for file in files]
    for piece in [piece for piece in pieces if piece.reason is None][max(room, 0) :]:
        _refuse(piece, BY_NUMBER, now)
    for piece in pieces:
        unit.evidence.add(piece)
    return pieces


def _piece(conversation: Conversation, sid: str, file: File, now: datetime, refusal: str | None) -> Evidence:
    piece = Evidence(
        id=uuid4().hex,
        conversation_id=conversation.id,
        source=f"{sid}:{file.place}",
        url=file.url,
        media_type=file.media_type,
        received_at=now,
    )
    if refusal:
        _refuse(piece, refusal, now)
    return piece


def _refuse(piece: Evidence, reason: str, now: datetime) -> None:
    piece.state, piece.reason, piece.ended_at = REFUSED, reason, now
