"""Customers' messages as they came in: kept once, answered once, and in their order."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import bindparam, func, insert, or_, select, update

from bot.cases.conversation import Inbound
from bot.store.columns import storable
from bot.store.conversations import hold
from bot.store.messages import Messages
from bot.store.rows import Repository, facts_of, only
from bot.store.tables import inbound

_FIELDS = ("id", "conversation_id", "client_id", "text", "seq", "received_at", "answered_at")
_COLUMNS = [inbound.c[name] for name in _FIELDS]
_UNCLAIMED = {"claimed_by": None, "claimed_until": None}

_IN_CONVERSATION = inbound.c.conversation_id == bindparam("conversation_id")
_UNANSWERED = inbound.c.answered_at.is_(None)
_last_claim = func.max(inbound.c.claimed_until)

_RECEIVE = insert(inbound)
_BY_ID = select(_COLUMNS).where(inbound.c.id == bindparam("id"))
_BY_CLIENT_ID = select(_COLUMNS).where(_IN_CONVERSATION & (inbound.c.client_id == bindparam("client_id")))
_WAITING = (
    select([*_COLUMNS, inbound.c.claimed_until]).where(_IN_CONVERSATION & _UNANSWERED).order_by(inbound.c.seq)
)
# An answered message is never claimed or answered again, so its first answer's time stands.
_CHANGE = update(inbound).where((inbound.c.id == bindparam("_id")) & _UNANSWERED)
_CONVERSATIONS = (
    select(inbound.c.conversation_id)
    .where(_UNANSWERED)
    .group_by(inbound.c.conversation_id)
    .having(or_(_last_claim.is_(None), _last_claim <= bindparam("now")))
    .order_by(func.min(inbound.c.received_at))
)


class InboundMessages(Repository):
    """The queue of a unit, one line for each conversation."""

    def receive(self, conversation_id: str, client_id: str, text: str, at: datetime) -> tuple[Inbound, bool]:
        """Keep a customer's message, also in the transcript; tell whether it is new.

        The same client id again returns the first, whatever the text. Raises LookupError when there is no
        such conversation.
        """
        hold(self._connection, conversation_id)
        known = self._row(_BY_CLIENT_ID, {"conversation_id": conversation_id, "client_id": client_id})
        if known is not None:
            return Inbound(**known), False
        message = Messages(self._connection, self._writable).add(conversation_id, "customer", text, at)
        received = Inbound(
            id=uuid4().hex,
            conversation_id=conversation_id,
            client_id=storable(client_id),
            text=message.text,
            seq=message.seq,
            received_at=at,
        )
        self._connection.execute(_RECEIVE, facts_of(received))
        return received, True

    def get(self, inbound_id: str) -> Inbound | None:
        """Return the message with this id."""
        row = self._row(_BY_ID, {"id": inbound_id})
        return None if row is None else Inbound(**row)

    def has(self, conversation_id: str, client_id: str) -> bool:
        """Tell whether a message with this client id came in before."""
        key = {"conversation_id": conversation_id, "client_id": storable(client_id)}
        return self._row(_BY_CLIENT_ID, key) is not None

    def claim_next(self, conversation_id: str, owner: str, now: datetime, lease: timedelta) -> Inbound | None:
        """Claim the oldest unanswered message until the lease ends; None when none waits or a claim is live.

        Any live claim counts, the owner's own too: turns of one conversation run one at a time. Raises
        LookupError when there is no such conversation.
        """
        hold(self._connection, conversation_id)
        waiting = self._rows(_WAITING, {"conversation_id": conversation_id})
        if not waiting or any(row["claimed_until"] and row["claimed_until"] > now for row in waiting):
            return None
        oldest = Inbound(**only(_FIELDS, waiting[0]))
        self._connection.execute(
            _CHANGE, {"_id": oldest.id, "claimed_by": owner, "claimed_until": now + lease}
        )
        return oldest

    def answered(self, inbound_id: str, at: datetime) -> None:
        """Take the message off the queue; the first answer's time stands."""
        self._connection.execute(_CHANGE, {"_id": inbound_id, "answered_at": at, **_UNCLAIMED})

    def release(self, inbound_id: str) -> None:
        """Drop the claim, so that the message may be claimed again at once."""
        self._connection.execute(_CHANGE, {"_id": inbound_id, **_UNCLAIMED})

    def conversations_waiting(self, now: datetime) -> list[str]:
        """Return the conversations where a message waits and nobody is at work, the longest wait first."""
        return list(self._connection.execute(_CONVERSATIONS, {"now": now}).scalars())
