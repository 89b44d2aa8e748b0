"""An agent's telephone that is rung to connect them with a caller, and how that ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

RINGS_FOR = timedelta(seconds=60)
"""So long it may take from the wish to take a call until both talk; after that the caller waits for somebody else."""

SPOKE, UNANSWERED, CALLER_LEFT = "spoke", "unanswered", "caller_left"
"""How it ends: after a talk, without one because the agent was not reached, or because the caller waited no more."""


@dataclass
class Ring:
    """One wish of an agent to take a call. `key` names it, so that the telephone rings once.

    They have answered and want the call since `accepted_at`, and talk with the caller since `joined_at`.
    """

    key: str
    conversation_id: str
    agent_id: str
    at: datetime
    accepted_at: datetime | None = None
    joined_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it rings still, or they talk."""
        return self.ended_at is None

    @property
    def is_awaited(self) -> bool:
        """Whether the two are still to be connected."""
        return self.ended_at is None and self.joined_at is None

    def accept(self, now: datetime) -> None:
        """Record that the agent has answered and wants the call; the first time stands."""
        self.accepted_at = self.accepted_at or now

    def join(self, now: datetime) -> bool:
        """Record that both are connected; False when they are already, or the agent never said that they want it."""
        if not self.is_awaited or self.accepted_at is None:
            return False
        self.joined_at = now
        return True

    def end(self, now: datetime, unless_spoken: str) -> None:
        """Record the end: after a talk that is what it was, else what is told here."""
        if self.is_open:
            self.ended_at, self.outcome = now, SPOKE if self.joined_at else unless_spoken
