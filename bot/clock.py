"""What happens by itself: the clock's sign of life, the delivery of what is due in the outbox, what was left undone."""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType

from bot.cases.conversation import Notice
from bot.lost_calls import LostCalls
from bot.notices.delivery import Courier, NotDelivered, couriers
from bot.observe import get_logger
from bot.provider import profile
from bot.provider.records import open_records
from bot.settings import Settings
from bot.store import Store, StoreError, open_store
from bot.unfinished import Unfinished

log = get_logger(__name__)

HEARTBEAT = "clock"
TICK_SECONDS = 0.5
LEASE = timedelta(minutes=2)
BATCH = 10
RETRY_AFTER = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600))
"""How long to wait after each failure; after one more the notice is left as failed."""


def main(settings: Settings) -> None:
    """Keep time until SIGTERM or SIGINT."""
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    store, operator = open_store(settings.database_url), profile(settings.provider)
    unfinished = Unfinished(store, open_records(settings, store, operator, _now), operator, _now)
    clock = Clock(store, couriers(settings), _now)
    # other machines may be slow, and no one-time code waits for them
    ticks = [unfinished.tick, LostCalls(store, operator, _now).tick]
    beside = [threading.Thread(target=_keep_ticking, args=(tick, stopped)) for tick in ticks]
    for thread in beside:
        thread.start()
    _keep_ticking(clock.tick, stopped)
    for thread in beside:
        thread.join()
    store.dispose()


def _now() -> datetime:
    return datetime.now(UTC)


def _keep_ticking(tick: Callable[[Callable[[], bool]], None], stopped: threading.Event) -> None:
    while not stopped.is_set():
        tick(stopped.is_set)
        stopped.wait(TICK_SECONDS)


class Clock:
    """One tick says that the clock lives and sends what is due."""

    def __init__(
        self, store: Store, carried_by: Callable[[str], Courier], now: Callable[[], datetime]
    ) -> None:
        """`carried_by` gives the courier of a kind of notice."""
        self._store, self._carried_by, self._now = store, carried_by, now
        self._owner = f"{HEARTBEAT}-{secrets.token_hex(4)}"
        self._failures: dict[int, int] = {}

    def tick(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Do what is due now; a database that is away is waited for."""
        try:
            due = self._beat_and_claim()
            for number, notice in due:
                if is_stopped():
                    return
                self._deliver(number, notice)
        except StoreError as error:
            log.error("clock.store_failed", exc_info=error)

    def _beat_and_claim(self) -> list[tuple[int, Notice]]:
        with self._store.unit() as unit:
            now = self._now()
            unit.heartbeats.beat(HEARTBEAT, now)
            return unit.outbox.claim_due(now, self._owner, LEASE, BATCH)

    def _deliver(self, number: int, notice: Notice) -> None:
        try:
            self._carried_by(notice.kind)(notice)
        except NotDelivered as failure:
            self._note_failure(number, failure.reason_code)
            return
        except Exception as error:
            # One notice that nobody foresaw must not stop the others.
            log.error("notice.failed", notice_id=number, exc_info=error)
            self._note_failure(number, "unforeseen")
            return
        with self._store.unit() as unit:
            now = self._now()
            unit.outbox.sent(number, now)
            # A slow courier must not make the clock look dead.
            unit.heartbeats.beat(HEARTBEAT, now)
        self._failures.pop(number, None)
        log.info("notice.sent", notice_id=number, kind=notice.kind)

    def _note_failure(self, number: int, reason_code: str) -> None:
        failures = self._failures[number] = self._failures.get(number, 0) + 1
        now = self._now()
        retry_at = now + RETRY_AFTER[failures - 1] if failures <= len(RETRY_AFTER) else None
        with self._store.unit() as unit:
            unit.outbox.failed(number, now, retry_at, reason_code)
            unit.heartbeats.beat(HEARTBEAT, now)
        if retry_at is None:
            del self._failures[number]
        log.warning(
            "notice.not_sent",
            notice_id=number,
            reason=reason_code,
            attempt=failures,
            state="waits" if retry_at else "over",
        )
