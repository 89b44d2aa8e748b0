"""Conversations with their draft complaints."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection

from bot.cases.conversation import Conversation
from bot.store.complaints import COLUMNS, COMPLAINT, complaint_from, stored_complaints
from bot.store.rows import Repository, Shape, Stored, plain_and_locking
from bot.store.tables import complaints, conversations, questions

_BOOKKEEPING = ("complaint_id", "last_seq")

CONVERSATION = Shape(
    table=conversations,
    names=tuple(column.name for column in conversations.columns if column.name not in _BOOKKEEPING),
    parts=(),
)

_READ = plain_and_locking(
    select([conversations.c.complaint_id, *(conversations.c[name] for name in CONVERSATION.names), *COLUMNS])
    .join_from(conversations, complaints)
    .where(conversations.c.id == bindparam("conversation_id")),
    conversations,
)
_LOCK = (
    select(conversations.c.id)
    .where(conversations.c.id == bindparam("conversation_id"))
    .with_for_update(key_share=True)
)
_COUNT = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation_id"))
    .values(last_seq=conversations.c.last_seq + 1)
)
_LAST_SEQ = select(conversations.c.last_seq).where(conversations.c.id == bindparam("conversation_id"))


@dataclass
class _Loaded:
    conversation: Conversation
    complaint_id: int
    row: Stored
    complaint: Stored


class Conversations(Repository):
    """The conversations of a unit; each is loaded once and the same object comes back when asked again."""

    def __init__(self, connection: Connection, writable: bool) -> None:
        super().__init__(connection, writable)
        self._loaded: dict[str, _Loaded] = {}

    def add(self, conversation: Conversation) -> None:
        """Keep a new conversation with its complaint; raises Conflict when its id is taken."""
        complaint = COMPLAINT.of(conversation.complaint)
        complaint_id = COMPLAINT.insert(self._connection, complaint)
        row = CONVERSATION.of(conversation)
        CONVERSATION.insert(self._connection, row, complaint_id=complaint_id, last_seq=0)
        self._comes_to(conversation)
        self._loaded[conversation.id] = _Loaded(conversation, complaint_id, row, complaint)

    def any(self) -> bool:
        """Whether anybody has ever opened a conversation."""
        return bool(self._rows(select([conversations.c.id]).limit(1)))

    def get(self, conversation_id: str) -> Conversation | None:
        """Return the conversation; in a unit that writes, nobody else can change it until the unit ends."""
        if conversation_id not in self._loaded:
            loaded = self._load(conversation_id)
            if loaded is None:
                return None
            self._loaded[conversation_id] = loaded
        return self._loaded[conversation_id].conversation

    def save(self, conversation: Conversation) -> None:
        """Write back what changed; raises LookupError unless this unit loaded or added the conversation.

        Saving what an earlier unit loaded could silently undo what somebody else did in between.
        """
        loaded = self._loaded.get(conversation.id)
        if loaded is None:
            raise LookupError("a conversation is saved in the unit that loaded it")
        row, complaint = CONVERSATION.of(conversation), COMPLAINT.of(conversation.complaint)
        CONVERSATION.update(self._connection, conversation.id, loaded.row, row)
        COMPLAINT.update(self._connection, loaded.complaint_id, loaded.complaint, complaint)
        if row.values["expects"] != loaded.row.values["expects"]:
            self._comes_to(conversation)
        self._loaded[conversation.id] = _Loaded(conversation, loaded.complaint_id, row, complaint)

    def _comes_to(self, conversation: Conversation) -> None:
        if conversation.expects is not None:
            here = {"conversation_id": conversation.id, "question": conversation.expects}
            self._connection.execute(self._insert(questions).values(here).on_conflict_do_nothing())

    def _load(self, conversation_id: str) -> _Loaded | None:
        key = {"conversation_id": conversation_id}
        found = self._connection.execute(_READ[self._writable], key).first()
        if found is None:
            return None
        complaint_id, *values = found
        own = dict(zip(CONVERSATION.names, values, strict=False))
        drafted = values[len(own) :]
        complaint = stored_complaints(self._connection, [(complaint_id, drafted)])[complaint_id]
        conversation = Conversation(**own, complaint=complaint_from(complaint))
        return _Loaded(conversation, complaint_id, Stored(own), complaint)


def hold(connection: Connection, conversation_id: str) -> None:
    """Wait until nobody else works on the conversation and keep it; raises LookupError when there is none."""
    if connection.execute(_LOCK, {"conversation_id": conversation_id}).first() is None:
        raise LookupError("no such conversation")


def next_seq(connection: Connection, conversation_id: str) -> int:
    """Count the transcript up by one and return the number; raises LookupError for no such conversation."""
    # The update itself is the lock: whoever comes second waits, then counts on.
    if connection.execute(_COUNT, {"conversation_id": conversation_id}).rowcount == 0:
        raise LookupError("no such conversation")
    return last_seq(connection, conversation_id)


def last_seq(connection: Connection, conversation_id: str) -> int:
    """Return the number of the latest message, 0 before the first."""
    return connection.execute(_LAST_SEQ, {"conversation_id": conversation_id}).scalar() or 0
