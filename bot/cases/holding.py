"""Who holds a conversation, and what comes of everything that can happen to it, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cases.case import AGENT, ASSISTANT, WAITING
from bot.cases.conversation import Conversation
from bot.cases.errors import CaseError

HOLDERS = (ASSISTANT, WAITING, AGENT)

ASKED_FOR_PERSON = "asked_for_person"
CLAIMED = "claimed"
SPOKE = "spoke"
HANDED_BACK = "handed_back"
ABANDONED = "abandoned"
CUSTOMER_WROTE = "customer_wrote"
ENDED = "ended"

OWN = "own"
"""Stands for the holder of a conversation with the very agent who does something to it."""

REFUSED = "refused"

AFTER: dict[str, dict[str, str]] = {
    # event: {holder before: holder after}; `agent` is another agent, or nobody in particular
    ASKED_FOR_PERSON: {ASSISTANT: WAITING, WAITING: WAITING, AGENT: AGENT, OWN: AGENT},
    CLAIMED: {ASSISTANT: AGENT, WAITING: AGENT, AGENT: REFUSED, OWN: AGENT},
    SPOKE: {ASSISTANT: AGENT, WAITING: AGENT, AGENT: REFUSED, OWN: AGENT},
    HANDED_BACK: {ASSISTANT: REFUSED, WAITING: REFUSED, AGENT: REFUSED, OWN: ASSISTANT},
    ABANDONED: {ASSISTANT: REFUSED, WAITING: REFUSED, AGENT: WAITING, OWN: WAITING},
    CUSTOMER_WROTE: {ASSISTANT: ASSISTANT, WAITING: WAITING, AGENT: AGENT, OWN: AGENT},
    # what was promised to whoever waits stands although they are gone
    ENDED: {ASSISTANT: ASSISTANT, WAITING: WAITING, AGENT: ASSISTANT, OWN: ASSISTANT},
}
"""What comes of each event; whoever is refused changes nothing."""


class NotTheirs(CaseError):
    """Somebody else holds the conversation, or nobody does where somebody has to."""

    def __init__(self, event: str, holder: str) -> None:
        super().__init__("not_theirs", f"{event} while {holder}")


@dataclass(frozen=True)
class Holding:
    """One stretch of a conversation that was held by an agent: from when, with which message, and to when and why.

    `note` is what the agent found out, for whoever goes on; `waited_since` when the customer began to wait for somebody,
    None where nobody was asked for.
    """

    conversation_id: str
    agent_id: str
    began_at: datetime
    from_seq: int
    ended_at: datetime | None = None
    ended_by: str | None = None
    note: str = ""
    waited_since: datetime | None = None


def after(event: str, holder: str, is_own: bool = False) -> str:
    """Return who holds the conversation after an event, or REFUSED."""
    return AFTER[event][OWN if holder == AGENT and is_own else holder]


def happens(
    event: str,
    conversation: Conversation,
    now: datetime,
    agent_id: str | None = None,
    since: datetime | None = None,
) -> bool:
    """Let an event happen; True when somebody else holds the conversation from now on. Raises NotTheirs.

    `agent_id` is the agent who does it; a person on the telephone has none. `since` is for whoever has waited all along.
    """
    is_own = conversation.agent_id == agent_id
    holder = after(event, conversation.holder, is_own)
    if holder == REFUSED:
        raise NotTheirs(event, conversation.holder)
    changed = holder != conversation.holder
    if changed:
        conversation.holder, conversation.held_since = holder, since or now
        conversation.agent_id = agent_id if holder == AGENT else None
        conversation.agent_seen_at = conversation.told_standing = None
    if holder == AGENT and agent_id and conversation.agent_id == agent_id:
        conversation.agent_seen_at = now
    return changed


def assistant_is_silent(conversation: Conversation) -> bool:
    """Whether the assistant says nothing, whatever the customer writes."""
    return after(CUSTOMER_WROTE, conversation.holder) == AGENT
