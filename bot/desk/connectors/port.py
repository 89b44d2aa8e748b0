"""What another desk must be able to do, and the shapes in which it is told and heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from bot.cases.conversation import Message
from bot.settings import Settings

CLAIMED, SAID, SEEN, RELEASED = "claimed", "said", "seen", "released"
HANDED_BACK, CLOSED = "handed_back", "closed"
HEARD = (CLAIMED, SAID, SEEN, RELEASED, HANDED_BACK, CLOSED)
"""What comes from there: somebody takes a conversation, says something, is still there, or lets the customer wait for
another agent; the assistant is to go on; the matter is done."""


@dataclass(frozen=True)
class Handover:
    """A conversation as another desk is given it; `sections` are headings, each with its lines.

    `email` is the customer's own as the records have it, and only where they have proven who they are.
    """

    key: str
    language: str
    channel: str
    priority: str
    name: str
    title: str
    email: str | None
    tracking_number: str | None
    link: str
    sections: list[tuple[str, list[str]]]
    lines: list[Message]
    text: str


@dataclass(frozen=True)
class Told:
    """A text for another desk: `by` is who says it, `text` how it reads there; `key` stays the same when it comes again."""

    key: str
    seq: int | None
    by: str
    words: str
    text: str
    at: datetime

    @property
    def is_customer(self) -> bool:
        """Whether the customer says it; all else is for the agents there alone."""
        return self.by == "customer"


@dataclass(frozen=True)
class Place:
    """Where a conversation is at another desk: our key of it, and its own name for it."""

    key: str
    reference: str


@dataclass(frozen=True)
class Heard:
    """What another desk tells: `place` is what it calls the conversation, `id` the same when it tells it again."""

    kind: str
    id: str
    place: str
    agent_id: str = ""
    agent_name: str = ""
    words: str = ""


class NotGenuine(Exception):
    """A request that is not signed as it must be."""


class NotReadable(Exception):
    """A signed request that is not of the shape that it must have."""


class OtherDesk(Protocol):
    """Another desk. What goes there raises NotDelivered; with `maybe_there` it may have arrived before: look first."""

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]
    """The settings without which it cannot be reached."""

    def __init__(self, settings: Settings) -> None: ...

    def hand_over(self, handover: Handover, maybe_there: bool) -> str:
        """Ask for somebody to take a conversation, and return what it is called there."""
        ...

    def tell(self, place: Place, told: Told, maybe_there: bool) -> None:
        """Add a line."""
        ...

    def end(self, place: Place, told: Told, maybe_there: bool) -> None:
        """Say that nobody is asked for any more, and why."""
        ...

    def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Heard]:
        """Return what a request tells, in order; raises NotGenuine and NotReadable."""
        ...
