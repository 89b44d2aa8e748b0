"""Agents' telephones that ring, or rang, for callers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from bot.cases.ringing import Ring
from bot.store.rows import Repository, facts_of, plain_and_locking
from bot.store.tables import rings

_RING = [column for column in rings.columns if column.name != "row"]
_READ = plain_and_locking(select(_RING), rings)
_OPEN = rings.c.ended_at.is_(None)


class Rings(Repository):
    """The rings of a unit."""

    def add(self, ring: Ring) -> bool:
        """Keep a ring; False when its key is there already."""
        return self._insert_once(rings, "key", facts_of(ring))

    def get(self, key: str) -> Ring | None:
        """Return a ring; in a unit that writes, nobody else can change it until the unit ends."""
        row = self._row(_READ[self._writable].where(rings.c.key == key))
        return None if row is None else Ring(**row)

    def conversation_of(self, key: str) -> str | None:
        """Return the conversation of a ring, which stays free for others to change."""
        row = self._row(select(rings.c.conversation_id).where(rings.c.key == key))
        return row["conversation_id"] if row else None

    def open_of(self, conversation_id: str) -> Ring | None:
        """Return the ring of a conversation that has not ended."""
        row = self._row(_READ[self._writable].where((rings.c.conversation_id == conversation_id) & _OPEN))
        return None if row is None else Ring(**row)

    def of_conversation(self, conversation_id: str) -> list[Ring]:
        """Return every ring of a conversation in order."""
        mine = select(_RING).where(rings.c.conversation_id == conversation_id).order_by(rings.c.row)
        return [Ring(**row) for row in self._rows(mine)]

    def save(self, ring: Ring) -> None:
        """Write back a ring."""
        self._connection.execute(update(rings).where(rings.c.key == ring.key).values(facts_of(ring)))

    def unanswered(self, rung_before: datetime, limit: int) -> list[Ring]:
        """Return what rings since before a moment and led to no talk."""
        awaited = _OPEN & rings.c.joined_at.is_(None) & (rings.c.at < rung_before)
        return [
            Ring(**row) for row in self._rows(select(_RING).where(awaited).order_by(rings.c.at).limit(limit))
        ]
