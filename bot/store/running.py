"""What the running processes keep: results of actions, the engine's trackers, signs of life."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from bot.store.rows import Repository
from bot.store.tables import action_results, heartbeats, trackers


class ActionResults(Repository):
    """What each action of each turn answered, so that a repeated call does nothing twice."""

    def get(self, turn_id: str, action: str) -> str | None:
        """Return the answer as JSON text."""
        statement = select(action_results.c.body).where(
            (action_results.c.turn_id == turn_id) & (action_results.c.action == action)
        )
        return self._connection.execute(statement).scalar()

    def put(self, turn_id: str, action: str, body: str) -> None:
        """Keep the answer; raises Conflict when there is one, which undoes the unit that came second."""
        self._connection.execute(insert(action_results).values(turn_id=turn_id, action=action, body=body))


class Trackers(Repository):
    """The engine's own short memory of a conversation, as JSON text."""

    def get(self, conversation_id: str) -> str | None:
        """Return the tracker kept last."""
        statement = select(trackers.c.body).where(trackers.c.conversation_id == conversation_id)
        return self._connection.execute(statement).scalar()

    def put(self, conversation_id: str, body: str) -> None:
        """Keep the tracker in place of the one before."""
        self._put(trackers, "conversation_id", {"conversation_id": conversation_id, "body": body})


class Heartbeats(Repository):
    """When each process last said that it lives."""

    def beat(self, process: str, at: datetime) -> None:
        """Say that the process lives."""
        self._put(heartbeats, "process", {"process": process, "at": at})

    def last(self, process: str) -> datetime | None:
        """Return when the process last said that it lives."""
        return self._connection.execute(
            select(heartbeats.c.at).where(heartbeats.c.process == process)
        ).scalar()
