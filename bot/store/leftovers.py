"""What of ours still lies at the carrier and is to be deleted there: recordings that we have, lines nobody waits in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from bot.store.rows import Repository
from bot.store.tables import leftovers


class Leftovers(Repository):
    """The leftovers of a unit; each is a path below the account, such as Recordings/RE..."""

    def add(self, path: str, at: datetime) -> None:
        """Keep that something is to be deleted from a moment on; once is enough."""
        self._insert_once(leftovers, "path", {"path": path, "due_at": at, "failures": 0})

    def due(self, now: datetime, limit: int) -> list[tuple[str, int]]:
        """Return what is to be deleted now, each with how often that failed."""
        statement = (
            select(leftovers).where(leftovers.c.due_at <= now).order_by(leftovers.c.due_at).limit(limit)
        )
        return [(row["path"], row["failures"]) for row in self._rows(statement)]

    def put_off(self, path: str, due_at: datetime) -> None:
        """Record a failure, and when to try again."""
        mine = update(leftovers).where(leftovers.c.path == path)
        self._connection.execute(mine.values(due_at=due_at, failures=leftovers.c.failures + 1))

    def gone(self, path: str) -> None:
        """Record that nothing is left of it."""
        self._connection.execute(delete(leftovers).where(leftovers.c.path == path))
