"""The people of the desk: what each may do, and how long they stay signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cases.hours import Stretch

AGENT, LEAD, ADMINISTRATOR = "agent", "lead", "administrator"

ROLES = (AGENT, LEAD, ADMINISTRATOR)
"""Each may do all that the one before may."""

ELSEWHERE = ":"
"""Stands in the id of whoever works at another desk, between its name and theirs there."""

SIGNED_IN_FOR = timedelta(hours=12)
"""A shift with all that comes before and after it."""

MOST_AT_ONCE = 4
"""So many conversations at once are as many as most people can hold well."""


@dataclass(frozen=True)
class Agent:
    """Somebody who works at the desk: `language` is what the desk speaks to them, `languages` what they speak.

    `skills` are the categories of complaint that they take, none meaning all; `most_at_once` so many conversations are
    as many as they can have; `shift` the hours of the week in which they work, by the operator's clock, none meaning the
    operator's own; `phone` the number (E.164) at which calls reach them.
    """

    id: str
    email: str
    name: str
    role: str = AGENT
    language: str = "en"
    languages: tuple[str, ...] = ()
    is_active: bool = True
    skills: tuple[str, ...] = ()
    most_at_once: int = MOST_AT_ONCE
    shift: tuple[Stretch, ...] = ()
    phone: str | None = None

    def may_relieve(self, agent_id: str | None) -> bool:
        """Whether this agent may go on where a colleague at the same other desk was."""
        desk, elsewhere, _ = self.id.partition(ELSEWHERE)
        return bool(
            elsewhere and agent_id and agent_id != self.id and agent_id.startswith(f"{desk}{elsewhere}")
        )

    def may(self, role: str) -> bool:
        """Whether this agent may do what takes a role."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True)
class AgentSession:
    """Where an agent is signed in; only the hash of its token is kept."""

    token_hash: str
    agent_id: str
    expires_at: datetime
    revoked_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it still opens the desk."""
        return self.revoked_at is None and now < self.expires_at
