"""Conversations begin here and are found again by their token; only the token's hash is kept."""

from __future__ import annotations

import re
import secrets
from asyncio import to_thread
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256

from bot.cases.conversation import Conversation
from bot.gateway.errors import Refusal
from bot.gateway.wire import Exchange, read_state
from bot.languages.wording import render
from bot.store import Store

REMEMBERED = 20_000
_ID = re.compile(r"[A-Za-z0-9_-]{10,64}")
_NOBODY = "0" * 64


class Sessions:
    """Opens conversations and tells whose they are."""

    def __init__(self, store: Store, now: Callable[[], datetime], provider: str) -> None:
        self._store, self._now, self._provider = store, now, provider
        self._hashes: OrderedDict[str, str] = OrderedDict()

    async def begin(self, language: str | None, today: date | None) -> tuple[str, str, Exchange]:
        """Begin a web conversation; return its id, its token, and the greeting."""
        token = secrets.token_urlsafe(32)
        conversation = Conversation(
            id=secrets.token_urlsafe(16),
            token_hash=_hash(token),
            channel="web",
            created_at=self._now(),
            language=language or "en",
            language_settled=language is not None,
            today=today,
        )
        greeting = "greet" if language else "greet_any"
        return conversation.id, token, await to_thread(self._greet, conversation, greeting)

    def _greet(self, conversation: Conversation, key: str) -> Exchange:
        greeting = {"reply": key, "values": {"provider": self._provider}, "choices": []}
        wording = render(greeting, conversation.language, conversation.channel)
        with self._store.unit() as unit:
            unit.conversations.add(conversation)
            message = unit.messages.add(
                conversation.id, "assistant", wording.text, self._now(), wording.choices, reply=key
            )
            return Exchange([message], read_state(unit, conversation))

    async def check(self, conversation_id: str, authorization: str | None) -> None:
        """Raise Refusal unless the token opens the conversation.

        A wrong token and no such conversation are refused alike, so that nobody learns which exist.
        """
        token = bearer(authorization)
        if not token or not _ID.fullmatch(conversation_id):
            raise Refusal("unauthorized")
        expected = self._hashes.get(conversation_id)
        if expected is None:
            conversation = await to_thread(self._read, conversation_id)
            expected = conversation.token_hash if conversation else _NOBODY
        if not secrets.compare_digest(expected, _hash(token)):
            raise Refusal("unauthorized")
        # Only what was opened is remembered: guesses cannot fill the memory. A token never changes.
        self._hashes[conversation_id] = expected
        self._hashes.move_to_end(conversation_id)
        if len(self._hashes) > REMEMBERED:
            self._hashes.popitem(last=False)

    async def language_of(self, conversation_id: str) -> str:
        """Return the language of a conversation."""
        conversation = await to_thread(self._read, conversation_id)
        return conversation.language if conversation else "en"

    def _read(self, conversation_id: str) -> Conversation | None:
        with self._store.view() as unit:
            return unit.conversations.get(conversation_id)


def bearer(authorization: str | None) -> str | None:
    """Return the token of an Authorization header."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
