"""Who is at the desk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from bot.cases.shifts import Presence
from bot.store.rows import Repository, facts_of
from bot.store.tables import presences


class Presences(Repository):
    """The presences of a unit; an agent who was never seen has one too."""

    def get(self, agent_id: str) -> Presence:
        """Return how present an agent is."""
        row = self._row(select(presences).where(presences.c.agent_id == agent_id))
        return Presence(agent_id) if row is None else Presence(**row)

    def all(self) -> dict[str, Presence]:
        """Return everybody's who was ever seen, by their id."""
        return {row["agent_id"]: Presence(**row) for row in self._rows(select(presences))}

    def seen(self, agent_id: str, at: datetime) -> None:
        """Keep that an agent has a page of the desk open."""
        first = facts_of(Presence(agent_id, seen_at=at))
        statement = self._insert(presences).values(first)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["agent_id"], set_={"seen_at": at})
        )

    def put(self, presence: Presence) -> None:
        """Keep whether an agent wants conversations."""
        self._put(presences, "agent_id", facts_of(presence))
