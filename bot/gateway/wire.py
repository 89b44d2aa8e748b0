"""How messages, states, times and sums look in the JSON of the public interface."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.cases.conversation import Conversation, Message
from bot.cases.intake import ASKED_AS
from bot.store import Store, Unit

Json = dict[str, Any]


@dataclass(frozen=True)
class Exchange:
    """Messages of a conversation and its state, read at one moment."""

    messages: list[Message]
    state: Json

    def json(self) -> Json:
        """Return the body of an answer."""
        return {"messages": messages_json(self.messages), "state": self.state}


def moment(at: datetime | None) -> str | None:
    """Write a moment in ISO 8601, UTC."""
    return (
        None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def money(cents: int) -> float:
    """Write cents as a decimal number."""
    return round(cents / 100, 2)


def message_json(message: Message) -> Json:
    """Return a line of the transcript."""
    return {
        "seq": message.seq,
        "from": message.sender,
        "text": message.text,
        "choices": [{"label": choice.label, "value": choice.value} for choice in message.choices],
        "at": moment(message.at),
    }


def messages_json(messages: Iterable[Message]) -> list[Json]:
    """Return lines of the transcript in their order."""
    return [message_json(message) for message in messages]


def read_state(unit: Unit, conversation: Conversation) -> Json:
    """Return the state of a conversation, with the status of its case if it has one."""
    # a further complaint has no number yet, while the one before it keeps its own in sight
    number = conversation.subject
    case = unit.cases.standing(number)
    return {
        "language": conversation.language,
        "expects": ASKED_AS.get(conversation.expects or "", conversation.expects),
        "holder": conversation.holder,
        "case": number,
        "status": case.status if case else None,
    }


def messages_since(store: Store, conversation_id: str, seen: int) -> Exchange:
    """Return the messages numbered above `seen`; raises LookupError when there is no such conversation."""
    with store.view() as unit:
        conversation = unit.conversations.get(conversation_id)
        if conversation is None:
            raise LookupError("no such conversation")
        return Exchange(unit.messages.after(conversation_id, seen), read_state(unit, conversation))
