"""Whoever texts us, and the record of who wants to be texted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from bot.cases.texting import Consent, Texter
from bot.store.rows import Repository, facts_of, plain_and_locking
from bot.store.tables import consents, texters

_READ = plain_and_locking(select(texters), texters)


class Texters(Repository):
    """The texters of a unit."""

    def get(self, phone: str) -> Texter:
        """Return who texts from this number; in a unit that writes, nobody else can change it until the unit ends."""
        if self._writable:
            self._insert_once(texters, "phone", facts_of(Texter(phone)))
        row = self._row(_READ[self._writable].where(texters.c.phone == phone))
        return Texter(phone) if row is None else Texter(**row)

    def save(self, texter: Texter) -> None:
        """Write back a texter."""
        self._connection.execute(
            update(texters).where(texters.c.phone == texter.phone).values(facts_of(texter))
        )

    def of_conversation(self, conversation_id: str) -> Texter | None:
        """Return whose texts belong to a conversation, None when it is held by other means."""
        statement = select(texters).where(texters.c.conversation_id == conversation_id)
        row = self._row(statement.order_by(texters.c.last_at.desc()).limit(1))
        return None if row is None else Texter(**row)

    def conversation_of(self, phone: str) -> str | None:
        """Return what a number's texts belong to, without waiting for whoever is changing that."""
        row = self._row(select([texters.c.conversation_id]).where(texters.c.phone == phone))
        return row["conversation_id"] if row else None

    def wants_no_texts(self, phone: str) -> bool:
        """Say whether whoever has this number asked for texts to end."""
        return self.opted_out_at(phone) is not None

    def opted_out_at(self, phone: str) -> datetime | None:
        """Return since when this number wants no texts."""
        row = self._row(select([texters.c.opted_out_at]).where(texters.c.phone == phone))
        return row["opted_out_at"] if row else None


class Consents(Repository):
    """The wishes about being texted, of a unit."""

    def add(self, consent: Consent) -> bool:
        """Record a wish; False when this very message was recorded before."""
        return self._insert_once(consents, "message_sid", facts_of(consent))
