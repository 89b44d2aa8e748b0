"""The outbox: everything we send, each notice once, those to one address in the order they were written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, true, update
from sqlalchemy.sql import ColumnElement

from bot.cases.conversation import DELIVERED, SENT, UNDELIVERED, Notice
from bot.store.rows import Repository, Row, facts_of, only
from bot.store.tables import cases, outbox

_FIELDS = ("key", "kind", "to", "language", "text", "at", "tracking_number", "unasked")
_COLUMNS = [outbox.c[name] for name in _FIELDS]
_UNCLAIMED = {"claimed_by": None, "claimed_until": None}
_UNSENT = outbox.c.sent_at.is_(None)


@dataclass(frozen=True)
class Claimed:
    """A notice that was handed out to be sent before `until`.

    `failures` counts the tries so far; one that `is_uncertain` was tried before and nobody knows how that ended.
    """

    number: int
    notice: Notice
    failures: int
    is_uncertain: bool
    until: datetime


class Outbox(Repository):
    """The notices of a unit."""

    def add(self, notice: Notice) -> bool:
        """Put a notice up for sending from its own time on; False when its key is there already."""
        return self._insert_once(outbox, "key", {**facts_of(notice), "due_at": notice.at, "failures": 0})

    def claim_due(
        self, now: datetime, owner: str, lease: timedelta, limit: int, kinds: Collection[str] | None = None
    ) -> list[Claimed]:
        """Claim at most `limit` notices that are due, the oldest first, and only the first of those to one address.

        Until the lease ends or the notice failed, nobody else is handed it. `kinds` are those wanted, None for all.
        """
        wanted = true() if kinds is None else outbox.c.kind.in_(list(kinds))
        due = (
            select([outbox.c.id, outbox.c.failures, outbox.c.claimed_by, *_COLUMNS])
            .where(wanted & _UNSENT & (outbox.c.due_at <= now))
            .where(or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until <= now))
            .where(~_held_back(now))
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=outbox)
        )
        claimed = [
            Claimed(
                number=row["id"],
                notice=Notice(**only(_FIELDS, row)),
                failures=row["failures"],
                is_uncertain=row["claimed_by"] is not None,
                until=now + lease,
            )
            for row in self._rows(due)
        ]
        if claimed:
            self._connection.execute(
                update(outbox)
                .where(outbox.c.id.in_([each.number for each in claimed]))
                .values(claimed_by=owner, claimed_until=now + lease)
            )
        return claimed

    def sent(self, notice_id: int, at: datetime, carrier_id: str | None = None) -> None:
        """Record that the notice went out; the first time stands."""
        self._connection.execute(
            update(outbox)
            .where((outbox.c.id == notice_id) & _UNSENT)
            .values(sent_at=at, carrier_id=carrier_id, **_UNCLAIMED)
        )

    def put_back(self, claimed: Claimed, due_at: datetime | None = None) -> None:
        """Return a claim without a try; the notice is due as it was, or at `due_at`."""
        kept = {} if claimed.is_uncertain else {"claimed_by": None}
        # what is put off keeps nothing else waiting, so it begins anew
        moved = {"due_at": due_at, "failures": 0} if due_at else {}
        self._connection.execute(
            update(outbox)
            .where((outbox.c.id == claimed.number) & _UNSENT)
            .values(claimed_until=None, **kept, **moved)
        )

    def failed(
        self,
        notice_id: int,
        at: datetime,
        retry_at: datetime | None,
        reason_code: str,
        is_uncertain: bool = False,
    ) -> bool:
        """Record that the notice did not go out, and when to try again; None gives up. False when it was sent.

        `is_uncertain` tells that it may have gone out all the same.
        """
        unclaimed = {"claimed_until": None} if is_uncertain else _UNCLAIMED
        changed = self._connection.execute(
            update(outbox)
            .where((outbox.c.id == notice_id) & _UNSENT)
            .values(
                failed_at=at,
                due_at=retry_at,
                reason_code=reason_code,
                failures=outbox.c.failures + 1,
                **unclaimed,
            )
        )
        return bool(changed.rowcount)

    def told(
        self, carrier_id: str, delivery: str, at: datetime, reason_code: str | None = None
    ) -> tuple[Notice, bool] | None:
        """Keep what the carrier told of a notice; None when we sent no such thing.

        Returns the notice and whether this was news: once it was delivered, or not, that stands.
        """
        own = outbox.c.carrier_id == carrier_id
        row = self._row(select(_COLUMNS).where(own))
        if row is None:
            return None
        news = outbox.c.delivery.is_(None)
        if delivery != SENT:
            news = or_(news, outbox.c.delivery == SENT)
        values: dict[str, object] = {"delivery": delivery}
        if delivery == DELIVERED:
            values |= {"delivered_at": at}
        elif delivery == UNDELIVERED:
            values |= {"failed_at": at, "reason_code": reason_code}
        changed = self._connection.execute(update(outbox).where(own & news).values(values))
        return Notice(**only(_FIELDS, row)), bool(changed.rowcount)

    def known_to_us(self, carrier_ids: Collection[str]) -> set[str]:
        """Return which of these ids of the carrier's belong to notices already."""
        rows = self._rows(select([outbox.c.carrier_id]).where(outbox.c.carrier_id.in_(list(carrier_ids))))
        return {row["carrier_id"] for row in rows}

    def waiting(self, kind: str | None = None, to: str | None = None) -> list[tuple[int, Notice]]:
        """Return what is still to be sent, in the order it was written, with the number of each."""
        statement = select([outbox.c.id, *_COLUMNS]).where(_UNSENT & outbox.c.due_at.isnot(None))
        if kind is not None:
            statement = statement.where(outbox.c.kind == kind)
        if to is not None:
            statement = statement.where(outbox.c.to == to)
        return [
            (row["id"], Notice(**only(_FIELDS, row))) for row in self._rows(statement.order_by(outbox.c.id))
        ]

    def known(self, keys: Collection[str]) -> set[str]:
        """Return which of these keys belong to notices already."""
        return {row["key"] for row in self._rows(select([outbox.c.key]).where(outbox.c.key.in_(list(keys))))}

    def latest_to(self, to: str) -> Notice | None:
        """Return what was written to an address last."""
        latest = select(_COLUMNS).where(outbox.c.to == to).order_by(outbox.c.id.desc()).limit(1)
        row = self._row(latest)
        return None if row is None else Notice(**row)

    def of_case(self, tracking_number: str) -> list[tuple[Notice, datetime | None]]:
        """Return the notices of a case and of those that lead to it, as written, each with the time it went out."""
        merged = select([cases.c.tracking_number]).where(cases.c.merged_into == tracking_number)
        own = outbox.c.tracking_number == tracking_number
        rows = self._rows(
            select([*_COLUMNS, outbox.c.sent_at])
            .where(or_(own, outbox.c.tracking_number.in_(merged)))
            .order_by(outbox.c.id)
        )
        return [(Notice(**only(_FIELDS, row)), row["sent_at"]) for row in rows]

    def fates_of_case(self, tracking_number: str) -> dict[str, str | None]:
        """Return what became of each notice of a case by its key: what the carrier told last, or that it went out."""
        own = select([outbox.c.key, outbox.c.sent_at, outbox.c.delivery, outbox.c.due_at]).where(
            outbox.c.tracking_number == tracking_number
        )
        return {row["key"]: _fate(row) for row in self._rows(own)}


def _fate(row: Row) -> str | None:
    if row["sent_at"] is None:
        return None if row["due_at"] else UNDELIVERED
    return row["delivery"] or SENT


def _held_back(now: datetime) -> ColumnElement:
    """An older notice to the same address goes first, unless it was given up or waits for a time of its own."""
    older = outbox.alias("older")
    return (
        select([older.c.id])
        .where(
            and_(
                older.c.to == outbox.c.to,
                older.c.kind == outbox.c.kind,
                older.c.id < outbox.c.id,
                older.c.sent_at.is_(None),
                older.c.due_at.isnot(None),
                or_(older.c.due_at <= now, older.c.failures > 0),
            )
        )
        .exists()
    )
