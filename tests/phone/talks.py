"""Written dialogues by other means than web chat: whoever talks here speaks on the phone, or texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.cases.conversation import Message
from bot.gateway.wire import read_state
from bot.notices.segments import fits
from tests.dialogues.house import Agent, Product, Talk
from tests.phone.call import Phone, PhoneCall
from tests.phone.ear import faults, heard
from tests.phone.texting import Texter
from tests.phone.webhooks import NEVER, SETTINGS

KEY = {"en": "1", "fr": "2", "it": "3"}
CUT_OFF_AFTER = timedelta(minutes=15)
"""Nobody stays on the line for so long without a word: the call is over, and what it began goes on by text."""


class _Elsewhere(Talk):
    """A conversation that the store alone shows: there is no token to read it with."""

    product: Product

    def __init__(self, product: Product) -> None:
        self.product = product
        self.id, self.token = "", ""
        self.turns, self.seen = 0, 0
        self.last: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {}
        self.transcript: list[tuple[str, str]] = []

    def look(self) -> str:
        """Read what was said since the last look, and the state; return what was said to the customer."""
        with self.product.store.view() as unit:
            conversation = unit.conversations.get(self.id)
            assert conversation is not None
            news = unit.messages.after(self.id, self.seen)
            self.state = read_state(unit, conversation)
        self.seen = news[-1].seq if news else self.seen
        self.transcript += [(message.sender, message.text) for message in news]
        self.last = [_shown(message) for message in news if message.sender != "customer"]
        return "\n".join(message["text"] for message in self.last)


def _shown(message: Message) -> dict[str, Any]:
    choices = [{"value": choice.value, "label": choice.label} for choice in message.choices]
    return {"seq": message.seq, "from": message.sender, "text": message.text, "choices": choices}


class TextTalk(_Elsewhere):
    """A conversation by text; it goes on where another with the same number stopped."""

    def __init__(self, product: Product, number: str) -> None:
        super().__init__(product)
        self.texter = Texter(product, number)

    async def say(self, text: str) -> str:
        """Text something and return what was said to it."""
        await self.texter.send(text)
        with self.product.store.view() as unit:
            conversation_id = unit.texters.conversation_of(self.texter.phone)
        assert conversation_id is not None
        if conversation_id != self.id:
            # the greeting comes with the first answer, and is no part of it
            self.id, self.seen = conversation_id, max(self.seen, 1)
        return self.look()


class PhoneTalk(_Elsewhere):
    """A call; once it is over, its caller goes on by text."""

    def __init__(self, product: Product, number: str) -> None:
        super().__init__(product)
        self.phone, self.number = Phone(product.app), number
        self.call: PhoneCall | None = None
        self.texts: TextTalk | None = None
        self.spoke_at: datetime | None = None

    async def begin(self, language: str | None) -> PhoneTalk:
        """Call, and choose the language by key; None leaves that to the first words."""
        self.call = await self.phone.call(self.number)
        if language is not None:
            await self.call.press(KEY[language])
        with self.product.store.view() as unit:
            row = unit.calls.get(self.call.sid)
        assert row is not None
        self.id = row.conversation_id
        self.look()
        self.listen()
        return self

    async def say(self, text: str) -> str:
        """Say something, by text where the call is over, and return what was said to it."""
        assert self.call is not None
        if self.texts is None and not self.call.is_over:
            now = self.product.clock()
            if self.spoke_at is None or now - self.spoke_at < CUT_OFF_AFTER:
                self.spoke_at = now
                await self.call.say(text, confidence=0.95)
                self.listen()
                return self.look()
            await self.call.hang_up()
        if self.texts is None:
            self.texts = TextTalk(self.product, self.number)
            self.texts.id, self.texts.seen = self.id, self.seen
        said = await self.texts.say(text)
        assert self.texts.id == self.id, "the texts belong to another conversation than the call"
        self.last, self.state, self.transcript = self.texts.last, self.texts.state, self.texts.transcript
        return said

    def listen(self) -> None:
        """Listen to what was said last: a voice can say all of it."""
        assert self.call is not None
        # over a WebSocket nothing is said in a document
        told = heard(self.call.documents[-1]) or self.call.last
        found = faults(told) if self.call.last else []
        assert not found, f"{found}\n{self.call.documents[-1]}"

    def told(self) -> str:
        """The call, and what stands in the transcript, for a failing test's message."""
        return f"{super().told()}\n\n{self.call.told() if self.call else ''}"


class ByText(Product):
    """A product that is texted."""

    talks = 0

    def __init__(self, folder: Path, agent: Agent, **settings: str) -> None:
        super().__init__(folder, agent, **(SETTINGS | settings))
        # a slow machine must not make callers wait
        self.app.state.services.calls.hold_after_seconds = NEVER

    async def talk(self, language: str | None, today: str | None = None) -> Talk:
        """Begin a conversation from a number that nobody used before."""
        if today and not self.talks:
            self.clock.time = datetime.fromisoformat(today).replace(hour=15, tzinfo=UTC)
        self.talks += 1
        return await self.begin(f"+1416555{200 + self.talks:04d}", language)

    async def begin(self, number: str, language: str | None) -> Talk:
        """Begin a conversation from this number; texts need no choice of a language."""
        return TextTalk(self, number)

    def check_texts(self) -> None:
        """Whatever was texted is short enough to be sent."""
        texts = [notice.text for notice in self.outbox() if notice.kind == "sms"]
        assert [text for text in texts if not fits(text)] == []


class ByPhone(ByText):
    """A product that is called."""

    async def begin(self, number: str, language: str | None) -> Talk:
        """Call from this number."""
        return await PhoneTalk(self, number).begin(language)


class Everywhere(ByText):
    """A product that is reached by one means after the other: each conversation by another than the one before."""

    means = ("web", "voice", "sms")

    async def begin(self, number: str, language: str | None) -> Talk:
        """Begin the next conversation."""
        means = self.means[(self.talks - 1) % len(self.means)]
        if means == "sms":
            return TextTalk(self, number)
        if means == "voice":
            return await PhoneTalk(self, number).begin(language)
        return await Product.talk(self, language)
