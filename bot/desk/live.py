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
from bot.gateway.services import Services
from bot.store import StoreError
from bot.store.holdings import Waiting

POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0


async def queue_events(parts: Services, who: SignedIn, wording: Wording) -> AsyncIterator[str]:
    """Yield the queue whenever it has changed, until the agent leaves or is signed out."""
    shown: list[Waiting] | None = None
    quiet_since = time.monotonic()
    while True:
        with suppress(StoreError):  # a database that is away for a moment must not end the stream
            if not await to_thread(is_still_signed_in, parts, who):
                yield _event("over", True)
                return
            lines = await to_thread(read_queue, parts)
            if lines != shown:
                shown, quiet_since = lines, time.monotonic()
                yield _event("queue", pages.queue_fragment(wording, who, lines))
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
    with parts.feed.follow(conversation_id) as news:
        while True:
            with suppress(StoreError):
                if not await to_thread(is_still_signed_in, parts, who):
                    yield _event("over", True)
                    return
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


def read_queue(parts: Services) -> list[Waiting]:
    """Return who waits or is being helped."""
    with parts.store.view() as unit:
        return unit.holdings.queue()


def _what_can_be_done(seen: Seen) -> tuple[object, ...]:
    conversation = seen.conversation
    return conversation.holder, conversation.agent_id, conversation.channel, seen.call and seen.call.ended_at


def _event(kind: str, data: Any, number: int | None = None) -> str:
    head = "" if number is None else f"id: {number}\n"
    return f"{head}event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
