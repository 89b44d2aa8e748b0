"""Callers are connected with the people who take their calls: agents of the desk, and whoever is rung for everybody."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from babel.lists import format_list

from bot.cases.agent import Agent
from bot.cases.call import TAKEN
from bot.cases.case import P1, Case
from bot.cases.conversation import Conversation
from bot.cases.holding import CLAIMED, happens
from bot.cases.ringing import UNANSWERED
from bot.gateway.voice.prompts import Line
from bot.languages import pack
from bot.languages.wording import LOCALES, filled_in, written, written_money
from bot.notices.ringing import give_up, held, join
from bot.provider import Profile
from bot.store import Store


@dataclass(frozen=True)
class Joining:
    """What an agent hears who wants a call, and the line that the caller waits in; None when nobody waits there."""

    lines: tuple[Line, ...]
    queue: str | None


class Connecting:
    """Tells people what a call is about, and connects them once they have said that they want it."""

    def __init__(self, store: Store, operator: Profile, now: Callable[[], datetime]) -> None:
        self._store, self._operator, self._now = store, operator, now

    # ── Whoever is rung for everybody ──────────────────────────────────────────────────────────────

    async def summary(self, sid: str) -> Line | None:
        """Return what a person hears before they take the call, None when there is no such call any more."""
        return await to_thread(self._summary, sid)

    def _summary(self, sid: str) -> Line | None:
        with self._store.view() as unit:
            call = unit.calls.get(sid)
            conversation = unit.conversations.get(call.conversation_id) if call else None
            if call is None or conversation is None or call.ended_at:
                return None
            language = conversation.language
            words = pack(language, "voice")
            what = " ".join(_what(conversation, unit.cases.standing(conversation.tracking_number), language))
            values = {"language": words["language_name"], "what": what}
            return Line(filled_in(words["whisper"], values, language), language)

    async def taken(self, sid: str) -> bool:
        """Record that a person took the call; False when it is over."""
        return await to_thread(self._taken, sid)

    def _taken(self, sid: str) -> bool:
        with self._store.unit() as unit:
            call = unit.calls.get(sid)
            conversation = unit.conversations.get(call.conversation_id) if call else None
            if call is None or conversation is None or call.ended_at:
                return False
            call.transfer, call.last_at = TAKEN, self._now()
            happens(CLAIMED, conversation, self._now())
            case = unit.cases.standing(conversation.tracking_number)
            if case is not None:
                case.take_over(self._now())
                unit.cases.save(case)
            unit.calls.save(call)
            unit.conversations.save(conversation)
            return True

    # ── An agent of the desk ───────────────────────────────────────────────────────────────────────

    async def answered(self, key: str) -> Line | None:
        """Return what an agent hears who answers, None when nobody waits for them any more."""
        return await to_thread(self._answered, key)

    def _answered(self, key: str) -> Line | None:
        with self._store.view() as unit:
            rung = unit.rings.get(key)
            agent = unit.agents.get(rung.agent_id) if rung else None
            if rung is None or agent is None or not rung.is_awaited:
                return None
            return _line("agent_rung", agent, provider=self._operator.name)

    async def accepted(self, key: str) -> Joining:
        """Record that an agent wants the call and return what they hear before the caller."""
        return await to_thread(self._accepted, key)

    def _accepted(self, key: str) -> Joining:
        with self._store.unit() as unit:
            conversation, rung = held(unit, key)
            agent = unit.agents.get(rung.agent_id) if rung else None
            if rung is None or agent is None or conversation is None:
                return Joining((), None)
            if not rung.is_awaited:
                return Joining((_line("agent_too_late", agent),), None)
            rung.accept(self._now())
            unit.rings.save(rung)
            told = " ".join(
                _told(conversation, unit.cases.standing(conversation.tracking_number), agent.language)
            )
            return Joining((Line(told, agent.language),), conversation.id)

    async def declined(self, key: str, outcome: str = UNANSWERED) -> None:
        """Let the caller wait for somebody else than this agent; nothing happens once they were connected."""
        await to_thread(self._declined, key, outcome)

    def _declined(self, key: str, outcome: str) -> None:
        with self._store.unit() as unit:
            give_up(unit, key, outcome, self._now())

    async def connects(self, sid: str) -> Line | None:
        """Record that a caller and their agent are connected, and return what the caller hears just before."""
        return await to_thread(self._connects, sid)

    def _connects(self, sid: str) -> Line | None:
        with self._store.unit() as unit:
            call = unit.calls.get(sid)
            conversation = unit.conversations.get(call.conversation_id) if call else None
            if call is None or conversation is None or call.ended_at:
                return None
            words = join(unit, conversation, call, self._now())
            return Line(words, conversation.language) if words else None


def _line(key: str, agent: Agent, **values: str) -> Line:
    return Line(filled_in(pack(agent.language, "line")[key], values, agent.language), agent.language)


def _what(conversation: Conversation, case: Case | None, language: str) -> list[str]:
    """Return what a call is about, in sentences of a language; those in danger first."""
    words = pack(language, "voice")
    natures = {
        "kind": "natures",
        "natures": [
            {"category": nature.category, "issue": nature.issue} for nature in conversation.complaint.natures
        ],
        "services": conversation.complaint.services,
    }
    values = {"tracking_number": case.tracking_number if case else "", "natures": natures}
    told = [filled_in(words["whisper_case"], values, language) if case else words["whisper_no_case"]]
    if case and case.priority == P1:
        told.insert(0, words["whisper_urgent"])
    if case and case.verified:
        told.append(words["whisper_verified"])
    if not case and conversation.complaint.natures:
        told.append(str(written(natures, language)) + ".")
    return told


def _told(conversation: Conversation, case: Case | None, language: str) -> list[str]:
    """Return what an agent hears who wants a call: who it is, what about, in which danger, and what was offered."""
    words, desk = pack(language, "line"), pack(language, "desk")
    complaint = case.complaint if case else conversation.complaint
    told = [*_what(conversation, case, language)]
    if complaint.name:
        told.append(filled_in(words["agent_who"], {"name": complaint.name}, language))
    spoken = words["languages"][conversation.language]
    told.append(filled_in(words["agent_language"], {"language": spoken}, language))
    dangers = [handoff.reason.partition("safety: ")[2] for handoff in case.handoffs] if case else []
    told += [f"{desk['dangers'][danger]}." for danger in dangers if danger in desk["dangers"]]
    offers = [
        f"{desk['offer_kinds'].get(offer.kind, offer.kind)} "
        f"{written_money(offer.cents, offer.currency, language) if offer.cents else ''}".strip()
        for offer in (case.offers if case else [])
    ]
    if offers:
        listed = format_list(offers, locale=LOCALES[language])
        told.append(filled_in(words["agent_offers"], {"offers": listed}, language))
    return [*told, words["agent_connecting"]]
