"""The conversations that another desk is asked to take, and what is still to be delivered there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.sql import ColumnElement

from bot.cases.case import AGENT, WAITING
from bot.cases.elsewhere import HANDED_OVER, Delivery, Link, is_from
from bot.store.rows import Repository, Row, facts_of, only
from bot.store.tables import conversations, desk_deliveries, desk_links

_DELIVERY = tuple(Delivery.__dataclass_fields__)
_COLUMNS = [desk_deliveries.c[name] for name in _DELIVERY]
_LINK = [column.label(f"link_{column.name}") for column in desk_links.columns]
_UNDONE = desk_deliveries.c.done_at.is_(None)
_OPEN = desk_links.c.ended_at.is_(None)
_UNCLAIMED = {"claimed_by": None, "claimed_until": None}


@dataclass(frozen=True)
class ToDeliver:
    """A delivery that was handed out to be made before `until`; one that `is_uncertain` may have arrived before."""

    number: int
    delivery: Delivery
    link: Link
    failures: int
    is_uncertain: bool
    until: datetime


@dataclass(frozen=True)
class Stuck:
    """A delivery that did not arrive: `due_at` is the next try, None once it was given up; `behind` wait for it."""

    number: int
    delivery: Delivery
    link: Link
    failures: int
    failed_at: datetime
    reason_code: str
    due_at: datetime | None
    behind: int
    tracking_number: str | None


class Links(Repository):
    """The links of a unit, with their deliveries."""

    def unlinked(self, desk: str, limit: int) -> list[str]:
        """Return the conversations in which somebody waits since a moment that no link to this desk reaches."""
        reached = or_(_OPEN, desk_links.c.ended_at >= conversations.c.held_since)
        mine = (desk_links.c.conversation_id == conversations.c.id) & (desk_links.c.desk == desk)
        linked = select([desk_links.c.id]).where(mine & reached)
        waiting = (conversations.c.holder == WAITING) & conversations.c.held_since.isnot(None)
        statement = select([conversations.c.id]).where(waiting & ~linked.exists())
        rows = self._rows(statement.order_by(conversations.c.held_since).limit(limit))
        return [row["id"] for row in rows]

    def begin(self, key: str, conversation_id: str, desk: str, at: datetime, from_seq: int) -> bool:
        """Keep a new link and its first delivery; False when its key is there already."""
        values = {"key": key, "conversation_id": conversation_id, "desk": desk, "began_at": at}
        if not self._insert_once(desk_links, "key", {**values, "from_seq": from_seq, "queued_seq": from_seq}):
            return False
        link = self.get(key)
        assert link is not None
        return self.queue(link, HANDED_OVER, "", at)

    def get(self, key: str) -> Link | None:
        """Return the link of this key."""
        return self._link(desk_links.c.key == key)

    def by_reference(self, desk: str, reference: str) -> Link | None:
        """Return what a desk calls by a name of its own."""
        return self._link((desk_links.c.desk == desk) & (desk_links.c.reference == reference))

    def of_conversation(self, conversation_id: str) -> list[Link]:
        """Return every link of a conversation in order."""
        mine = desk_links.c.conversation_id == conversation_id
        return [Link(**row) for row in self._rows(select(desk_links).where(mine).order_by(desk_links.c.id))]

    def to_follow(self, desk: str) -> list[Link]:
        """Return the open links of a desk whose conversation has new lines, or that neither waits nor is held there."""
        columns = [*desk_links.columns, conversations.c.holder, conversations.c.agent_id]
        changed = or_(
            conversations.c.last_seq > desk_links.c.queued_seq,
            conversations.c.holder != WAITING,
        )
        statement = (
            select(columns)
            .select_from(desk_links.join(conversations, conversations.c.id == desk_links.c.conversation_id))
            .where(_OPEN & (desk_links.c.desk == desk) & changed)
            .add_columns(conversations.c.last_seq)
            .order_by(desk_links.c.id)
        )
        return [_link(row) for row in self._rows(statement) if _has_news(row)]

    def followed(self, link: Link, queued_seq: int) -> None:
        """Keep how far the lines of a conversation were looked at."""
        self._change_link(link, queued_seq=queued_seq)

    def known_there(self, link: Link, reference: str) -> None:
        """Keep what the other desk calls it; raises Conflict when it calls another one so."""
        self._change_link(link, reference=reference)

    def end(self, link: Link, at: datetime, by: str) -> bool:
        """Let the other desk speak no more; False when it may not already."""
        mine = (desk_links.c.id == link.id) & _OPEN
        changed = self._connection.execute(update(desk_links).where(mine).values(ended_at=at, ended_by=by))
        return bool(changed.rowcount)

    def queue(self, link: Link, kind: str, subject: str, at: datetime) -> bool:
        """Put something up for delivery; False when it is there already."""
        delivery = Delivery(":".join(filter(None, (link.key, kind, subject))), kind, subject, at)
        values = {**facts_of(delivery), "link_id": link.id, "due_at": at, "failures": 0}
        return self._insert_once(desk_deliveries, "key", values)

    def claim_due(
        self, desk: str, now: datetime, owner: str, lease: timedelta, limit: int
    ) -> list[ToDeliver]:
        """Claim at most `limit` deliveries that are due, and only the first undone one of each link.

        Until the lease ends or the try failed, nobody else is handed it. What was given up keeps those behind it
        waiting: a conversation is told in order or not at all.
        """
        due = (
            select(
                [desk_deliveries.c.id, desk_deliveries.c.failures, desk_deliveries.c.claimed_by, *_COLUMNS]
            )
            .add_columns(*_LINK)
            .select_from(desk_deliveries.join(desk_links, desk_links.c.id == desk_deliveries.c.link_id))
            .where(_UNDONE & (desk_deliveries.c.due_at <= now) & (desk_links.c.desk == desk))
            .where(or_(desk_deliveries.c.claimed_until.is_(None), desk_deliveries.c.claimed_until <= now))
            .where(~_older_undone())
            .order_by(desk_deliveries.c.due_at, desk_deliveries.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=desk_deliveries)
        )
        claimed = [
            ToDeliver(
                number=row["id"],
                delivery=Delivery(**only(_DELIVERY, row)),
                link=_prefixed(row),
                failures=row["failures"],
                is_uncertain=row["claimed_by"] is not None,
                until=now + lease,
            )
            for row in self._rows(due)
        ]
        if claimed:
            mine = desk_deliveries.c.id.in_([each.number for each in claimed])
            values = {"claimed_by": owner, "claimed_until": now + lease}
            self._connection.execute(update(desk_deliveries).where(mine).values(values))
        return claimed

    def put_back(self, claimed: ToDeliver) -> None:
        """Return a claim without a try."""
        kept = {} if claimed.is_uncertain else {"claimed_by": None}
        self._change_undone(desk_deliveries.c.id == claimed.number, claimed_until=None, **kept)

    def delivered(self, number: int, at: datetime) -> None:
        """Record that a delivery has arrived."""
        self._change_undone(desk_deliveries.c.id == number, done_at=at, **_UNCLAIMED)

    def nothing_to_tell(self, link: Link, at: datetime) -> None:
        """Take back all that is undone of a link."""
        self._change_undone(desk_deliveries.c.link_id == link.id, done_at=at, **_UNCLAIMED)

    def failed(
        self, number: int, at: datetime, retry_at: datetime | None, reason_code: str, is_uncertain: bool
    ) -> None:
        """Record that a delivery did not arrive, and when to try again; None gives up.

        `is_uncertain` tells that it may have arrived all the same.
        """
        self._change_undone(
            desk_deliveries.c.id == number,
            failed_at=at,
            due_at=retry_at,
            reason_code=reason_code,
            failures=desk_deliveries.c.failures + 1,
            **({"claimed_until": None} if is_uncertain else _UNCLAIMED),
        )

    def try_again(self, number: int, at: datetime) -> bool:
        """Let a delivery that failed be tried at once and as often as a new one; False for any other."""
        failed = (desk_deliveries.c.id == number) & desk_deliveries.c.failed_at.isnot(None)
        return self._change_undone(failed, due_at=at, failures=0)

    def stuck(self, limit: int) -> list[Stuck]:
        """Return what has failed and not arrived since, what was given up first, then by time."""
        behind = desk_deliveries.alias("behind")
        count = (
            select([func.count()])
            .where(
                and_(
                    behind.c.link_id == desk_deliveries.c.link_id,
                    behind.c.id > desk_deliveries.c.id,
                    behind.c.done_at.is_(None),
                )
            )
            .scalar_subquery()
        )
        rest = ("id", "failures", "failed_at", "reason_code", "due_at")
        statement = (
            select([*(desk_deliveries.c[name] for name in rest), *_COLUMNS, count.label("behind"), *_LINK])
            .add_columns(conversations.c.tracking_number)
            .select_from(
                desk_deliveries.join(desk_links, desk_links.c.id == desk_deliveries.c.link_id).join(
                    conversations, conversations.c.id == desk_links.c.conversation_id
                )
            )
            .where(_UNDONE & desk_deliveries.c.failed_at.isnot(None))
            .order_by(desk_deliveries.c.due_at.isnot(None), desk_deliveries.c.id)
            .limit(limit)
        )
        return [
            Stuck(
                number=row["id"],
                delivery=Delivery(**only(_DELIVERY, row)),
                link=_prefixed(row),
                **only((*rest[1:], "behind", "tracking_number"), row),
            )
            for row in self._rows(statement)
        ]

    def _link(self, which: ColumnElement) -> Link | None:
        row = self._row(select(desk_links).where(which))
        return None if row is None else Link(**row)

    def _change_link(self, link: Link, **values: object) -> None:
        self._connection.execute(update(desk_links).where(desk_links.c.id == link.id).values(values))

    def _change_undone(self, which: ColumnElement, **values: object) -> bool:
        changed = self._connection.execute(update(desk_deliveries).where(which & _UNDONE).values(values))
        return bool(changed.rowcount)


def _has_news(row: Row) -> bool:
    is_held_there = row["holder"] == AGENT and is_from(row["desk"], row["agent_id"])
    return row["last_seq"] > row["queued_seq"] or not (row["holder"] == WAITING or is_held_there)


def _link(row: Row) -> Link:
    return Link(**only(Link.__dataclass_fields__, row))


def _prefixed(row: Row) -> Link:
    return Link(**{name: row[f"link_{name}"] for name in Link.__dataclass_fields__})


def _older_undone() -> ColumnElement:
    older = desk_deliveries.alias("older")
    return (
        select([older.c.id])
        .where(
            (older.c.link_id == desk_deliveries.c.link_id)
            & (older.c.id < desk_deliveries.c.id)
            & older.c.done_at.is_(None)
        )
        .exists()
    )
