"""One-time codes, proven identities and the tries that led there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from bot.cases.conversation import Code, Proof
from bot.store.rows import Repository, facts_of, plain_and_locking
from bot.store.tables import attempts, codes, proofs

_CODE = [column for column in codes.columns if column.name != "row"]
_PROOF = [column for column in proofs.columns if column.name != "row"]
_LATEST_CODE = plain_and_locking(
    select(_CODE)
    .where(codes.c.conversation_id == bindparam("conversation_id"))
    .order_by(codes.c.row.desc())
    .limit(1),
    codes,
)


class Codes(Repository):
    """The one-time codes of a unit."""

    def add(self, code: Code) -> None:
        """Keep a code that was sent."""
        self._connection.execute(insert(codes).values(facts_of(code)))

    def latest(self, conversation_id: str) -> Code | None:
        """Return the code sent last; in a unit that writes, no other try is counted until the unit ends."""
        row = self._row(_LATEST_CODE[self._writable], {"conversation_id": conversation_id})
        return None if row is None else Code(**row)

    def save(self, code: Code) -> None:
        """Write back the code's tries and use."""
        self._connection.execute(
            update(codes).where(codes.c.id == code.id).values(tries=code.tries, used_at=code.used_at)
        )

    def sent_since(self, account_number: str, since: datetime) -> int:
        """Count the codes sent for an account from this moment on, in every conversation."""
        statement = select(func.count()).where(
            (codes.c.account_number == account_number) & (codes.c.sent_at >= since)
        )
        return self._connection.execute(statement).scalar_one()


class Proofs(Repository):
    """The proven identities of a unit."""

    def add(self, proof: Proof) -> None:
        """Keep a proof; it replaces the conversation's earlier one."""
        self._connection.execute(insert(proofs).values(facts_of(proof)))

    def of(self, conversation_id: str) -> Proof | None:
        """Return the conversation's latest proof, whatever its age."""
        row = self._row(
            select(_PROOF)
            .where(proofs.c.conversation_id == conversation_id)
            .order_by(proofs.c.row.desc())
            .limit(1)
        )
        return None if row is None else Proof(**row)

    def forget(self, conversation_id: str) -> None:
        """Let what was proved in the conversation so far count no more."""
        self._connection.execute(delete(proofs).where(proofs.c.conversation_id == conversation_id))


class Attempts(Repository):
    """Tries that are counted to slow guessing down."""

    def add(self, key: str, at: datetime) -> None:
        """Count a try under a key: a keyed hash or an account number."""
        self._connection.execute(insert(attempts).values(key=key, at=at))

    def forget(self, key: str) -> None:
        """Let the tries of a key count no more."""
        self._connection.execute(delete(attempts).where(attempts.c.key == key))

    def since(self, key: str, since: datetime) -> int:
        """Return how many tries this key has seen from this moment on."""
        statement = select(func.count()).where((attempts.c.key == key) & (attempts.c.at >= since))
        return self._connection.execute(statement).scalar_one()
