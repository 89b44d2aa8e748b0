"""Passes on to another desk whoever waits for a person, and all that they say, once and in order."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from bot.cases.case import WAITING
from bot.cases.elsewhere import (
    ENDED,
    HANDED_OVER,
    LINE,
    Link,
    ends_by,
    is_held_there,
    key_of,
    said_there,
)
from bot.cases.errors import CaseError
from bot.desk.connectors.port import OtherDesk, Place
from bot.desk.connectors.telling import TALK, Telling
from bot.desk.glance import Seen, look_at
from bot.handoff import Handoffs
from bot.notices.courier import NEVER, UNKNOWN, NotDelivered
from bot.observe import get_logger
from bot.store import Store, StoreError, Unit
from bot.store.links import ToDeliver

log = get_logger(__name__)

LEASE = timedelta(minutes=2)
LONGEST_DELIVERY = timedelta(minutes=1)
"""So long one delivery may take, looked up and made; what would outlast its lease is left for the next tick."""

BATCH = 10
LINES_AT_ONCE = 20
"""So many lines of one conversation go out before whoever came to wait meanwhile is linked."""

RETRY_AFTER = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 300, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800)
)
"""How long to wait after each failure, a day in all; after one more the delivery is given up."""

PATIENT_FOR = 3
"""After so many failures whoever is held there waits for another agent: nobody there hears what they say."""


class Passing:
    """One tick links whoever waits, follows what is said, and delivers what is due; nothing else waits for it."""

    def __init__(
        self, store: Store, desk: OtherDesk, telling: Telling, handoffs: Handoffs, now: Callable[[], datetime]
    ) -> None:
        self._store, self._desk, self._telling, self._handoffs, self._now = (
            store,
            desk,
            telling,
            handoffs,
            now,
        )
        self._owner = f"passing-{secrets.token_hex(4)}"

    def tick(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Do what is due now; a database that is away is waited for."""
        try:
            self._link_who_waits()
            self._follow()
            for _ in range(LINES_AT_ONCE):
                if not self._deliver_due(is_stopped):
                    return
        except StoreError as error:
            log.error("passing.store_failed", exc_info=error)

    def _deliver_due(self, is_stopped: Callable[[], bool]) -> bool:
        """Deliver the first that is due of each conversation; False when there is none."""
        claimed = self._claim()
        for due in claimed:
            if is_stopped() or self._now() + LONGEST_DELIVERY > due.until:
                self._put_back(due)
            else:
                self._deliver(due)
        return bool(claimed) and not is_stopped()

    def _link_who_waits(self) -> None:
        with self._store.view() as unit:
            unlinked = unit.links.unlinked(self._desk.name, BATCH)
        for conversation_id in unlinked:
            with self._store.unit() as unit:
                conversation = unit.conversations.get(conversation_id)
                if conversation is None or conversation.holder != WAITING:
                    continue
                key, seq = key_of(self._desk.name, conversation), unit.messages.latest_seq(conversation_id)
                unit.links.begin(key, conversation_id, self._desk.name, self._now(), seq)

    def _follow(self) -> None:
        with self._store.view() as unit:
            links = unit.links.to_follow(self._desk.name)
        for link in links:
            with self._store.unit() as unit:
                self._queue_news(unit, link)

    def _queue_news(self, unit: Unit, known: Link) -> None:
        conversation, link = unit.conversations.get(known.conversation_id), unit.links.get(known.key)
        if conversation is None or link is None or link.ended_at is not None:
            return
        now, holdings = self._now(), unit.holdings.of_conversation(conversation.id)
        lines = unit.messages.after(conversation.id, link.queued_seq)
        for line in lines:
            if line.sender in TALK and not said_there(link, line.sender, line.seq, holdings):
                unit.links.queue(link, LINE, str(line.seq), now)
        if lines:
            unit.links.followed(link, lines[-1].seq)
        why = ends_by(link, conversation)
        if why and unit.links.end(link, now, why):
            unit.links.queue(link, ENDED, why, now)

    def _claim(self) -> list[ToDeliver]:
        with self._store.unit() as unit:
            return unit.links.claim_due(self._desk.name, self._now(), self._owner, LEASE, BATCH)

    def _put_back(self, due: ToDeliver) -> None:
        with self._store.unit() as unit:
            unit.links.put_back(due)

    def _deliver(self, due: ToDeliver) -> None:
        try:
            self._make(due)
        except NotDelivered as failure:
            self._note_failure(due, failure)
        except StoreError:
            raise
        except Exception as error:
            # One delivery that nobody foresaw must not stop the others.
            log.error("passing.failed", kind=due.delivery.kind, exc_info=error)
            self._note_failure(due, NotDelivered("unforeseen", UNKNOWN))
        else:
            log.info("passing.delivered", kind=due.delivery.kind, desk=self._desk.name)

    def _make(self, due: ToDeliver) -> None:
        seen = look_at(self._store, due.link.conversation_id)
        if seen is None:
            raise NotDelivered("no_such_conversation", NEVER)
        if due.delivery.kind == HANDED_OVER:
            self._hand_over(due, seen)
            return
        place = Place(due.link.key, due.link.reference or "")
        act = self._desk.end if due.delivery.kind == ENDED else self._desk.tell
        act(place, self._telling.told(seen, due.delivery), due.is_uncertain)
        with self._store.unit() as unit:
            unit.links.delivered(due.number, self._now())

    def _hand_over(self, due: ToDeliver, seen: Seen) -> None:
        if due.link.ended_at and not due.is_uncertain:
            with self._store.unit() as unit:
                unit.links.nothing_to_tell(due.link, self._now())
            return
        reference = self._desk.hand_over(self._telling.handover(seen, due.link), due.is_uncertain)
        if not reference:
            raise NotDelivered("no_reference", UNKNOWN)
        with self._store.unit() as unit:
            unit.links.known_there(due.link, reference)
            unit.links.delivered(due.number, self._now())

    def _note_failure(self, due: ToDeliver, failure: NotDelivered) -> None:
        now, tries = self._now(), due.failures
        is_over = failure.outlook == NEVER or tries >= len(RETRY_AFTER)
        pause = max(RETRY_AFTER[min(tries, len(RETRY_AFTER) - 1)], timedelta(seconds=failure.wait_seconds))
        with self._store.unit() as unit:
            is_uncertain = failure.outlook == UNKNOWN
            retry_at = None if is_over else now + pause
            unit.links.failed(due.number, now, retry_at, failure.reason_code, is_uncertain)
        log.warning(
            "passing.not_delivered",
            kind=due.delivery.kind,
            desk=self._desk.name,
            reason=failure.reason_code,
            attempt=tries + 1,
            state="over" if is_over else "waits",
        )
        if is_over or tries + 1 >= PATIENT_FOR:
            self._let_wait_for_another(due.link)

    def _let_wait_for_another(self, link: Link) -> None:
        with self._store.view() as unit:
            conversation = unit.conversations.get(link.conversation_id)
        if conversation and is_held_there(link, conversation):
            with suppress(CaseError):
                self._handoffs.release(conversation.id)
