"""What changes while an agent looks at a page, as server-sent events that hold the changed part of the page."""

from __future__ import annotations

import asyncio
import json
import time
from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from bot.desk import pages
from bot.desk.access import SignedIn, is_still_signed_in
from bot.desk.glance import Seen, Wording, look_at
from bot.desk.queue import Queue, keep_present, read_queue
from bot.gateway.services import Services
from bot.store import StoreError

POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
PRESENT_SECONDS = 45.0
"""How often a page that is open tells that its agent is there; unseen for much longer, they are gone."""


async def queue_events(parts: Services, who: SignedIn, wording: Wording) -> AsyncIterator[str]:
    """Yield the queue whenever it has changed, until the agent leaves or is signed out."""
    shown: Queue | None = None
    quiet_since = time.monotonic()
    present_at = float("-inf")
    while True:
        with suppress(StoreError):  # a database that is away for a moment must not end the stream
            if not await to_thread(is_still_signed_in, parts, who):
                yield over()
                return
            present_at = await _kept_present(parts, who, present_at)
            queue = await to_thread(read_queue, parts, who.agent)
            if queue != shown:
                shown, quiet_since = queue, time.monotonic()
                yield _event("queue", pages.queue_fragment(wording, who, queue))
        if time.monotonic() - quiet_since >= HEARTBEAT_SECONDS:
            quiet_since = time.monotonic()
            yield ": still here\n\n"
        await asyncio.sleep(POLL_SECONDS)


async def conversation_events(
    parts: Services, who: SignedIn, wording: Wording, conversation_id: str, seen_seq: int
) -> AsyncIterator[str]:
    """Yield every message above `seen_seq`, who has the conversation, and the facts, whenever they change."""
    actions: object = None
    facts: object = None
    quiet_since = time.monotonic()
    present_at = float("-inf")
    with parts.feed.follow(conversation_id) as news:
        while True:
            with suppress(StoreError):
                if not await to_thread(is_still_signed_in, parts, who):
                    yield over()
                    return
                present_at = await _kept_present(parts, who, present_at)
                news.clear()
                seen = await to_thread(look_at, parts.store, conversation_id, seen_seq)
                if seen is None:
                    return
                for message in seen.messages:
                    seen_seq, quiet_since = message.seq, time.monotonic()
                    html = pages.message_fragment(wording, who, message, seen.conversation.language)
                    yield _event("message", {"seq": message.seq, "html": html}, message.seq)
                if actions != (actions := _what_can_be_done(seen)):
                    yield _event("actions", pages.actions_fragment(wording, who, seen))
                if facts != (facts := wording.glance(seen)):
                    yield _event("facts", pages.glance_fragment(wording, who, seen))
            if time.monotonic() - quiet_since >= HEARTBEAT_SECONDS:
                quiet_since = time.monotonic()
                yield ": still here\n\n"
            with suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), POLL_SECONDS)


async def _kept_present(parts: Services, who: SignedIn, present_at: float) -> float:
    """Keep now and then that an agent has a page open, and return when that was last kept."""
    if time.monotonic() - present_at < PRESENT_SECONDS:
        return present_at
    await to_thread(keep_present, parts, who.agent)
    return time.monotonic()


def over() -> str:
    """Return the event after which a page is loaded anew, to be told what is the matter."""
    return _event("over", True)


def _what_can_be_done(seen: Seen) -> tuple[object, ...]:
    conversation, call = seen.conversation, seen.call
    rings = [(each.key, each.joined_at, each.ended_at) for each in seen.rings]
    notes = [each.note for each in seen.holdings]
    on_the_line = call and (call.ended_at, call.transfer)
    return conversation.holder, conversation.agent_id, conversation.channel, on_the_line, rings, notes


def _event(kind: str, data: Any, number: int | None = None) -> str:
    head = "" if number is None else f"id: {number}\n"
    return f"{head}event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
