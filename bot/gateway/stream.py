"""The stream of one conversation: new messages and changes of state, as server-sent events."""

from __future__ import annotations

import asyncio
import json
import time
from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import suppress

from bot.gateway.services import Services
from bot.gateway.wire import Json, message_json, messages_since
from bot.store import Store, StoreError

MOST_STREAMS = 10
"""Open streams of one conversation in one process: a few tabs and devices, not a flood."""

POLL_SECONDS = 1.0
STATE_SECONDS = 5.0
HEARTBEAT_SECONDS = 15.0


async def events(parts: Services, conversation_id: str, seen: int) -> AsyncIterator[str]:
    """Yield every message numbered above `seen` and every change of state, until the client leaves.

    News of this process comes at once; what other processes did is seen in the store within a second, and a
    state that changed without a message within five.
    """
    state: Json | None = None
    quiet_since = looked_at = time.monotonic()
    with parts.feed.follow(conversation_id) as news, parts.metrics.streams.track_inprogress():
        while True:
            now = time.monotonic()
            with suppress(StoreError):  # a database that is away for a moment must not end the stream
                if (
                    state is None
                    or news.is_set()
                    or now - looked_at >= STATE_SECONDS
                    or await to_thread(_has_more, parts.store, conversation_id, seen)
                ):
                    news.clear()
                    looked_at = now
                    exchange = await to_thread(messages_since, parts.store, conversation_id, seen)
                    if exchange.messages or exchange.state != state:
                        quiet_since = now
                    if exchange.state != state:
                        state = exchange.state
                        yield _event("state", state)
                    # After the state, since the language of what is said is told there.
                    for message in exchange.messages:
                        seen = message.seq
                        yield _event("message", message_json(message), seen)
            if now - quiet_since >= HEARTBEAT_SECONDS:
                quiet_since = now
                yield ": still here\n\n"
            with suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), POLL_SECONDS)


def _event(kind: str, data: Json, number: int | None = None) -> str:
    head = "" if number is None else f"id: {number}\n"
    return f"{head}event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _has_more(store: Store, conversation_id: str, seen: int) -> bool:
    with store.view() as unit:
        return unit.messages.latest_seq(conversation_id) > seen
