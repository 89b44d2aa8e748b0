"""Instructions to the provider's systems: decided once for each key, then carried out until they are done or refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update

from bot.cases.records import Instruction
from bot.store.rows import Repository, facts_of, only
from bot.store.tables import accounts, instructions

_FIELDS = tuple(Instruction.__dataclass_fields__)
_NOTIFY = ("notify_kind", "notify_to", "language")
_REST = ("reference", "done_at", "refused_at", "refusal", "failures")
_COLUMNS = [instructions.c[name] for name in (*_FIELDS, *_NOTIFY, *_REST)]
_OVER = {"due_at": None, "claimed_by": None, "claimed_until": None}


@dataclass(frozen=True)
class Decided:
    """An instruction that was decided on, whom to tell of it later, and what has become of it.

    `reference` is the provider's once it is done; `refusal` the code of a refusal.
    """

    instruction: Instruction
    language: str
    notify_kind: str | None = None
    notify_to: str | None = None
    reference: str | None = None
    done_at: datetime | None = None
    refused_at: datetime | None = None
    refusal: str | None = None
    failures: int = 0

    @property
    def waits(self) -> bool:
        """Whether the provider's systems have neither done nor refused it yet."""
        return self.done_at is None and self.refused_at is None


class Instructions(Repository):
    """The instructions of a unit."""

    def hold_account(self, account_number: str) -> None:
        """Wait for everybody else who decides about this account, and keep them waiting until the unit ends."""
        self._insert_once(accounts, "account_number", {"account_number": account_number})
        mine = select(accounts).where(accounts.c.account_number == account_number)
        self._row(mine.with_for_update())

    def decide(self, decided: Decided, due_at: datetime) -> bool:
        """Keep an instruction, to be carried out by the clock from `due_at` on; False when its key is there already."""
        values = {**facts_of(decided.instruction), **{name: getattr(decided, name) for name in _NOTIFY}}
        return self._insert_once(instructions, "key", {**values, "due_at": due_at, "failures": 0})

    def get(self, key: str) -> Decided | None:
        """Return the instruction of this key."""
        row = self._row(select(_COLUMNS).where(instructions.c.key == key))
        return None if row is None else _decided(row)

    def done(self, key: str, reference: str, at: datetime) -> bool:
        """Record that it was carried out; False when that was known, or when it had been refused."""
        return self._end(key, reference=reference, done_at=at)

    def refused(self, key: str, code: str, at: datetime) -> bool:
        """Record that the provider's systems will not do it; False when it had ended before."""
        return self._end(key, refusal=code, refused_at=at)

    def put_off(self, key: str, due_at: datetime) -> None:
        """Record a failure, and when to try again."""
        self._connection.execute(
            update(instructions)
            .where((instructions.c.key == key) & instructions.c.due_at.isnot(None))
            .values(due_at=due_at, failures=instructions.c.failures + 1, claimed_by=None, claimed_until=None)
        )

    def claim_due(self, now: datetime, owner: str, lease: timedelta, limit: int) -> list[Decided]:
        """Claim at most `limit` instructions that are due; until the lease ends nobody else is handed them."""
        due = (
            select(_COLUMNS)
            .where(instructions.c.due_at <= now)
            .where(or_(instructions.c.claimed_until.is_(None), instructions.c.claimed_until <= now))
            .order_by(instructions.c.due_at, instructions.c.row)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claimed = [_decided(row) for row in self._rows(due)]
        if claimed:
            keys = [each.instruction.key for each in claimed]
            self._connection.execute(
                update(instructions)
                .where(instructions.c.key.in_(keys))
                .values(claimed_by=owner, claimed_until=now + lease)
            )
        return claimed

    def of_account(self, account_number: str) -> list[Decided]:
        """Return everything that was decided for an account, in order."""
        mine = instructions.c.account_number == account_number
        statement = select(_COLUMNS).where(mine).order_by(instructions.c.row)
        return [_decided(row) for row in self._rows(statement)]

    def of_case(self, tracking_number: str) -> list[Decided]:
        """Return everything that was decided on a case, in order."""
        mine = instructions.c.tracking_number == tracking_number
        statement = select(_COLUMNS).where(mine).order_by(instructions.c.row)
        return [_decided(row) for row in self._rows(statement)]

    def goodwill_since(self, account_number: str, since: datetime) -> int:
        """Return the goodwill decided for an account from this moment on, in cents; what was refused does not count."""
        counted = (
            (instructions.c.account_number == account_number)
            & instructions.c.goodwill
            & (instructions.c.at >= since)
            & instructions.c.refused_at.is_(None)
        )
        return int(
            self._connection.execute(
                select(func.coalesce(func.sum(instructions.c.cents), 0)).where(counted)
            ).scalar_one()
        )

    def _end(self, key: str, **values: object) -> bool:
        open_still = instructions.c.done_at.is_(None) & instructions.c.refused_at.is_(None)
        ended = self._connection.execute(
            update(instructions).where((instructions.c.key == key) & open_still).values(**values, **_OVER)
        )
        return ended.rowcount > 0


def _decided(row: dict[str, object]) -> Decided:
    rest = only((*_NOTIFY, *_REST), row)
    return Decided(instruction=Instruction(**only(_FIELDS, row)), **rest)
