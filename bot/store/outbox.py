"""The outbox: everything we send, each notice once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from bot.cases.conversation import Notice
from bot.store.rows import Repository, facts_of, only
from bot.store.tables import outbox

_FIELDS = ("key", "kind", "to", "language", "text", "at", "tracking_number")
_COLUMNS = [outbox.c[name] for name in _FIELDS]
_UNCLAIMED = {"claimed_by": None, "claimed_until": None}


class Outbox(Repository):
    """The notices of a unit."""

    def add(self, notice: Notice) -> bool:
        """Put a notice up for sending from its own time on; False when its key is there already."""
        return self._insert_once(outbox, "key", {**facts_of(notice), "due_at": notice.at, "failures": 0})

    def claim_due(self, now: datetime, owner: str, lease: timedelta, limit: int) -> list[tuple[int, Notice]]:
        """Claim at most `limit` notices that are due, the oldest first.

        Until the lease ends or the notice failed, nobody else is handed it.
        """
        due = (
            select([outbox.c.id, *_COLUMNS])
            .where(outbox.c.sent_at.is_(None) & (outbox.c.due_at <= now))
            .where(or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until <= now))
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claimed = [(row["id"], Notice(**only(_FIELDS, row))) for row in self._rows(due)]
        if claimed:
            self._connection.execute(
                update(outbox)
                .where(outbox.c.id.in_([number for number, _ in claimed]))
                .values(claimed_by=owner, claimed_until=now + lease)
            )
        return claimed

    def sent(self, notice_id: int, at: datetime) -> None:
        """Record that the notice went out; the first time stands."""
        self._connection.execute(
            update(outbox)
            .where((outbox.c.id == notice_id) & outbox.c.sent_at.is_(None))
            .values(sent_at=at, **_UNCLAIMED)
        )

    def failed(self, notice_id: int, at: datetime, retry_at: datetime | None, reason_code: str) -> None:
        """Record that the notice did not go out, and when to try again; None gives up."""
        self._connection.execute(
            update(outbox)
            .where((outbox.c.id == notice_id) & outbox.c.sent_at.is_(None))
            .values(
                failed_at=at,
                due_at=retry_at,
                reason_code=reason_code,
                failures=outbox.c.failures + 1,
                **_UNCLAIMED,
            )
        )

    def of_case(self, tracking_number: str) -> list[tuple[Notice, datetime | None]]:
        """Return the notices of a case in the order they were written, each with the time it went out."""
        rows = self._rows(
            select([*_COLUMNS, outbox.c.sent_at])
            .where(outbox.c.tracking_number == tracking_number)
            .order_by(outbox.c.id)
        )
        return [(Notice(**only(_FIELDS, row)), row["sent_at"]) for row in rows]
