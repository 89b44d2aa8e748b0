"""The transcript: every message of a conversation, numbered from 1 without a gap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile

from sqlalchemy import bindparam, insert, select

from bot.cases.conversation import Choice, Message
from bot.store.columns import storable
from bot.store.conversations import last_seq, next_seq
from bot.store.rows import Repository, Row, facts_of
from bot.store.tables import messages

_COLUMNS = (messages.c.seq, messages.c.sender, messages.c.text, messages.c.at, messages.c.choices)
_IN_CONVERSATION = messages.c.conversation_id == bindparam("conversation_id")

_ADD = insert(messages)
_AFTER = (
    select(_COLUMNS).where(_IN_CONVERSATION & (messages.c.seq > bindparam("after"))).order_by(messages.c.seq)
)
_SAID_AFTER = (
    select([*_COLUMNS, messages.c.reply])
    .where(_IN_CONVERSATION & (messages.c.seq > bindparam("after")) & (messages.c.sender != "customer"))
    .order_by(messages.c.seq)
)
_ANSWERING = select(_COLUMNS).where(messages.c.answers == bindparam("inbound_id")).order_by(messages.c.seq)
_SAID_LAST = (
    select([*_COLUMNS, messages.c.answers])
    .where(_IN_CONVERSATION & (messages.c.sender == "assistant"))
    .order_by(messages.c.seq.desc())
    .limit(50)
)


class Messages(Repository):
    """The transcripts of a unit."""

    def add(
        self,
        conversation_id: str,
        sender: str,
        text: str,
        at: datetime,
        choices: Sequence[Choice] = (),
        reply: str | None = None,
        answers: str | None = None,
    ) -> Message:
        """Add a message and return it with its number; `reply` is its reply key, `answers` an inbound id.

        Raises LookupError when there is no such conversation.
        """
        seq = next_seq(self._connection, conversation_id)
        message = Message(seq, sender, storable(text), at, tuple(choices))
        self._connection.execute(
            _ADD,
            {**facts_of(message), "conversation_id": conversation_id, "reply": reply, "answers": answers},
        )
        return message

    def after(self, conversation_id: str, seq: int) -> list[Message]:
        """Return the messages numbered above `seq`, in order."""
        found = self._rows(_AFTER, {"conversation_id": conversation_id, "after": seq})
        return [Message(**row) for row in found]

    def answering(self, inbound_id: str) -> list[Message]:
        """Return what was said in answer to one message of the customer, in order."""
        return [Message(**row) for row in self._rows(_ANSWERING, {"inbound_id": inbound_id})]

    def said_after(self, conversation_id: str, seq: int) -> list[tuple[str | None, Message]]:
        """Return what was said to the customer above `seq`, in order, each with its reply key."""
        found = self._rows(_SAID_AFTER, {"conversation_id": conversation_id, "after": seq})
        return [(row["reply"], _message(row)) for row in found]

    def last_replies(self, conversation_id: str) -> list[Message]:
        """Return what the assistant said in its latest turn, in order; the greeting is a turn too."""
        # By what they answer, not by place: the customer's next message may already stand in between.
        said = self._rows(_SAID_LAST, {"conversation_id": conversation_id})
        latest = list(takewhile(lambda row: row["answers"] == said[0]["answers"], said))
        return [_message(row) for row in reversed(latest)]

    def latest_seq(self, conversation_id: str) -> int:
        """Return the number of the latest message, 0 before the first."""
        return last_seq(self._connection, conversation_id)


def _message(row: Row) -> Message:
    return Message(row["seq"], row["sender"], row["text"], row["at"], row["choices"])
