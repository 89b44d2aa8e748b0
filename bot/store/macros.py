"""The desk's own macros."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from bot.cases.macros import Macro
from bot.store.rows import Repository, facts_of
from bot.store.tables import macros


class Macros(Repository):
    """The macros of a unit; one that was removed is kept for the record and never returned."""

    def put(self, macro: Macro) -> None:
        """Keep a macro, or write over the one with its id."""
        self._put(macros, "id", facts_of(macro))

    def get(self, macro_id: str) -> Macro | None:
        """Return a macro."""
        row = self._row(select(macros).where((macros.c.id == macro_id) & macros.c.removed_at.is_(None)))
        return None if row is None else Macro(**row)

    def all(self) -> list[Macro]:
        """Return every macro, the oldest first."""
        standing = select(macros).where(macros.c.removed_at.is_(None))
        return [Macro(**row) for row in self._rows(standing.order_by(macros.c.written_at, macros.c.id))]

    def remove(self, macro_id: str, at: datetime) -> bool:
        """Take a macro away; False when there is none."""
        mine = (macros.c.id == macro_id) & macros.c.removed_at.is_(None)
        return self._connection.execute(update(macros).where(mine).values(removed_at=at)).rowcount > 0
