"""A conversation that another desk is asked to take: what goes there, and whose word comes from there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.cases.agent import ELSEWHERE, Agent
from bot.cases.case import AGENT, WAITING
from bot.cases.conversation import Conversation
from bot.cases.holding import Holding

HANDED_OVER, LINE, NOT_SAID, ENDED = "handed_over", "line", "not_said", "ended"
"""What is delivered: the conversation itself, a line of it, a word of theirs that could not be said, and the end."""

TAKEN_HERE, OVER = "taken_here", "over"
"""How a link ends on our side: an agent of ours has taken the conversation, or nobody is asked for any more."""


@dataclass(frozen=True)
class Link:
    """A conversation at another desk, from the wish for a person on.

    `key` is what the other desk may know it by, `reference` what it calls it itself; lines up to `from_seq` go there
    with the conversation, `queued_seq` is the last line that was looked at since.
    """

    id: int
    key: str
    conversation_id: str
    desk: str
    began_at: datetime
    from_seq: int
    queued_seq: int
    reference: str | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None


@dataclass(frozen=True)
class Delivery:
    """One thing that goes to another desk; `subject` is the number of a line, or a code that says which or why."""

    key: str
    kind: str
    subject: str
    at: datetime


def key_of(desk: str, conversation: Conversation) -> str:
    """Return the key of a desk's link for this very wait; it tells nothing of the conversation."""
    return sha256(f"{desk}:{conversation.id}:{conversation.held_since}".encode()).hexdigest()[:24]


def agent_of(desk: str, their_id: str, name: str) -> Agent:
    """Return somebody who works at another desk; only that desk lets them in."""
    identity = f"{desk}{ELSEWHERE}{their_id}"
    return Agent(identity, identity, name.strip() or desk.capitalize(), is_active=False)


def is_from(desk: str, agent_id: str | None) -> bool:
    """Whether an agent works at this other desk."""
    return agent_id is not None and agent_id.startswith(f"{desk}{ELSEWHERE}")


def ends_by(link: Link, conversation: Conversation) -> str | None:
    """Return what ends a link on our side; None as long as the other desk may speak."""
    if conversation.holder == WAITING or is_held_there(link, conversation):
        return None
    return TAKEN_HERE if conversation.holder == AGENT else OVER


def is_held_there(link: Link, conversation: Conversation) -> bool:
    """Whether somebody at the other desk has the conversation."""
    return conversation.holder == AGENT and is_from(link.desk, conversation.agent_id)


def said_there(link: Link, sender: str, seq: int, holdings: list[Holding]) -> bool:
    """Whether a line is a word of the other desk's own."""
    began = [each for each in holdings if each.from_seq <= seq]
    return sender == AGENT and bool(began) and is_from(link.desk, began[-1].agent_id)
