"""What comes from another desk happens here, once, and only to conversations that were handed to it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from bot.cases.agent import Agent
from bot.cases.case import WAITING
from bot.cases.conversation import Conversation
from bot.cases.elsewhere import NOT_SAID, Link, agent_of, is_held_there
from bot.cases.errors import CaseError
from bot.cases.guard import Stopped
from bot.desk.connectors.port import CLAIMED, CLOSED, HANDED_BACK, RELEASED, SAID, SEEN, Heard
from bot.desk.connectors.signing import short
from bot.handoff import Handoffs
from bot.store import Conflict, Store

DONE, KNOWN, UNKNOWN = "done", "known", "unknown"
"""What comes of it: it happened, it had happened before, the conversation is not theirs; or the code of a refusal."""

NOT_THEIRS, ENDED = "not_theirs", "link_ended"
_HEARD = "heard_from_another_desk"


def code_of(refused: CaseError) -> str:
    """Return why something was refused, by the rule where a rule stopped words; nobody elsewhere overrides one."""
    return refused.stops[0].rule.name if isinstance(refused, Stopped) else refused.code


class Hearing:
    """Lets what another desk tells happen."""

    def __init__(self, store: Store, desk: str, handoffs: Handoffs, now: Callable[[], datetime]) -> None:
        self._store, self._desk, self._handoffs, self._now = store, desk, handoffs, now

    def take(self, heard: Heard) -> tuple[str, str | None]:
        """Let it happen; return what came of it, and in which conversation."""
        with self._store.view() as unit:
            link = unit.links.by_reference(self._desk, heard.place)
            conversation = unit.conversations.get(link.conversation_id) if link else None
            is_known = unit.action_results.get(self._once(heard), _HEARD) is not None
        if link is None or conversation is None:
            return UNKNOWN, None
        if is_known:
            return KNOWN, conversation.id
        outcome = self._let_happen(heard, link, conversation)
        # Each deed is itself done once, so that one whose id was not yet kept may come again.
        self._keep_id(heard)
        return outcome, conversation.id

    def _let_happen(self, heard: Heard, link: Link, conversation: Conversation) -> str:
        is_there = is_held_there(link, conversation)
        if link.ended_at is not None or not (is_there or conversation.holder == WAITING):
            return self._refuse(heard, link, ENDED if link.ended_at else NOT_THEIRS)
        try:
            self._act(heard, link, conversation, is_there)
        except CaseError as refused:
            return self._refuse(heard, link, code_of(refused))
        return DONE

    def _act(self, heard: Heard, link: Link, conversation: Conversation, is_there: bool) -> None:
        if heard.kind in (HANDED_BACK, CLOSED):
            if is_there:
                self._handoffs.hand_back(conversation.id, self._holder(conversation), heard.words)
            with self._store.unit() as unit:
                unit.links.end(link, self._now(), heard.kind)
        elif heard.kind == RELEASED:
            if is_there:
                self._handoffs.release(conversation.id)
        elif heard.kind == SEEN:
            if is_there:
                self._handoffs.seen(conversation.id, self._holder(conversation))
        elif heard.kind == CLAIMED:
            self._handoffs.claim(conversation.id, self._agent(heard))
        elif heard.kind == SAID:
            self._handoffs.say(conversation.id, self._agent(heard), heard.words, heard.id)

    def _refuse(self, heard: Heard, link: Link, code: str) -> str:
        """Tell the agents there what the customer did not hear; nothing else is worth a line."""
        if heard.kind == SAID:
            with self._store.unit() as unit:
                unit.links.queue(link, NOT_SAID, f"{short(heard.id)}:{code}", self._now())
        return code

    def _agent(self, heard: Heard) -> Agent:
        agent = agent_of(self._desk, heard.agent_id, heard.agent_name)
        with self._store.view() as unit:
            known = unit.agents.get(agent.id)
        # of two that add the same agent at once, one did
        with suppress(Conflict), self._store.unit() as unit:
            if known is None:
                unit.agents.add(agent, "")
            elif known.name != agent.name:
                unit.agents.save(agent)
        return agent

    def _holder(self, conversation: Conversation) -> Agent:
        with self._store.view() as unit:
            holder = unit.agents.get(conversation.agent_id or "")
        if holder is None:
            raise LookupError("whoever holds a conversation is known")
        return holder

    def _keep_id(self, heard: Heard) -> None:
        with suppress(Conflict), self._store.unit() as unit:
            unit.action_results.put(self._once(heard), _HEARD, "{}")

    def _once(self, heard: Heard) -> str:
        return f"{self._desk}:{heard.place}:{heard.id}"
