"""A recorded message for whoever calls back, where nobody can take the call: offered, kept first, fetched by the clock."""

from __future__ import annotations

import secrets
from asyncio import to_thread
from collections.abc import Callable
from datetime import datetime, timedelta
from re import fullmatch

from bot.cases.call import LEFT, Call
from bot.cases.conversation import Conversation
from bot.cases.texting import Evidence
from bot.evidence import recording_address
from bot.gateway.voice.on_record import promise_call_back
from bot.languages import pack
from bot.languages.wording import filled_in
from bot.provider import Profile
from bot.settings import Settings
from bot.store import Store, Unit

WISH = "the customer left a message"
READY_AFTER = timedelta(seconds=5)
"""The carrier has a recording ready a little after its end."""


class Voicemail:
    """Takes messages of callers."""

    def __init__(
        self, store: Store, settings: Settings, operator: Profile, now: Callable[[], datetime]
    ) -> None:
        self._store, self._settings, self._operator, self._now = store, settings, operator, now

    @property
    def is_possible(self) -> bool:
        """Whether a recording could be fetched."""
        return bool(self._settings.twilio_account_sid and self._settings.twilio_auth_token)

    def begins(self, unit: Unit, conversation: Conversation) -> list[str]:
        """Open what the message is kept with, and return what is said before the tone."""
        promise_call_back(unit, conversation, self._operator, WISH, self._now())
        return [pack(conversation.language, "line")["message_notice"]]

    def ended(self, unit: Unit, call: Call, conversation: Conversation) -> list[str]:
        """Return what is said after the tone and the message, or when none was left."""
        words, language = pack(conversation.language, "line"), conversation.language
        if call.voicemail != LEFT:
            return [words["message_missing"]]
        values = {"tracking_number": conversation.tracking_number or ""}
        return [filled_in(words["message_kept"], values, language)]

    async def keep(self, sid: str, recording: str | None, seconds: str | None) -> None:
        """Keep that a message was recorded, once, however often and by whichever way it is told."""
        if recording and fullmatch("RE[0-9a-fA-F]{32}", recording) and seconds != "0":
            await to_thread(self._keep, sid, recording)

    def _keep(self, sid: str, recording: str) -> None:
        with self._store.unit() as unit:
            call = unit.calls.get(sid)
            if call is None or call.voicemail is None or not self.is_possible:
                return
            now = self._now()
            message = Evidence(
                id=secrets.token_hex(16),
                conversation_id=call.conversation_id,
                source=recording,
                url=recording_address(self._settings, recording),
                media_type="audio/mpeg",
                received_at=now,
                due_at=now + READY_AFTER,
            )
            if unit.evidence.add(message):
                call.voicemail = LEFT
                unit.calls.save(call)
