"""A conversation goes from the assistant to an agent and back: each step is one unit of work, told to the customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.cases import audit, guard
from bot.cases.agent import ELSEWHERE, LEAD, Agent
from bot.cases.call import Call
from bot.cases.case import AGENT, P1, WAITING, Case, Handoff
from bot.cases.conversation import Choice, Conversation, Message
from bot.cases.errors import CaseError
from bot.cases.holding import (
    ABANDONED,
    CLAIMED,
    HANDED_BACK,
    REFUSED,
    SPOKE,
    Holding,
    NotTheirs,
    after,
    happens,
)
from bot.cases.lodging import CHANNELS
from bot.cases.macros import must_have_no_gap
from bot.cases.shifts import fits
from bot.languages import pack
from bot.languages.guarding import must_pass
from bot.languages.wording import day_of, filled_in, render
from bot.notices.by_agent import MOST_WORDS_OF_AN_AGENT, SMS, can_be_texted, text
from bot.notices.ringing import CannotRing, ring
from bot.observe import get_logger
from bot.provider import Profile, calendar
from bot.store import Store, StoreError, Unit

log = get_logger(__name__)

VOICE, SYSTEM = "voice", "system"
AWAY = "the agent was away"
BATCH = 20
LONGEST_NOTE = 4000
NOTE = "note"
_SAID = "said_at_the_desk"
_OURS = "desk"
"""The reply key of what is said here; what others say meanwhile, they text themselves."""


class CannotSay(CaseError):
    """An agent's words cannot reach the customer; `code` says why."""


class CannotTake(CannotSay):
    """This conversation cannot be taken by anybody at the desk now."""


class Handoffs:
    """What agents do with conversations. Raises LookupError for none, NotTheirs and CannotSay for what is refused."""

    def __init__(self, store: Store, operator: Profile, now: Callable[[], datetime]) -> None:
        self._store, self._operator, self._now = store, operator, now

    def claim(self, conversation_id: str, agent: Agent) -> None:
        """Let an agent have a conversation; of two who ask at once, one is refused.

        Whoever takes a caller who is on the line is rung at their own telephone; raises CannotRing.
        """
        with self._store.unit() as unit:
            conversation = _loaded(unit, conversation_id)
            call = _live_call(unit, conversation)
            if call is not None:
                begins = ring(unit, conversation, call, agent, self._now())
                _must_have_room(unit, agent, unit.cases.standing(conversation.tracking_number))
            else:
                begins = self._take(unit, conversation, agent, CLAIMED)
            if begins:
                unit.audit.add(self._now(), audit.CLAIMED, agent.id, conversation_id)

    def claim_next(self, agent: Agent) -> str | None:
        """Let an agent have the most urgent conversation that fits, where none does the most urgent; None when nobody waits.

        Returns its id. Whoever was taken by somebody else meanwhile is passed over; raises CannotSay for a full agent
        while nobody is in danger.
        """
        with self._store.view() as unit:
            waiting = unit.holdings.waiting()
        refused = None
        for line in sorted(
            waiting, key=lambda line: not fits(agent, line.language, line.category, line.priority)
        ):
            try:
                self.claim(line.conversation_id, agent)
            except (NotTheirs, CannotTake, CannotRing):
                continue
            except CannotSay as full:
                # somebody in danger may come after those who fit better
                refused = full
                continue
            return line.conversation_id
        if refused:
            raise refused
        return None

    def may_say(self, conversation_id: str, agent: Agent, words: str, anyway: bool = False) -> str:
        """Return the address that words would go to, empty for a chat; raises what saying them would raise."""
        with self._store.view() as unit:
            conversation = _loaded(unit, conversation_id)
            if after(SPOKE, conversation.holder, conversation.agent_id == agent.id) == REFUSED:
                raise NotTheirs(SPOKE, conversation.holder)
            _must_be_fit(unit, conversation, words, anyway)
            texter = unit.texters.of_conversation(conversation_id) if conversation.channel == SMS else None
            return texter.phone if texter else ""

    def say(self, conversation_id: str, agent: Agent, words: str, word_id: str, anyway: bool = False) -> None:
        """Say something to the customer, once for each `word_id`; whoever does not have the conversation takes it.

        Raises Stopped for words that may not leave; `anyway` sends them in spite of a warning.
        """
        with self._store.unit() as unit:
            conversation = _loaded(unit, conversation_id)
            once = f"{conversation_id}:{agent.id}:{word_id}"
            if unit.action_results.get(once, _SAID) is not None:
                return
            was_warned = _must_be_fit(unit, conversation, words, anyway)
            begins = self._take(unit, conversation, agent, SPOKE)
            unit.action_results.put(once, _SAID, "{}")
            unit.messages.add(conversation_id, AGENT, words.strip(), self._now(), reply=_OURS)
            self._text(unit, conversation)
            if begins:
                unit.audit.add(self._now(), audit.CLAIMED, agent.id, conversation_id)
            if was_warned:
                unit.audit.add(self._now(), audit.OVERRODE, agent.id, conversation_id)
            unit.audit.add(self._now(), audit.SAID, agent.id, conversation_id)

    def hand_back(self, conversation_id: str, agent: Agent, note: str) -> None:
        """Let the assistant go on where it was, with what the agent found out kept."""
        with self._store.unit() as unit:
            conversation, now = _loaded(unit, conversation_id), self._now()
            _must_be_over(unit, conversation)
            happens(HANDED_BACK, conversation, now, agent.id)
            unit.conversations.save(conversation)
            case = unit.cases.standing(conversation.tracking_number)
            if case is not None:
                case.note(now, AGENT, HANDED_BACK, note.strip())
                unit.cases.save(case)
            self._tell(unit, conversation, "handed_back", name=agent.name)
            for words, choices in _open_question(unit, conversation):
                unit.messages.add(conversation_id, "assistant", words, now, choices, reply=_OURS)
            self._text(unit, conversation)
            unit.holdings.end(conversation_id, now, HANDED_BACK, note.strip())
            unit.audit.add(now, audit.HANDED_BACK, agent.id, conversation_id)

    def release(
        self, conversation_id: str, seen_before: datetime | None = None, by: Agent | None = None
    ) -> None:
        """Let the customer wait for another agent; with `seen_before`, only if theirs was not seen since.

        What is promised to whoever waits is promised anew, and told.
        """
        with self._store.unit() as unit:
            conversation, now = _loaded(unit, conversation_id), self._now()
            if seen_before and not (conversation.agent_seen_at and conversation.agent_seen_at < seen_before):
                return
            _must_be_over(unit, conversation)
            left = unit.agents.get(conversation.agent_id) if conversation.agent_id else None
            happens(ABANDONED, conversation, now)
            unit.conversations.save(conversation)
            case, due = unit.cases.standing(conversation.tracking_number), self._call_back_due(now)
            if case is not None:
                case.hand_over(Handoff(now, AWAY), due)
                unit.cases.save(case)
            self._tell(
                unit,
                conversation,
                "waiting_again" if case else "waiting_again_untold",
                name=left.name if left else "",
                due=day_of(due, self._operator.timezone),
            )
            self._text(unit, conversation)
            unit.holdings.end(conversation_id, now, ABANDONED)
            unit.audit.add(now, audit.RELEASED, by.id if by else None, conversation_id)

    def wrap_up(self, conversation_id: str, agent: Agent, note: str) -> None:
        """Keep what an agent found out in a call that they had, with their stretch of it and on the case."""
        with self._store.unit() as unit:
            conversation, now, note = _loaded(unit, conversation_id), self._now(), note.strip()
            mine = _latest_of(unit, conversation, agent)
            if not note:
                raise CannotSay("empty")
            if len(note) > LONGEST_NOTE:
                raise CannotSay("note_too_long")
            if note == mine.note:
                return
            unit.holdings.note(conversation_id, agent.id, note)
            case = unit.cases.standing(conversation.subject)
            if case is not None:
                case.note(now, agent.name, NOTE, note)
                unit.cases.save(case)
            unit.audit.add(now, audit.WRAPPED_UP, agent.id, conversation_id)

    def opened(self, conversation_id: str, agent: Agent) -> None:
        """Record that an agent looks at a conversation, once for as long as they have it before them."""
        with self._store.view() as unit:
            is_there = unit.conversations.get(conversation_id) is not None
        if is_there:
            looked_at(self._store, self._now(), audit.OPENED, agent, conversation_id)

    def seen(self, conversation_id: str, agent: Agent) -> None:
        """Keep that an agent is still with a conversation that they have."""
        with self._store.unit() as unit:
            conversation = _loaded(unit, conversation_id)
            if conversation.holder == AGENT and conversation.agent_id == agent.id:
                happens(CLAIMED, conversation, self._now(), agent.id)
                unit.conversations.save(conversation)

    def _take(self, unit: Unit, conversation: Conversation, agent: Agent, event: str) -> bool:
        _must_be_over(unit, conversation)
        if conversation.channel in CHANNELS:
            raise CannotTake("no_talk")
        now = self._now()
        waited_since = conversation.held_since if conversation.holder == WAITING else None
        if agent.may_relieve(conversation.agent_id):
            happens(ABANDONED, conversation, now)
            unit.holdings.end(conversation.id, now, ABANDONED)
        begins = happens(event, conversation, now, agent.id)
        unit.conversations.save(conversation)
        if not begins:
            return False
        case = unit.cases.standing(conversation.tracking_number)
        _must_have_room(unit, agent, case)
        if case is not None:
            case.take_over(now)
            unit.cases.save(case)
        joined = self._tell(unit, conversation, "joined", name=agent.name)
        unit.holdings.add(Holding(conversation.id, agent.id, now, joined.seq, waited_since=waited_since))
        return True

    def _tell(self, unit: Unit, conversation: Conversation, key: str, **values: object) -> Message:
        words = pack(conversation.language, "desk")["customer"][key]
        told = {"provider": self._operator.name, "phone": self._operator.phone, **values}
        sentence = filled_in(words, told, conversation.language)
        return unit.messages.add(conversation.id, SYSTEM, sentence, self._now(), reply=_OURS)

    def _text(self, unit: Unit, conversation: Conversation) -> None:
        """Text what was said here since the agent came and was not texted yet; other channels show it where it stands."""
        stretch = unit.holdings.of_conversation(conversation.id)[-1]
        said = unit.messages.said_after(conversation.id, stretch.from_seq - 1)
        text(unit, conversation, [message for key, message in said if key == _OURS], self._now())

    def _call_back_due(self, now: datetime) -> datetime:
        return calendar.due(self._operator, "call_back", now)


def looked_at(store: Store, now: datetime, deed: str, agent: Agent, subject_id: str) -> None:
    """Record that an agent looks at something, once for as long as they have it before them."""
    since = now - audit.STILL_LOOKING
    with store.view() as unit:
        is_known = unit.audit.has_since(since, agent.id, subject_id)
    if not is_known:
        with store.unit() as unit:
            unit.audit.add_unless_since(since, now, deed, agent.id, subject_id)


class Abandoned:
    """One tick lets whoever has an agent that is away wait for another one."""

    def __init__(
        self, store: Store, operator: Profile, away_after: timedelta, now: Callable[[], datetime]
    ) -> None:
        self._store, self._away_after, self._now = store, away_after, now
        self._handoffs = Handoffs(store, operator, now)

    def tick(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Release what was abandoned; a database that is away is waited for."""
        try:
            seen_before = self._now() - self._away_after
            with self._store.view() as unit:
                abandoned = unit.holdings.abandoned(seen_before, BATCH)
            for conversation_id in abandoned:
                if is_stopped():
                    return
                self._handoffs.release(conversation_id, seen_before)
                log.info("conversation.abandoned")
        except StoreError as error:
            log.error("abandoned.store_failed", exc_info=error)


def _loaded(unit: Unit, conversation_id: str) -> Conversation:
    # a call before its conversation, as wherever both are needed, so that no two units wait for each other
    unit.calls.of_conversation(conversation_id)
    conversation = unit.conversations.get(conversation_id)
    if conversation is None:
        raise LookupError("no such conversation")
    return conversation


def _must_have_room(unit: Unit, agent: Agent, case: Case | None) -> None:
    """Raise CannotSay for an agent who has all they can hold; danger does not wait for that, and leads decide."""
    is_danger = case is not None and case.priority == P1
    held_already = unit.holdings.loads().get(agent.id, 0) - 1
    if (
        held_already >= agent.most_at_once
        and not is_danger
        and not agent.may(LEAD)
        and ELSEWHERE not in agent.id
    ):
        raise CannotSay("full")


def _live_call(unit: Unit, conversation: Conversation) -> Call | None:
    call = unit.calls.of_conversation(conversation.id) if conversation.channel == VOICE else None
    return call if call and call.ended_at is None else None


def _must_be_over(unit: Unit, conversation: Conversation) -> None:
    """Refuse what cannot be done while a caller is on the line."""
    if _live_call(unit, conversation):
        raise CannotTake("call_goes_on")


def _latest_of(unit: Unit, conversation: Conversation, agent: Agent) -> Holding:
    """Return the latest stretch of a call that this agent had."""
    had = [each for each in unit.holdings.of_conversation(conversation.id) if each.agent_id == agent.id]
    if conversation.channel != VOICE or not had:
        raise NotTheirs("wrapped_up", conversation.holder)
    return had[-1]


def _must_be_fit(unit: Unit, conversation: Conversation, words: str, anyway: bool) -> bool:
    """Raise what keeps words from the customer; True when they go in spite of a warning."""
    _must_reach(unit, conversation, words)
    must_have_no_gap(words)
    return must_pass(words, guard.SMS if conversation.channel == SMS else guard.CHAT, anyway)


def _must_reach(unit: Unit, conversation: Conversation, words: str) -> None:
    if not words.strip():
        raise CannotSay("empty")
    if conversation.channel == VOICE:
        raise CannotSay("by_phone")
    if conversation.channel == SMS and not can_be_texted(unit, conversation):
        raise CannotSay("no_texts")
    if len(words) > MOST_WORDS_OF_AN_AGENT and conversation.channel == SMS:
        raise CannotSay("too_long")


def _open_question(unit: Unit, conversation: Conversation) -> list[tuple[str, Sequence[Choice]]]:
    """Return the question that the assistant goes on with, none where nothing was asked."""
    if conversation.expects in (None, "free"):
        return []
    if conversation.expects == "open":
        wording = render({"reply": "question_open"}, conversation.language, conversation.channel)
        return [(wording.text, wording.choices)]
    return [(asked.text, asked.choices) for asked in unit.messages.last_replies(conversation.id)[-1:]]
