"""Calls that ended without our being told: their callers are not forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.cases.call import LOST_AFTER, TALK_LOST_AFTER
from bot.notices.after_call import end_call
from bot.observe import get_logger
from bot.provider import Profile
from bot.store import Store, StoreError

log = get_logger(__name__)

BATCH = 20


class LostCalls:
    """One tick ends every call of which nothing was heard for a long time."""

    def __init__(self, store: Store, operator: Profile, now: Callable[[], datetime]) -> None:
        self._store, self._operator, self._now = store, operator, now

    def tick(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """End what was lost; a database that is away is waited for."""
        try:
            for sid in self._lost():
                if is_stopped():
                    return
                self._end(sid)
        except StoreError as error:
            log.error("lost_calls.store_failed", exc_info=error)

    def _lost(self) -> list[str]:
        now = self._now()
        with self._store.view() as unit:
            return unit.calls.silent_since(now - LOST_AFTER, now - TALK_LOST_AFTER, BATCH)

    def _end(self, sid: str) -> None:
        with self._store.unit() as unit:
            call = unit.calls.get(sid)
            conversation = unit.conversations.get(call.conversation_id) if call else None
            if call is None or conversation is None or self._now() - call.last_at < LOST_AFTER:
                return
            end_call(unit, call, conversation, self._operator, self._now())
        log.info("call.lost")
