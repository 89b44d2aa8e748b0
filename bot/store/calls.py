"""Calls in progress and past."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, or_, select, update

from bot.cases.call import TAKEN, Call
from bot.store.rows import Repository, facts_of, plain_and_locking
from bot.store.tables import calls

_READ = plain_and_locking(select(calls), calls)


class Calls(Repository):
    """The calls of a unit."""

    def add(self, call: Call) -> None:
        """Keep a call that came in; raises Conflict when its sid is there already."""
        self._connection.execute(insert(calls).values(facts_of(call)))

    def get(self, sid: str) -> Call | None:
        """Return a call; in a unit that writes, nobody else can change it until the unit ends."""
        row = self._row(_READ[self._writable].where(calls.c.sid == sid))
        return None if row is None else Call(**row)

    def of_conversation(self, conversation_id: str) -> Call | None:
        """Return the call that a conversation was held in, None for one held elsewhere."""
        row = self._row(_READ[self._writable].where(calls.c.conversation_id == conversation_id))
        return None if row is None else Call(**row)

    def save(self, call: Call) -> None:
        """Write back a call."""
        self._connection.execute(update(calls).where(calls.c.sid == call.sid).values(facts_of(call)))

    def silent_since(self, before: datetime, in_talk_before: datetime, limit: int) -> list[str]:
        """Return the sids of calls that were never seen to end, and of which nothing was heard since `before`.

        Of callers who talk with a person nothing is heard meanwhile: for them `in_talk_before` counts.
        """
        in_talk = calls.c.transfer.isnot_distinct_from(TAKEN)
        is_silent = or_((calls.c.last_at < before) & ~in_talk, calls.c.last_at < in_talk_before)
        statement = (
            select([calls.c.sid])
            .where(calls.c.ended_at.is_(None) & is_silent)
            .order_by(calls.c.last_at)
            .limit(limit)
        )
        return [row["sid"] for row in self._rows(statement)]
