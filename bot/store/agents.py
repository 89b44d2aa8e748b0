"""Those who work at the desk, their passwords' hashes, and where they are signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.sql import ColumnElement

from bot.cases.agent import Agent, AgentSession
from bot.store.rows import Repository, facts_of
from bot.store.tables import agent_sessions, agents

_AGENT = [column for column in agents.columns if column.name != "password_hash"]


class Agents(Repository):
    """The agents of a unit."""

    def add(self, agent: Agent, password_hash: str) -> None:
        """Keep a new agent; raises Conflict when the e-mail address is taken."""
        self._connection.execute(insert(agents).values(**facts_of(agent), password_hash=password_hash))

    def get(self, agent_id: str) -> Agent | None:
        """Return an agent."""
        row = self._row(select(_AGENT).where(agents.c.id == agent_id))
        return None if row is None else Agent(**row)

    def by_email(self, email: str) -> tuple[Agent, str] | None:
        """Return who signs in with an e-mail address, and the hash of their password."""
        row = self._row(select(agents).where(agents.c.email == email))
        if row is None:
            return None
        password_hash = row.pop("password_hash")
        return Agent(**row), password_hash

    def all(self) -> list[Agent]:
        """Return every agent by name."""
        return [Agent(**row) for row in self._rows(select(_AGENT).order_by(agents.c.name, agents.c.id))]

    def all_locked(self) -> list[Agent]:
        """Return every agent in a unit that changes what holds for all of them together: one such unit at a time."""
        statement = select(_AGENT).order_by(agents.c.id)
        return [Agent(**row) for row in self._rows(statement.with_for_update())]

    def count(self) -> int:
        """Return how many there are."""
        return self._connection.execute(select(func.count()).select_from(agents)).scalar_one()

    def save(self, agent: Agent) -> None:
        """Write back an agent."""
        self._connection.execute(update(agents).where(agents.c.id == agent.id).values(facts_of(agent)))

    def set_language(self, agent_id: str, language: str) -> None:
        """Keep what the desk speaks to an agent, and nothing else of them."""
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(language=language))

    def set_password(self, agent_id: str, password_hash: str) -> None:
        """Keep the hash of a new password."""
        self._connection.execute(
            update(agents).where(agents.c.id == agent_id).values(password_hash=password_hash)
        )


class AgentSessions(Repository):
    """Where agents are signed in, of a unit."""

    def add(self, session: AgentSession) -> None:
        """Keep a new session."""
        self._connection.execute(insert(agent_sessions).values(facts_of(session)))

    def get(self, token_hash: str) -> AgentSession | None:
        """Return a session, ended ones too."""
        row = self._row(select(agent_sessions).where(agent_sessions.c.token_hash == token_hash))
        return None if row is None else AgentSession(**row)

    def revoke(self, token_hash: str, at: datetime) -> None:
        """End a session; the first end stands."""
        self._revoke(agent_sessions.c.token_hash == token_hash, at)

    def revoke_all_of(self, agent_id: str, at: datetime, but: str = "") -> None:
        """End every session of an agent, but the one with this hash."""
        c = agent_sessions.c
        self._revoke((c.agent_id == agent_id) & (c.token_hash != but), at)

    def of_agent(self, agent_id: str) -> list[AgentSession]:
        """Return the sessions of an agent that nobody has ended, the one seen last first."""
        c = agent_sessions.c
        mine = select(agent_sessions).where((c.agent_id == agent_id) & c.revoked_at.is_(None))
        return [AgentSession(**row) for row in self._rows(mine.order_by(c.last_seen_at.desc()))]

    def seen(self, token_hash: str, at: datetime) -> None:
        """Keep that the session was used."""
        mine = agent_sessions.c.token_hash == token_hash
        self._connection.execute(update(agent_sessions).where(mine).values(last_seen_at=at))

    def last_seen(self) -> dict[str, datetime]:
        """Return when each agent was seen last, of those who were seen."""
        c = agent_sessions.c
        latest = select([c.agent_id, func.max(c.last_seen_at).label("at")]).group_by(c.agent_id)
        return {row["agent_id"]: row["at"] for row in self._rows(latest) if row["at"]}

    def _revoke(self, which: ColumnElement, at: datetime) -> None:
        still_open = agent_sessions.c.revoked_at.is_(None)
        self._connection.execute(update(agent_sessions).where(which & still_open).values(revoked_at=at))
