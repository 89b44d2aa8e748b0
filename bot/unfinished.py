"""What was decided and could not be done at once: carried out as soon as the provider's systems answer, then told."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.cases.case import ASSISTANT, P2, Handoff
from bot.cases.conversation import Notice
from bot.cases.promises import due_in_business_days
from bot.cases.records import Records, RecordsUnavailable
from bot.languages import pack
from bot.languages.wording import written
from bot.observe import get_logger
from bot.provider import Profile
from bot.provider.calendar import business_calendar
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
        """Put the end on the case and tell the customer, in the unit that keeps the end itself."""
        instruction, case = ended.instruction, unit.cases.get(ended.instruction.tracking_number)
        if case is None:
            # decided on in a turn that never came to its end: there is no promise, and nobody was told anything
            log.warning("instruction.without_case", kind=instruction.kind)
            return
        now, values = self._now(), self._values(ended)
        if ended.reference:
            case.note(now, ASSISTANT, f"{instruction.kind}_done", ended.reference)
            words = f"later_{instruction.kind}"
        else:
            calendar = business_calendar(self._operator)
            due = due_in_business_days(now, self._operator.business_days["call_back"], calendar)
            case.note(now, ASSISTANT, f"{instruction.kind}_refused", ended.refusal or "")
            case.raise_priority(P2)
            case.hand_over(Handoff(now, f"refused: {instruction.kind}"), due)
            words, values = "later_refused", {**values, "due": {"kind": "day", "on": due.date().isoformat()}}
        unit.cases.save(case)
        if ended.notify_kind and ended.notify_to:
            text = pack(ended.language, "notices")[words].format(
                **{name: written(value, ended.language) for name, value in values.items()}
            )
            unit.outbox.add(
                Notice(
                    key=f"{instruction.key}:{words}",
                    kind=ended.notify_kind,
                    to=ended.notify_to,
                    language=ended.language,
                    text=text,
                    at=now,
                    tracking_number=instruction.tracking_number,
                )
            )

    def _values(self, ended: Decided) -> dict[str, Any]:
        instruction = ended.instruction
        slot = (
            {"kind": "slot", "on": instruction.on.isoformat(), "window": instruction.window}
            if instruction.on
            else ""
        )
        return {
            "provider": self._operator.name,
            "phone": self._operator.phone,
            "tracking_number": instruction.tracking_number,
            "amount": {"kind": "money", "cents": instruction.cents, "currency": "CAD"},
            "reference": ended.reference or "",
            "slot": slot,
        }
