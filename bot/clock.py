"""What happens by itself: the clock's sign of life, the delivery of what is due in the outbox, what was left undone."""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from types import FrameType

from bot.cases.conversation import SENT
from bot.cases.ringing import UNANSWERED
from bot.desk.connectors import other_desk
from bot.desk.connectors.passing import Passing
from bot.desk.connectors.telling import Telling
from bot.evidence import EvidenceFetching, Fetching
from bot.handoff import Abandoned, Handoffs
from bot.in_line import InLine
from bot.lost_calls import LostCalls
from bot.notices.courier import NEVER, OPTED_OUT, UNKNOWN, Courier, LeavesTraces, NotDelivered, Trace
from bot.notices.delivery import couriers
from bot.notices.moving import ANSWERS, move_to_another_contact
from bot.notices.outcome import learn
from bot.notices.quiet import may_go_at
from bot.notices.ringing import RING, Unanswered, give_up
from bot.notices.tidying import Tidying
from bot.observe import get_logger
from bot.provider import Profile, profile
from bot.provider.records import open_records
from bot.settings import Settings
from bot.store import Store, StoreError, Unit, open_store
from bot.store.outbox import Claimed
from bot.unfinished import Unfinished

log = get_logger(__name__)

HEARTBEAT = "clock"
TICK_SECONDS = 0.5
LEASE = timedelta(seconds=30)
"""So long a notice belongs to the clock that claimed it: what a clock had claimed that died waits no longer."""

BATCH = 10
WRITTEN_OR_SAID = ("sms", "email", "letter", "call")
LONGEST_TRY = timedelta(seconds=25)
"""So long one notice may take, looked up and sent; what would outlast its lease is left for the next tick."""

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
    carried_by = couriers(settings)
    clock = Clock(store, carried_by, operator, _now, kinds=WRITTEN_OR_SAID)
    # nobody who waits on the line waits for a slow mail server
    ringing = Clock(store, carried_by, operator, _now, kinds=(RING,), beats=False)
    # other machines may be slow, and no one-time code waits for them
    abandoned = Abandoned(store, operator, timedelta(minutes=settings.desk_away_minutes), _now)
    ticks = [unfinished.tick, LostCalls(store, operator, _now).tick, abandoned.tick]
    ticks += [ringing.tick, Unanswered(store, _now).tick, InLine(store, operator, _now).tick]
    if settings.twilio_account_sid and settings.twilio_auth_token:
        fetching = Fetching(settings)
        ticks.append(EvidenceFetching(store, fetching, operator, settings.data_dir, _now).tick)
        ticks.append(Tidying(store, settings, _now).tick)
    other = other_desk(settings)
    if other is not None:
        handoffs = Handoffs(store, operator, _now)
        ticks.append(Passing(store, other, Telling(settings), handoffs, _now).tick)
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
        self,
        store: Store,
        carried_by: Callable[[str], Courier],
        operator: Profile,
        now: Callable[[], datetime],
        kinds: Collection[str] | None = None,
        beats: bool = True,
    ) -> None:
        """`carried_by` gives the courier of a kind of notice; `kinds` are those sent here, None for all."""
        self._store, self._carried_by, self._operator, self._now = store, carried_by, operator, now
        self._kinds, self._beats = kinds, beats
        self._owner = f"{HEARTBEAT}-{secrets.token_hex(4)}"

    def tick(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Do what is due now; a database that is away is waited for."""
        try:
            for claimed in self._beat_and_claim():
                if is_stopped() or self._now() + LONGEST_TRY > claimed.until:
                    self._put_back(claimed)
                else:
                    self._deliver(claimed)
        except StoreError as error:
            log.error("clock.store_failed", exc_info=error)

    def _beat_and_claim(self) -> list[Claimed]:
        with self._store.unit() as unit:
            now = self._now()
            self._beat(unit, now)
            due = unit.outbox.claim_due(now, self._owner, LEASE, BATCH, self._kinds)
            return [claimed for claimed in due if self._may_go(unit, claimed, now)]

    def _beat(self, unit: Unit, now: datetime) -> None:
        if self._beats:
            unit.heartbeats.beat(HEARTBEAT, now)

    def _may_go(self, unit: Unit, claimed: Claimed, now: datetime) -> bool:
        """Leave what would wake somebody for the morning; nothing goes to a number whose owner wants no texts."""
        notice = claimed.notice
        if notice.kind == RING and not _is_awaited(unit, notice.key):
            unit.outbox.failed(claimed.number, now, None, UNANSWERED)
            return False
        morning = may_go_at(notice, now, self._operator)
        if morning > now:
            unit.outbox.put_back(claimed, morning)
            return False
        is_answer = notice.key.startswith(ANSWERS)
        if notice.kind == "sms" and not is_answer and unit.texters.wants_no_texts(notice.to):
            self._give_up(unit, claimed, OPTED_OUT)
            return False
        return True

    def _put_back(self, claimed: Claimed) -> None:
        with self._store.unit() as unit:
            unit.outbox.put_back(claimed)

    def _deliver(self, claimed: Claimed) -> None:
        try:
            trace = self._send(claimed)
        except NotDelivered as failure:
            self._note_failure(claimed, failure)
            return
        except Exception as error:
            # One notice that nobody foresaw must not stop the others.
            log.error("notice.failed", notice_id=claimed.number, exc_info=error)
            self._note_failure(claimed, NotDelivered("unforeseen", UNKNOWN))
            return
        with self._store.unit() as unit:
            now = self._now()
            unit.outbox.sent(claimed.number, now, trace.carrier_id if trace else None)
            if trace and trace.delivery != SENT:
                learn(unit, trace.carrier_id, trace.delivery, trace.reason_code, now)
            # A slow courier must not make the clock look dead.
            self._beat(unit, now)
        log.info("notice.sent", notice_id=claimed.number, kind=claimed.notice.kind)

    def _send(self, claimed: Claimed) -> Trace | None:
        """Send a notice; one that may have gone out before is looked up first, and not sent again where it is found."""
        courier = self._carried_by(claimed.notice.kind)
        if claimed.is_uncertain and isinstance(courier, LeavesTraces):
            try:
                found = courier.traces(claimed.notice)
            except NotDelivered as failure:
                raise NotDelivered(failure.reason_code, UNKNOWN, failure.wait_seconds) from None
            with self._store.view() as unit:
                known = unit.outbox.known_to_us([trace.carrier_id for trace in found])
            ours = next((trace for trace in found if trace.carrier_id not in known), None)
            if ours is not None:
                return ours
        carrier_id = courier(claimed.notice)
        return Trace(carrier_id) if carrier_id else None

    def _note_failure(self, claimed: Claimed, failure: NotDelivered) -> None:
        now, tries = self._now(), claimed.failures
        is_over = failure.outlook == NEVER or tries >= len(RETRY_AFTER)
        with self._store.unit() as unit:
            if is_over:
                self._give_up(unit, claimed, failure.reason_code)
            else:
                pause = max(RETRY_AFTER[tries], timedelta(seconds=failure.wait_seconds))
                is_uncertain = failure.outlook == UNKNOWN
                unit.outbox.failed(claimed.number, now, now + pause, failure.reason_code, is_uncertain)
            self._beat(unit, now)
        log.warning(
            "notice.not_sent",
            notice_id=claimed.number,
            reason=failure.reason_code,
            attempt=tries + 1,
            state="over" if is_over else "waits",
        )

    def _give_up(self, unit: Unit, claimed: Claimed, reason_code: str) -> None:
        if not unit.outbox.failed(claimed.number, self._now(), None, reason_code):
            return
        if claimed.notice.kind == RING:
            give_up(unit, claimed.notice.key, UNANSWERED, self._now())
        else:
            move_to_another_contact(unit, claimed.notice, reason_code, self._now())


def _is_awaited(unit: Unit, key: str) -> bool:
    rung = unit.rings.get(key)
    return rung is not None and rung.is_awaited
