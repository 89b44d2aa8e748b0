"""What customers sent as evidence: recorded when it comes in, fetched as soon as it can be."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from bot.cases.texting import WAITING, Evidence
from bot.store.rows import Repository, facts_of
from bot.store.tables import cases, conversations, evidence


class EvidenceKept(Repository):
    """The evidence of a unit."""

    def add(self, piece: Evidence) -> bool:
        """Record a piece of evidence; False when it was recorded before."""
        return self._insert_once(evidence, "source", facts_of(piece))

    def save(self, piece: Evidence) -> None:
        """Write back a piece of evidence."""
        self._connection.execute(update(evidence).where(evidence.c.id == piece.id).values(facts_of(piece)))

    def of_conversation(self, conversation_id: str) -> list[Evidence]:
        """Return what was sent in a conversation, the oldest first."""
        statement = select(evidence).where(evidence.c.conversation_id == conversation_id)
        return [
            Evidence(**row) for row in self._rows(statement.order_by(evidence.c.received_at, evidence.c.id))
        ]

    def of_case(self, tracking_number: str) -> list[Evidence]:
        """Return what was sent in the conversations about a case and about those that lead to it, the oldest first."""
        its = or_(cases.c.tracking_number == tracking_number, cases.c.merged_into == tracking_number)
        opened_in = select([cases.c.conversation_id]).where(its)
        numbers = select([cases.c.tracking_number]).where(its)
        about_it = select([conversations.c.id]).where(conversations.c.tracking_number.in_(numbers))
        statement = select(evidence).where(
            or_(evidence.c.conversation_id.in_(opened_in), evidence.c.conversation_id.in_(about_it))
        )
        return [
            Evidence(**row) for row in self._rows(statement.order_by(evidence.c.received_at, evidence.c.id))
        ]

    def claim_waiting(self, now: datetime, lease: timedelta, limit: int) -> list[Evidence]:
        """Claim what is still to be fetched; until the lease ends nobody else is handed it."""
        statement = (
            select(evidence)
            .where((evidence.c.state == WAITING) & or_(evidence.c.due_at.is_(None), evidence.c.due_at <= now))
            .order_by(evidence.c.received_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claimed = [Evidence(**row) for row in self._rows(statement)]
        if claimed:
            ids = [piece.id for piece in claimed]
            self._connection.execute(
                update(evidence).where(evidence.c.id.in_(ids)).values(due_at=now + lease)
            )
        return claimed
