"""Wakes whoever follows a conversation, within this process; others notice by looking at the store."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Feed:
    """The followers of each conversation."""

    def __init__(self) -> None:
        self._followers: dict[str, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def follow(self, conversation_id: str) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever something happened in the conversation."""
        news = asyncio.Event()
        self._followers[conversation_id].add(news)
        try:
            yield news
        finally:
            self._followers[conversation_id].discard(news)
            if not self._followers[conversation_id]:
                del self._followers[conversation_id]

    def wake(self, conversation_id: str) -> None:
        """Tell the followers that something happened; call it from the event loop."""
        for news in self._followers.get(conversation_id, ()):
            news.set()

    def followers(self, conversation_id: str) -> int:
        """Return how many follow the conversation here."""
        return len(self._followers.get(conversation_id, ()))
