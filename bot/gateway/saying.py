"""Finds the words for the engine's replies, and never says nothing."""

from __future__ import annotations

from bot.cases.conversation import Conversation
from bot.gateway.engine import Reply
from bot.languages.wording import Wording, render
from bot.observe import get_logger

log = get_logger(__name__)

_SAFE_REPLY: Reply = {"reply": "not_understood", "values": {}, "choices": []}


def worded(replies: list[Reply], conversation: Conversation) -> list[tuple[str, Wording]]:
    """Return the words of each reply by its key; silence would be taken for a failure."""
    said = [(reply, _wording(reply, conversation)) for reply in replies]
    found = [(str(reply["reply"]), wording) for reply, wording in said if wording]
    if found:
        return found
    return [(_SAFE_REPLY["reply"], render(_SAFE_REPLY, conversation.language, conversation.channel))]


def _wording(reply: Reply, conversation: Conversation) -> Wording | None:
    try:
        return render(reply, conversation.language, conversation.channel)
    except Exception as error:
        # One reply without words must not take the others, or the turn, with it.
        log.error("reply.without_words", action_name=str(reply.get("reply")), exc_info=error)
        return None
