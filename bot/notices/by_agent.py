"""What an agent says in a conversation by text goes out as a text of its own, whole and at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cases.conversation import Conversation, Message, Notice
from bot.notices.moving import ANSWERS
from bot.notices.segments import plainly
from bot.store import Unit

SMS = "sms"

MOST_WORDS_OF_AN_AGENT = 1_000
"""So long a text leaves room for what is said in front of it, and for what the carrier counts."""


def can_be_texted(unit: Unit, conversation: Conversation) -> bool:
    """Whether the customer of a conversation by text still wants our texts at the number that it belongs to."""
    texter = unit.texters.of_conversation(conversation.id)
    return texter is not None and texter.opted_out_at is None


def text(unit: Unit, conversation: Conversation, said: Sequence[Message], now: datetime) -> None:
    """Text what of these messages was not texted yet, where the conversation goes by text and texts are wanted."""
    texter = unit.texters.of_conversation(conversation.id) if conversation.channel == SMS else None
    news = _not_texted(unit, conversation, said)
    if texter is None or texter.opted_out_at or not news:
        return
    lines = [message.text for message in news]
    lines += [f"{number} {choice.label}" for number, choice in enumerate(news[-1].choices, start=1)]
    unit.outbox.add(
        Notice(
            key=_key(conversation, news[-1]),
            kind=SMS,
            to=texter.phone,
            language=conversation.language,
            text=plainly("\n".join(lines)),
            at=now,
        )
    )


def _key(conversation: Conversation, message: Message) -> str:
    return f"{ANSWERS}{conversation.id}:{message.seq}"


def _not_texted(unit: Unit, conversation: Conversation, said: Sequence[Message]) -> Sequence[Message]:
    known = unit.outbox.known([_key(conversation, message) for message in said])
    texted = [place for place, message in enumerate(said) if _key(conversation, message) in known]
    return said[texted[-1] + 1 :] if texted else said
