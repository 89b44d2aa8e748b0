"""The record of who saw and did what at the desk; the database itself refuses to change or remove an entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import func, insert, select, update

from bot.cases.audit import LOOKS, Entry, Head, next_entry
from bot.store.rows import Repository, facts_of, plain_and_locking
from bot.store.tables import audit, audit_head

BATCH = 1000
_ONLY = 1
_HEAD = plain_and_locking(select([audit_head.c.number, audit_head.c.hash]), audit_head)


class Audit(Repository):
    """The record of a unit."""

    def add(
        self,
        at: datetime,
        deed: str,
        agent_id: str | None = None,
        subject_id: str | None = None,
        detail: str | None = None,
    ) -> Entry:
        """Record a deed in the unit that does it.

        The last thing in a unit: nobody else records anything until the unit ends, and whoever waits for a row
        while others wait for the record would wait for ever.
        """
        entry = next_entry(self._locked_head(), at, deed, agent_id, subject_id, detail)
        self._connection.execute(insert(audit).values(facts_of(entry)))
        self._connection.execute(update(audit_head).values(number=entry.number, hash=entry.hash))
        return entry

    def add_unless_since(
        self, since: datetime, at: datetime, deed: str, agent_id: str, subject_id: str
    ) -> Entry | None:
        """Record a deed unless this agent has done something to its subject since a moment; None when they have."""
        self._locked_head()
        if self.has_since(since, agent_id, subject_id):
            return None
        return self.add(at, deed, agent_id, subject_id)

    def has_since(self, since: datetime, agent_id: str, subject_id: str) -> bool:
        """Whether an agent has done anything to a subject since a moment."""
        return any(entry.at >= since for entry in self.newest(1, agent_id, subject_id))

    def of_agent_about(self, agent_id: str, subjects: Iterable[str], since: datetime) -> list[Entry]:
        """Return what an agent has done about any of these subjects since a moment, in order."""
        mine = (audit.c.agent_id == agent_id) & audit.c.subject_id.in_(list(subjects)) & (audit.c.at >= since)
        return [Entry(**row) for row in self._rows(select(audit).where(mine).order_by(audit.c.number))]

    def last_workers(self, subjects: Iterable[str]) -> dict[str, Entry]:
        """Return the last deed about each of these subjects that was more than a look."""
        about = audit.c.subject_id.in_(list(subjects)) & audit.c.deed.notin_(LOOKS)
        last = (
            select(func.max(audit.c.number).label("number"))
            .where(about)
            .group_by(audit.c.subject_id)
            .subquery()
        )
        found = self._rows(select(audit).join(last, audit.c.number == last.c.number))
        return {row["subject_id"]: Entry(**row) for row in found}

    def newest(
        self,
        limit: int,
        agent_id: str | None = None,
        subject_id: str | None = None,
        before: int | None = None,
    ) -> list[Entry]:
        """Return the last entries, newest first: of an agent, about a subject, numbered below `before`."""
        statement = select(audit).order_by(audit.c.number.desc()).limit(limit)
        if agent_id is not None:
            statement = statement.where(audit.c.agent_id == agent_id)
        if subject_id is not None:
            statement = statement.where(audit.c.subject_id == subject_id)
        if before is not None:
            statement = statement.where(audit.c.number < before)
        return [Entry(**row) for row in self._rows(statement)]

    def all(self) -> Iterator[Entry]:
        """Yield every entry in order, a batch at a time."""
        last: int | None = None
        while True:
            statement = select(audit).order_by(audit.c.number).limit(BATCH)
            rows = self._rows(statement if last is None else statement.where(audit.c.number > last))
            yield from (Entry(**row) for row in rows)
            if len(rows) < BATCH:
                return
            last = rows[-1]["number"]

    def head(self) -> Head:
        """Return where the record ends."""
        row = self._row(_HEAD[False])
        return Head() if row is None else Head(**row)

    def holds(self, noted: str) -> bool:
        """Whether an entry has this hash."""
        return self._row(select([audit.c.number]).where(audit.c.hash == noted)) is not None

    def _locked_head(self) -> Head:
        self._insert_once(audit_head, "row", {"row": _ONLY, **facts_of(Head())})
        row = self._row(_HEAD[True])
        assert row is not None
        return Head(**row)
