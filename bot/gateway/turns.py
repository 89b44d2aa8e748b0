"""Turns: each customer's message is kept first, then answered once, in order, however often things break."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from asyncio import to_thread
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from weakref import WeakValueDictionary

from bot.cases.conversation import Conversation, Inbound, Message
from bot.cases.holding import assistant_is_silent
from bot.gateway.engine import Engine, EngineDown, Reply, Turn
from bot.gateway.errors import words
from bot.gateway.feed import Feed
from bot.gateway.metrics import Metrics
from bot.gateway.saying import worded
from bot.gateway.wire import Exchange, read_state
from bot.observe import get_logger
from bot.offers import may_be_a_choice
from bot.reading.redaction import redact
from bot.store import Store, StoreError, Unit

log = get_logger(__name__)

PULSE_SECONDS = 1.0
POLL_SECONDS = 0.1
AT_WORK_AT_ONCE = 8
LONGEST_PAUSE_SECONDS = 60.0
TRIES = 6
"""How often a turn is tried while the engine says it is ready; then it is the turn that cannot be done."""

LEASE_BEYOND_TIMEOUT = timedelta(seconds=10)
_TOLD = "gateway_told_outage"
_KNOWN = "known"


@dataclass(frozen=True)
class Claim:
    """A message to work on, and its conversation as it stood when the message was claimed."""

    inbound: Inbound
    conversation: Conversation


@dataclass
class Pause:
    """How often a conversation's oldest message failed, and when it is tried again (monotonic seconds)."""

    tries: int = 0
    until: float = 0.0


class Turns:
    """Takes customers' messages and sees to it that each is answered."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        feed: Feed,
        metrics: Metrics,
        now: Callable[[], datetime],
        timeout_seconds: float,
        phone: str,
        timezone: tzinfo = UTC,
        told: Callable[[Unit, Conversation, Sequence[Message]], None] = lambda *_: None,
        chosen: Callable[[Unit, Conversation, Inbound], bool] = lambda *_: False,
    ) -> None:
        """`phone` is the other way to reach the provider, named while the engine is down; `timezone` its day's.

        `told` is given what was said in a turn within the unit that keeps it, for channels on which it is sent. `chosen`
        takes a message that picks a choice which a person offered; the engine is not asked about it.
        """
        self._store, self._engine, self._feed, self._metrics = store, engine, feed, metrics
        self._now, self._phone, self._timezone = now, phone, timezone
        self._told, self._chosen = told, chosen
        self._patience_seconds = timeout_seconds + LEASE_BEYOND_TIMEOUT.total_seconds()
        self._lease = timedelta(seconds=timeout_seconds) + LEASE_BEYOND_TIMEOUT
        self._owner = secrets.token_hex(8)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._pauses: dict[str, Pause] = {}
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self.engine_is_down = False

    # ── A customer writes ──────────────────────────────────────────────────────────────────────────

    async def take(self, conversation_id: str, client_id: str, text: str) -> Exchange:
        """Keep a message, see it answered, return what was said to it; the same client id changes nothing."""
        started = time.perf_counter()
        lock = self._lock(conversation_id)
        if lock.locked():
            # The message is kept at once all the same; its turn comes when those before it are done.
            inbound, _ = await to_thread(self._receive, conversation_id, client_id, text, and_claim=False)
            self._feed.wake(conversation_id)
            async with lock:
                exchange = await self._work_until_answered(inbound, None)
        else:
            async with lock:
                inbound, claim = await to_thread(
                    self._receive, conversation_id, client_id, text, and_claim=True
                )
                self._feed.wake(conversation_id)
                exchange = await self._work_until_answered(inbound, claim)
        if exchange is None:
            return await to_thread(self._exchange, inbound)
        self._metrics.turn_seconds.observe(time.perf_counter() - started)
        return exchange

    async def answer_kept(self, inbound: Inbound) -> None:
        """See a message answered that was kept before; after as long as a turn may take, it waits on."""
        started = time.perf_counter()
        self._feed.wake(inbound.conversation_id)
        async with self._lock(inbound.conversation_id):
            if await self._work_until_answered(inbound, None):
                self._metrics.turn_seconds.observe(time.perf_counter() - started)

    def keep(self, unit: Unit, conversation_id: str, client_id: str, text: str) -> Inbound:
        """Keep a message within somebody else's unit of work, without what must not be kept."""
        redaction = redact(text, codes=True)
        if "code" in redaction.removed and _awaits_code(unit, conversation_id):
            redaction = redact(text)
        inbound, is_new = unit.inbound.receive(conversation_id, client_id, redaction.text, self._now())
        conversation = unit.conversations.get(conversation_id) if is_new and redaction.removed else None
        if conversation:
            for kind in dict.fromkeys(redaction.removed):
                self._say_by_system(unit, conversation, inbound, f"redacted_{kind}")
        return inbound

    def _receive(
        self, conversation_id: str, client_id: str, text: str, and_claim: bool
    ) -> tuple[Inbound, Claim | None]:
        with self._store.unit() as unit:
            inbound = self.keep(unit, conversation_id, client_id, text)
            may_claim = and_claim and inbound.answered_at is None
            return inbound, self._claim_in(unit, conversation_id) if may_claim else None

    async def _work_until_answered(self, inbound: Inbound, claim: Claim | None) -> Exchange | None:
        """Answer what waits up to this message; None when it stays unanswered or others answered it."""
        if inbound.answered_at:
            return None
        give_up_at = time.monotonic() + self._patience_seconds
        while time.monotonic() < give_up_at:
            claim = claim or await to_thread(self._claim, inbound.conversation_id)
            if claim:
                exchange = await self._work(claim)
                if exchange is None or claim.inbound.id == inbound.id:
                    return exchange
                claim = None
            elif await to_thread(self._is_answered, inbound.id):
                return None
            else:
                # Another process is at work on the conversation.
                await asyncio.sleep(POLL_SECONDS * random.uniform(0.5, 1.5))
        return None

    # ── One turn ───────────────────────────────────────────────────────────────────────────────────

    async def _work(self, claim: Claim) -> Exchange | None:
        """Answer a claimed message; None when the engine could not, and the message waits again."""
        try:
            if await to_thread(self._store_choice, claim):
                return await self._finish(claim, [], "chosen")
            if assistant_is_silent(claim.conversation):
                return await self._finish(claim, [], "agent")
            replies = await self._ask_engine(claim)
            return await self._finish(claim, replies, "answered")
        except EngineDown as reason:
            return await self._put_off(claim, str(reason))
        except BaseException:
            # Whatever it was, the message is to be taken up again at once and not when the lease ends.
            with suppress(StoreError):
                await asyncio.shield(to_thread(self._release, claim.inbound.id))
            raise

    async def _ask_engine(self, claim: Claim) -> list[Reply]:
        pause = self._pauses.get(claim.conversation.id)
        if self.engine_is_down or (pause and time.monotonic() < pause.until):
            raise EngineDown(_KNOWN)
        conversation = claim.conversation
        with self._metrics.engine_seconds.time():
            return await self._engine.answer(
                Turn(
                    conversation=conversation.id,
                    turn=claim.inbound.id,
                    text=claim.inbound.text,
                    language=conversation.language,
                    channel=conversation.channel,
                    today=(conversation.today or self._now().astimezone(self._timezone).date()).isoformat(),
                    asked=conversation.expects,
                )
            )

    async def _finish(self, claim: Claim, replies: list[Reply], outcome: str) -> Exchange:
        exchange = await to_thread(self._store_answer, claim, replies, outcome)
        self._pauses.pop(claim.conversation.id, None)
        self._metrics.turns.labels(outcome).inc()
        self._feed.wake(claim.conversation.id)
        return exchange

    def _store_choice(self, claim: Claim) -> bool:
        """Answer a message that picks a choice which a person offered; False for every other."""
        if not may_be_a_choice(claim.inbound.text):
            return False
        with self._store.unit() as unit:
            conversation = unit.conversations.get(claim.conversation.id)
            inbound = unit.inbound.get(claim.inbound.id)
            if conversation is None or inbound is None or inbound.answered_at is not None:
                return False
            if not self._chosen(unit, conversation, inbound):
                return False
            unit.inbound.answered(inbound.id, self._now())
            self._told(unit, conversation, unit.messages.answering(inbound.id))
            return True

    def _store_answer(self, claim: Claim, replies: list[Reply], outcome: str) -> Exchange:
        with self._store.unit() as unit:
            # Read anew: the engine's actions may have changed language, question, holder and case.
            conversation = unit.conversations.get(claim.conversation.id)
            inbound = unit.inbound.get(claim.inbound.id)
            if conversation is None or inbound is None:
                raise LookupError("a claimed message is gone")
            # Somebody else may have answered it after our lease had ended: the first answer stands.
            if inbound.answered_at is None:
                # A person who came in meanwhile is not interrupted by what the assistant had begun to say.
                now, is_silent = self._now(), assistant_is_silent(conversation)
                if outcome == "given_up" and not is_silent:
                    self._say_by_system(unit, conversation, inbound, "not_processed")
                is_said = outcome == "answered" and not is_silent
                for key, wording in worded(replies, conversation) if is_said else ():
                    unit.messages.add(
                        conversation.id, "assistant", wording.text, now, wording.choices, key, inbound.id
                    )
                unit.inbound.answered(inbound.id, now)
                self._told(unit, conversation, unit.messages.answering(inbound.id))
            return Exchange(unit.messages.answering(inbound.id), read_state(unit, conversation))

    async def _put_off(self, claim: Claim, reason: str) -> Exchange | None:
        """Tell the customer once that the answer will come later, and let the message wait."""
        if reason != _KNOWN:
            self.engine_is_down = not await self._engine.ready()
            log.warning(
                "turn.failed",
                turn_id=claim.inbound.id,
                reason=reason,
                state="down" if self.engine_is_down else "ready",
            )
            if not self.engine_is_down and self._count_failure(claim.conversation.id) >= TRIES:
                log.error("turn.given_up", turn_id=claim.inbound.id, attempts=TRIES)
                return await self._finish(claim, [], "given_up")
        await to_thread(self._tell_and_release, claim)
        self._metrics.turns.labels("engine_down").inc()
        self._feed.wake(claim.conversation.id)
        return None

    def _count_failure(self, conversation_id: str) -> int:
        pause = self._pauses.setdefault(conversation_id, Pause())
        pause.tries += 1
        seconds = min(2.0**pause.tries, LONGEST_PAUSE_SECONDS) * random.uniform(0.8, 1.2)
        pause.until = time.monotonic() + seconds
        return pause.tries

    def _tell_and_release(self, claim: Claim) -> None:
        with self._store.unit() as unit:
            # Only the oldest message is ever claimed, so telling each once is telling of an outage once.
            if unit.action_results.get(claim.inbound.id, _TOLD) is None:
                unit.action_results.put(claim.inbound.id, _TOLD, "{}")
                conversation = unit.conversations.get(claim.conversation.id)
                if conversation is not None and not assistant_is_silent(conversation):
                    self._say_by_system(unit, conversation, claim.inbound, "engine_down")
                    self._told(unit, conversation, unit.messages.answering(claim.inbound.id))
            unit.inbound.release(claim.inbound.id)

    def _say_by_system(self, unit: Unit, conversation: Conversation, inbound: Inbound, key: str) -> None:
        sentence = words(conversation.language, key, conversation.channel, phone=self._phone)
        unit.messages.add(conversation.id, "system", sentence, self._now(), reply=key, answers=inbound.id)

    # ── What was left unanswered ───────────────────────────────────────────────────────────────────

    async def catch_up(self) -> None:
        """Answer whatever waits, as long as the process lives: after an outage, a crash, a lost request."""
        while True:
            try:
                await self._pulse()
            except Exception as error:
                log.error("turns.catch_up_failed", exc_info=error)
            await asyncio.sleep(PULSE_SECONDS * random.uniform(0.8, 1.2))

    async def stop(self) -> None:
        """Leave what is at work; the messages stay in the store and are taken up by the next process."""
        tasks = list(self._at_work.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _pulse(self) -> None:
        waiting = await to_thread(self._conversations_waiting)
        self._metrics.waiting.set(len(waiting))
        if self.engine_is_down:
            if not await self._engine.ready():
                return
            log.info("engine.back", pending=len(waiting))
            self.engine_is_down = False
            self._pauses.clear()
        for conversation_id in waiting:
            if len(self._at_work) >= AT_WORK_AT_ONCE:
                return
            if conversation_id not in self._at_work and self._may_try(conversation_id):
                self._begin(conversation_id)

    def _may_try(self, conversation_id: str) -> bool:
        pause = self._pauses.get(conversation_id)
        return not self._lock(conversation_id).locked() and (pause is None or time.monotonic() >= pause.until)

    def _begin(self, conversation_id: str) -> None:
        task = asyncio.create_task(self._work_off(conversation_id))
        self._at_work[conversation_id] = task
        task.add_done_callback(lambda _: self._at_work.pop(conversation_id, None))

    async def _work_off(self, conversation_id: str) -> None:
        try:
            async with self._lock(conversation_id):
                while claim := await to_thread(self._claim, conversation_id):
                    if await self._work(claim) is None:
                        return
        except Exception as error:
            log.error("turn.failed", conversation=conversation_id, exc_info=error)

    # ── The store ──────────────────────────────────────────────────────────────────────────────────

    def _lock(self, conversation_id: str) -> asyncio.Lock:
        return self._locks.setdefault(conversation_id, asyncio.Lock())

    def _claim(self, conversation_id: str) -> Claim | None:
        with self._store.unit() as unit:
            return self._claim_in(unit, conversation_id)

    def _claim_in(self, unit: Unit, conversation_id: str) -> Claim | None:
        inbound = unit.inbound.claim_next(conversation_id, self._owner, self._now(), self._lease)
        conversation = unit.conversations.get(conversation_id) if inbound else None
        return Claim(inbound, conversation) if inbound and conversation else None

    def _release(self, inbound_id: str) -> None:
        with self._store.unit() as unit:
            unit.inbound.release(inbound_id)

    def _is_answered(self, inbound_id: str) -> bool:
        with self._store.view() as unit:
            inbound = unit.inbound.get(inbound_id)
            return inbound is not None and inbound.answered_at is not None

    def _exchange(self, inbound: Inbound) -> Exchange:
        with self._store.view() as unit:
            conversation = unit.conversations.get(inbound.conversation_id)
            if conversation is None:
                raise LookupError("a conversation with messages is gone")
            return Exchange(unit.messages.answering(inbound.id), read_state(unit, conversation))

    def _conversations_waiting(self) -> list[str]:
        with self._store.view() as unit:
            return unit.inbound.conversations_waiting(self._now())


def _awaits_code(unit: Unit, conversation_id: str) -> bool:
    """Say whether a one-time code was asked for, be it before a digression: then it has to be read."""
    conversation = unit.conversations.get(conversation_id)
    return conversation is not None and "code" in (conversation.expects, *conversation.set_aside)
