"""What was decided and could not be done at once: carried out as soon as the provider's systems answer, then told."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.cases.case import ASSISTANT, P2, Case, Handoff
from bot.cases.conversation import Notice
from bot.cases.playbook import ACCEPTED
from bot.cases.records import Instruction, Records, RecordsUnavailable
from bot.languages import pack
from bot.languages.wording import day_of, filled_in
from bot.observe import get_logger
from bot.provider import Profile, calendar
from bot.provider.instructing import carry_out
from bot.store import Store, StoreError, Unit
from bot.store.instructions import Decided

log = get_logger(__name__)

LEASE = timedelta(minutes=2)
BATCH = 10
RETRY_AFTER = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300, 600))
"""How long to wait after each failure; after the last of them, as long again each time."""

GIVE_UP_AFTER = timedelta(days=1)
"""After this time it goes to a person, who must be able to rely on nothing being done behind their back."""


STILL_AWAKE_FOR = timedelta(hours=1)
"""Whoever accepted something within this time is not woken by hearing of it."""

SPOKEN_ABOUT_FOR = timedelta(days=90)
"""How old a case may be in which an offer is still accepted."""


class Unfinished:
    """One tick carries out what waits; a refusal, or a day without an answer, goes to a person."""

    def __init__(
        self, store: Store, records: Records, operator: Profile, now: Callable[[], datetime]
    ) -> None:
        self._store, self._records, self._operator, self._now = store, records, operator, now
        self._owner = f"unfinished-{secrets.token_hex(4)}"

    def tick(self, is_stopped: Callable[[], bool] = lambda: False) -> None:
        """Do what is due now; a database that is away is waited for."""
        try:
            with self._store.unit() as unit:
                due = unit.instructions.claim_due(self._now(), self._owner, LEASE, BATCH)
            for decided in due:
                if is_stopped():
                    return
                self._carry_out(decided)
        except StoreError as error:
            log.error("unfinished.store_failed", exc_info=error)

    def _carry_out(self, decided: Decided) -> None:
        instruction = decided.instruction
        try:
            carry_out(self._store, self._records, instruction, self._now, self._tell)
        except RecordsUnavailable:
            self._put_off(decided)
        except StoreError:
            raise
        except Exception as error:
            # One instruction that nobody foresaw must not stop the others; it is due again when its lease ends.
            log.error("instruction.failed", kind=instruction.kind, exc_info=error)
        else:
            log.info("instruction.ended", kind=instruction.kind)

    def _put_off(self, decided: Decided) -> None:
        now, key = self._now(), decided.instruction.key
        with self._store.unit() as unit:
            if now - decided.instruction.at < GIVE_UP_AFTER:
                pause = RETRY_AFTER[min(decided.failures, len(RETRY_AFTER) - 1)]
                unit.instructions.put_off(key, now + pause)
            elif unit.instructions.refused(key, "no_answer", now):
                ended = unit.instructions.get(key)
                assert ended is not None
                self._tell(unit, ended)
        log.warning("instruction.put_off", kind=decided.instruction.kind, attempt=decided.failures + 1)

    def _tell(self, unit: Unit, ended: Decided) -> None:
        own = unit.cases.get(ended.instruction.tracking_number)
        if own is None:
            # kept no longer, or decided on in a turn that never came to its end: nobody was told anything
            log.warning("instruction.without_case", kind=ended.instruction.kind)
            return
        others = [case for case in _waiting(unit, ended.instruction) if case is not own]
        _tell(unit, ended, [own, *others], self._operator, self._now())


def tell_who_waits(unit: Unit, ended: Decided, operator: Profile, now: datetime) -> None:
    """Tell of an end that a turn brought about wherever else a customer was told that it waits."""
    if waiting := _waiting(unit, ended.instruction):
        _tell(unit, ended, waiting, operator, now)


def _waiting(unit: Unit, instruction: Instruction) -> list[Case]:
    """Return the cases whose customer was told that it waits."""
    cases = unit.cases.of_account(instruction.account_number, instruction.at - SPOKEN_ABOUT_FOR)
    return [case for case in cases if _waits_for(case, instruction)]


def _waits_for(case: Case, instruction: Instruction) -> bool:
    accepted = {part.subject for offer in case.offers if offer.status == ACCEPTED for part in offer.parts}
    return instruction.subject in accepted and any(
        line.what == f"{instruction.kind}_waits" for line in case.history
    )


def _tell(unit: Unit, ended: Decided, cases: list[Case], operator: Profile, now: datetime) -> None:
    """Put the end on the cases, and tell the customer of it once."""
    kind = ended.instruction.kind
    due = calendar.due(operator, "call_back", now)
    for case in cases:
        if ended.reference:
            case.note(now, ASSISTANT, f"{kind}_done", ended.reference)
        else:
            case.note(now, ASSISTANT, f"{kind}_refused", ended.refusal or "")
            case.raise_priority(P2)
            case.hand_over(Handoff(now, f"refused: {kind}"), due)
        unit.cases.save(case)
    if not (ended.notify_kind and ended.notify_to):
        return
    words, tracking_number = f"later_{kind}" if ended.reference else "later_refused", cases[0].tracking_number
    values = _values(ended, operator) | {
        "tracking_number": tracking_number,
        "due": day_of(due, operator.timezone),
    }
    text = filled_in(pack(ended.language, "notices")[words], values, ended.language)
    unit.outbox.add(
        Notice(
            key=f"{ended.instruction.key}:{words}",
            kind=ended.notify_kind,
            to=ended.notify_to,
            language=ended.language,
            text=text,
            at=now,
            tracking_number=tracking_number,
            unasked=now - ended.instruction.at > STILL_AWAKE_FOR,
        )
    )


def _values(ended: Decided, operator: Profile) -> dict[str, Any]:
    instruction = ended.instruction
    slot = (
        {"kind": "slot", "on": instruction.on.isoformat(), "window": instruction.window}
        if instruction.on
        else ""
    )
    return {
        "provider": operator.name,
        "phone": operator.phone,
        "amount": {"kind": "money", "cents": instruction.cents, "currency": "CAD"},
        "reference": ended.reference or "",
        "slot": slot,
    }
