"""An agent who takes a call is rung at their own telephone, once, and connected with the caller who waits in line.

A call is loaded before its conversation and that before its rings, so that no two units wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.cases.agent import Agent
from bot.cases.call import IN_LINE, TAKEN, Call
from bot.cases.conversation import Conversation, Notice
from bot.cases.errors import CaseError
from bot.cases.holding import ABANDONED, CLAIMED, ENDED, HANDED_BACK, Holding, happens
from bot.cases.ringing import CALLER_LEFT, RINGS_FOR, UNANSWERED, Ring
from bot.languages import pack
from bot.languages.wording import filled_in
from bot.observe import get_logger
from bot.store import Store, StoreError, Unit

log = get_logger(__name__)

RING = "ring"
"""The kind of notice that rings an agent's telephone; its key is the ring's."""

BATCH = 20


class CannotRing(CaseError):
    """A call cannot be taken at the desk; `code` says why."""


def ring(unit: Unit, conversation: Conversation, call: Call, agent: Agent, now: datetime) -> bool:
    """Let an agent have a caller who waits in line, and ring them; False when their telephone rings already.

    Raises NotTheirs when somebody else has the caller, and CannotRing.
    """
    if call.transfer != IN_LINE:
        raise CannotRing("call_goes_on")
    if not agent.phone:
        raise CannotRing("no_phone")
    waited_since = conversation.held_since
    if agent.may_relieve(conversation.agent_id):
        happens(ABANDONED, conversation, now)
        unit.holdings.end(conversation.id, now, ABANDONED)
    if not happens(CLAIMED, conversation, now, agent.id):
        return False
    unit.conversations.save(conversation)
    key = f"{RING}:{conversation.id}:{len(unit.rings.of_conversation(conversation.id)) + 1}"
    unit.rings.add(Ring(key, conversation.id, agent.id, now))
    unit.outbox.add(Notice(key, RING, agent.phone, agent.language, "", now))
    from_seq = unit.messages.latest_seq(conversation.id) + 1
    unit.holdings.add(Holding(conversation.id, agent.id, now, from_seq, waited_since=waited_since))
    return True


def join(unit: Unit, conversation: Conversation, call: Call, now: datetime) -> str | None:
    """Record that agent and caller are connected, and return what the caller hears; None when nobody is to be connected.

    From here on nobody has to call back.
    """
    rung = unit.rings.open_of(conversation.id)
    agent = unit.agents.get(rung.agent_id) if rung else None
    if rung is None or agent is None:
        return None
    words = filled_in(
        pack(conversation.language, "line")["connecting"], {"name": agent.name}, conversation.language
    )
    if rung.join(now):
        unit.rings.save(rung)
        call.transfer, call.last_at = TAKEN, now
        unit.calls.save(call)
        case = unit.cases.standing(conversation.tracking_number)
        if case is not None:
            case.take_over(now)
            unit.cases.save(case)
        unit.messages.add(conversation.id, "system", words, now)
    return words if rung.joined_at else None


def give_up(unit: Unit, key: str, outcome: str, now: datetime) -> bool:
    """Let a caller who was to be connected wait for somebody else; False when they are connected, or it ended before."""
    conversation, rung = held(unit, key)
    if conversation is None or rung is None or not rung.is_awaited:
        return False
    rung.end(now, outcome)
    unit.rings.save(rung)
    _wait_again(unit, conversation, rung, now)
    unit.conversations.save(conversation)
    return True


def held(unit: Unit, key: str) -> tuple[Conversation | None, Ring | None]:
    """Return a ring and its conversation, which nobody else changes until the unit ends."""
    conversation_id = unit.rings.conversation_of(key) or ""
    unit.calls.of_conversation(conversation_id)
    return unit.conversations.get(conversation_id), unit.rings.get(key)


def caller_left(unit: Unit, conversation: Conversation, now: datetime) -> None:
    """Record that the caller hung up, or waits no more: who was still rung for them has nobody to talk with."""
    rung = unit.rings.open_of(conversation.id)
    if rung is None:
        return
    if rung.is_awaited:
        _wait_again(unit, conversation, rung, now)
    else:
        unit.holdings.end(conversation.id, now, ENDED)
    rung.end(now, CALLER_LEFT)
    unit.rings.save(rung)


def _wait_again(unit: Unit, conversation: Conversation, rung: Ring, now: datetime) -> None:
    """Let a caller wait who was never helped, and has waited all along."""
    since = unit.holdings.of_conversation(conversation.id)[-1].waited_since
    happens(ABANDONED, conversation, now, rung.agent_id, since)
    unit.holdings.end(conversation.id, now, ABANDONED)


def left_by_agent(unit: Unit, conversation: Conversation, now: datetime) -> None:
    """Let the assistant go on with a caller whom a person has left on the line."""
    agent_id = conversation.agent_id
    happens(HANDED_BACK, conversation, now, agent_id)
    rung = unit.rings.open_of(conversation.id)
    if rung is not None:
        rung.end(now, UNANSWERED)
        unit.rings.save(rung)
        unit.holdings.end(conversation.id, now, HANDED_BACK)


class Unanswered:
    """One tick lets callers wait for somebody else whose agent was rung for too long."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now

    def tick(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Give up what rings too long; a database that is away is waited for."""
        try:
            with self._store.view() as unit:
                late = unit.rings.unanswered(self._now() - RINGS_FOR, BATCH)
            for rung in late:
                if is_stopped():
                    return
                with self._store.unit() as unit:
                    give_up(unit, rung.key, UNANSWERED, self._now())
                log.info("ring.unanswered")
        except StoreError as error:
            log.error("rings.store_failed", exc_info=error)
