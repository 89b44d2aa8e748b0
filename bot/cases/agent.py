"""The people of the desk: what each may do, and how long they stay signed in."""

from __future__ import annotations

from collections.abc import Iterable
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

SEEN_AGAIN_AFTER = timedelta(minutes=1)
"""How exactly it is kept when an agent was seen last."""

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


def is_last_administrator(agent: Agent, all_agents: Iterable[Agent]) -> bool:
    """Whether nobody could administer the desk any more without this agent."""
    return agent.id in (able := _administrators(all_agents)) and len(able) == 1


def _administrators(agents: Iterable[Agent]) -> set[str]:
    return {each.id for each in agents if each.is_active and each.role == ADMINISTRATOR}


BY_PASSWORD, BY_PROVIDER = "password", "provider"
"""How somebody signed in: with a password here, or at the operator's own identity provider."""


@dataclass(frozen=True)
class AgentSession:
    """Where an agent is signed in; only the hash of its token is kept.

    `browser` is the family of the browser and nothing else of it; moments are None for what was not kept at the time.
    """

    token_hash: str
    agent_id: str
    expires_at: datetime
    revoked_at: datetime | None = None
    began_at: datetime | None = None
    last_seen_at: datetime | None = None
    browser: str = ""
    way: str = BY_PASSWORD

    @property
    def name(self) -> str:
        """What the session is called where its owner sees it; it opens nothing."""
        return self.token_hash[:16]

    def is_open(self, now: datetime, idle: timedelta | None = None) -> bool:
        """Whether it still opens the desk; `idle` is how long it may go unused, None for as long as it lasts."""
        is_idle = idle is not None and self.last_seen_at is not None and now - self.last_seen_at >= idle
        return self.revoked_at is None and now < self.expires_at and not is_idle


@dataclass(frozen=True)
class SecondStep:
    """What an agent's app makes codes from (`secret`, sealed), and the last time step whose code was accepted.

    `confirmed_at` is None until a code has shown that the app has the secret.
    """

    agent_id: str
    secret: str
    confirmed_at: datetime | None = None
    last_step: int = 0


SECOND_STEP, SET_PASSWORD, AT_PROVIDER = "second_step", "set_password", "at_provider"
"""What tickets are for: the code after a password, a new password by a link, the way back from the identity provider."""

TICKET_LASTS = {
    SECOND_STEP: timedelta(minutes=10),
    SET_PASSWORD: timedelta(hours=48),
    AT_PROVIDER: timedelta(minutes=10),
}


@dataclass(frozen=True)
class Ticket:
    """What lets somebody take one step once, until it expires; only the hash of its token is kept."""

    token_hash: str
    purpose: str
    expires_at: datetime
    agent_id: str | None = None
    used_at: datetime | None = None
