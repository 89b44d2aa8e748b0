"""What was said in a turn goes out as one text, in the unit that keeps it; never to whoever wants none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.cases.conversation import Choice, Conversation, Message, Notice
from bot.cases.texting import MOST_ANSWERS_AN_HOUR, Texter
from bot.languages import pack
from bot.languages.wording import filled_in
from bot.notices.segments import as_sms
from bot.provider import Profile
from bot.store import Unit

SMS = "sms"


class Answering:
    """Puts texts into the outbox."""

    def __init__(self, operator: Profile, now: Callable[[], datetime]) -> None:
        self._operator, self._now = operator, now

    def told(self, unit: Unit, conversation: Conversation, messages: Sequence[Message]) -> None:
        """Text what was said in a turn of a conversation by SMS."""
        texter = unit.texters.of_conversation(conversation.id) if conversation.channel == SMS else None
        if texter is not None and messages:
            self.text(unit, unit.texters.get(texter.phone), conversation, messages)

    def text(
        self, unit: Unit, texter: Texter, conversation: Conversation, messages: Sequence[Message]
    ) -> None:
        """Text what of these messages was not texted yet; the conversation's greeting goes in front of the first."""
        news = _not_texted(unit, conversation, messages)
        if not news or texter.opted_out_at or texter.conversation_id != conversation.id:
            return
        lines = [message.text for message in news]
        if not texter.greeted:
            lines = [unit.messages.after(conversation.id, 0)[0].text, *lines]
            texter.greeted = True
        words = as_sms("\n".join(lines), [choice.label for choice in offered(news)])
        self.send(unit, texter, words, conversation.language, key_of(conversation, news[-1]))

    def send(self, unit: Unit, texter: Texter, words: str, language: str, key: str) -> None:
        """Put words up for sending, unless this number has had too many texts of ours in the hour."""
        now = self._now()
        count = texter.count_answer(now)
        unit.texters.save(texter)
        if count > MOST_ANSWERS_AN_HOUR:
            return
        if count == MOST_ANSWERS_AN_HOUR:
            words = as_sms(self.words("paused", language))
        unit.outbox.add(Notice(key=key, kind=SMS, to=texter.phone, language=language, text=words, at=now))

    def words(self, key: str, language: str, **values: object) -> str:
        """Return words of texting, filled in."""
        told = {"provider": self._operator.name, "phone": self._operator.phone, **values}
        return filled_in(pack(language, "sms")[key], told, language)


def offered(messages: Sequence[Message]) -> Sequence[Choice]:
    """Return the choices that whoever reads these messages may pick from: those offered last."""
    return next((message.choices for message in reversed(messages) if message.choices), ())


def key_of(conversation: Conversation, message: Message) -> str:
    """Return the key under which a text goes out whose last message this is."""
    return f"sms:{conversation.id}:{message.seq}"


def _not_texted(unit: Unit, conversation: Conversation, messages: Sequence[Message]) -> Sequence[Message]:
    """Return the messages that no text held: of an outage was told before the answer that came later."""
    known = unit.outbox.known([key_of(conversation, message) for message in messages])
    texted = [number for number, message in enumerate(messages) if key_of(conversation, message) in known]
    return messages[texted[-1] + 1 :] if texted else messages
