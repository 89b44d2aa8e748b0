"""The line for an agent: whoever waits there hears how it stands, and may be called back instead."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cases.call import CALL_BACK, FAILED, IN_LINE, Call
from bot.cases.conversation import Conversation
from bot.cases.ringing import CALLER_LEFT, UNANSWERED
from bot.gateway.voice.on_record import promise_call_back
from bot.gateway.voice.prompts import Line
from bot.languages import pack
from bot.languages.wording import filled_in
from bot.notices.ringing import give_up
from bot.provider import Profile
from bot.settings import Settings
from bot.shifts import Shifts
from bot.store import Store, Unit

CALL_BACK_KEY = "1"

TOLD_AGAIN_AFTER = timedelta(seconds=90)
"""So long whoever waits hears only that they do; then their place again, which may be another one."""

SAME_REQUEST_WITHIN = timedelta(seconds=10)
"""What is asked again before the quiet could have ended did not arrive the first time."""

WISH = "the customer chose to be called back"


@dataclass(frozen=True)
class Wait:
    """What is said to whoever waits in line; None for whoever is to leave it."""

    lines: tuple[Line, ...] | None


class Waiting:
    """Lets callers wait for the agents of the desk."""

    def __init__(
        self, store: Store, settings: Settings, operator: Profile, now: Callable[[], datetime]
    ) -> None:
        self._store, self._settings, self._operator, self._now = store, settings, operator, now
        self._shifts = Shifts(operator)

    def is_open(self, unit: Unit, language: str) -> bool:
        """Whether somebody can be waited for: on shift, speaking the language, and to be rung."""
        if not self._settings.sends_sms:
            return False
        on_shift = self._shifts.on_shift(unit, self._now())
        return any(each.agent.phone and language in each.agent.languages for each in on_shift)

    async def go_on(self, sid: str, keys: str, queue: str | None) -> Wait:
        """Return what whoever waits hears next, or that they leave the line; `keys` are those they pressed."""
        return await to_thread(self._go_on, sid, keys, queue)

    def _go_on(self, sid: str, keys: str, queue: str | None) -> Wait:
        with self._store.unit() as unit:
            call = unit.calls.get(sid)
            conversation = unit.conversations.get(call.conversation_id) if call else None
            if call is None or conversation is None or call.ended_at or call.transfer != IN_LINE:
                return Wait(None)
            call.last_at, call.queue = self._now(), queue or call.queue
            wait = self._next(unit, call, conversation, keys)
            unit.calls.save(call)
            return wait

    def _next(self, unit: Unit, call: Call, conversation: Conversation, keys: str) -> Wait:
        rung = unit.rings.open_of(conversation.id)
        if keys == CALL_BACK_KEY and self._may_call_back(call, conversation):
            if rung is not None:
                give_up(unit, rung.key, CALLER_LEFT, self._now())
                conversation = unit.conversations.get(conversation.id) or conversation
            promise_call_back(unit, conversation, self._operator, WISH, self._now())
            call.transfer = CALL_BACK
            return Wait(None)
        if rung is None and not self.is_open(unit, conversation.language):
            call.transfer = FAILED
            return Wait(None)
        return Wait(tuple(self._told(unit, call, conversation, keys, is_rung=rung is not None)))

    def _told(
        self, unit: Unit, call: Call, conversation: Conversation, keys: str, is_rung: bool
    ) -> list[Line]:
        words, now = pack(conversation.language, "line"), self._now()
        lines = [str(pack(conversation.language, "voice")["no_such_key"])] if _is_unknown(keys) else []
        if is_rung:
            return _lines([*lines, words["calling"]], conversation)
        missed = _missed_since(unit, conversation, call.place_told_at)
        ago = now - call.place_told_at if call.place_told_at else TOLD_AGAIN_AFTER
        if SAME_REQUEST_WITHIN <= ago < TOLD_AGAIN_AFTER and not (missed or keys):
            return _lines([words["still"]], conversation)
        if ago >= SAME_REQUEST_WITHIN or missed:
            call.place_told_at = now
        lines += [words["not_reached"]] if missed else []
        return _lines([*lines, *self._place(unit, call, conversation)], conversation)

    def _place(self, unit: Unit, call: Call, conversation: Conversation) -> list[str]:
        words, language = pack(conversation.language, "line"), conversation.language
        case = unit.cases.standing(conversation.tracking_number)
        standing = self._shifts.standing(unit, conversation, self._now(), case)
        key = "next" if standing.position == 1 else "place"
        told = [filled_in(words[key], {"position": str(standing.position)}, language)]
        if standing.minutes is not None:
            key = "minute" if standing.minutes == 1 else "minutes"
            told.append(filled_in(words[key], {"minutes": str(standing.minutes)}, language))
        return [*told, words["offer_call_back"]] if self._may_call_back(call, conversation) else told

    @staticmethod
    def _may_call_back(call: Call, conversation: Conversation) -> bool:
        """Whether there is a number to call."""
        return bool(call.caller or conversation.complaint.phone)


def _is_unknown(keys: str) -> bool:
    return bool(keys) and keys not in "0*"


def _missed_since(unit: Unit, conversation: Conversation, since: datetime | None) -> bool:
    """Whether an agent was rung in vain since the caller last heard how they stand."""
    ended = [each for each in unit.rings.of_conversation(conversation.id) if each.outcome == UNANSWERED]
    return any(since is None or (each.ended_at and each.ended_at > since) for each in ended)


def _lines(texts: list[str], conversation: Conversation) -> list[Line]:
    return [Line(text, conversation.language) for text in texts]
