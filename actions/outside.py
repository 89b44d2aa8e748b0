"""The provider's systems as a turn sees them: they are asked while no unit of work is open, and each thing once.

A unit of work on SQLite keeps everybody else waiting, so nothing may wait for another machine inside one. A turn that
needs to know or to have done something says so by raising `Needed`: its unit is undone, the thing is seen to, and the
turn runs anew with it in hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.cases.records import Account, Outage, Records, RecordsUnavailable
from bot.provider import Profile
from bot.provider.instructing import carry_out
from bot.store import Store, Unit
from bot.store.instructions import Decided
from bot.unfinished import tell_who_waits

log = structlog.get_logger()

LEFT_TO_THE_CLOCK_AFTER = timedelta(seconds=30)
"""How long the turn that decided on an instruction has to carry it out, before the clock does."""


class Needed(Exception):
    """The turn cannot go on without this; `see_to_it` gets it, and is called while no unit of work is open."""

    def __init__(self, see_to_it: Callable[[], None]) -> None:
        super().__init__("something is needed from the provider's systems")
        self.see_to_it = see_to_it


class LimitReached(Exception):
    """The limits of goodwill have been reached by others in the meantime, and nothing was decided."""


@dataclass
class Outside:
    """What one turn has learnt from the provider's systems and had them do."""

    store: Store
    records: Records
    operator: Profile
    now: Callable[[], datetime]
    _known: dict[tuple[str, str], Any] = field(default_factory=dict)
    _seen_to: set[str] = field(default_factory=set)
    _over_the_limit: bool = False

    def account(self, account_number: str) -> Account | None:
        """Return the account, None when there is none. Raises RecordsUnavailable, or Needed at the first call."""
        return self._asked(("account", account_number), lambda: self.records.account(account_number))

    def outages(self, postal_code: str) -> tuple[Outage, ...]:
        """Return the outages around a postal code. Raises RecordsUnavailable, or Needed at the first call."""
        return self._asked(("outages", postal_code), lambda: self.records.outages(postal_code))

    def carried_out(
        self, unit: Unit, decided: Sequence[Decided], may: Callable[[Unit], bool]
    ) -> list[Decided]:
        """Return what became of instructions to an account, decided on and carried out now unless that has been done.

        All of them are decided together. `may` tells, while nobody else can decide about the account, whether the
        limits allow it. They may still wait when the provider's systems do not answer: then the clock goes on trying.
        Raises LimitReached, or Needed at the first call.
        """
        if self._over_the_limit:
            raise LimitReached
        known = [unit.instructions.get(each.instruction.key) for each in decided]
        if any(each is None or (each.waits and each.instruction.key not in self._seen_to) for each in known):
            raise Needed(lambda: self._see_to(decided, may))
        return [each for each in known if each is not None]

    def _asked(self, question: tuple[str, str], ask: Callable[[], Any]) -> Any:
        if question not in self._known:
            raise Needed(lambda: self._learn(question, ask))
        answer = self._known[question]
        if isinstance(answer, RecordsUnavailable):
            raise answer
        return answer

    def _learn(self, question: tuple[str, str], ask: Callable[[], Any]) -> None:
        try:
            self._known[question] = ask()
        except RecordsUnavailable as error:
            log.warning("records.unavailable", call=question[0])
            self._known[question] = error

    def _see_to(self, decided: Sequence[Decided], may: Callable[[Unit], bool]) -> None:
        with self.store.unit() as unit:
            unit.instructions.hold_account(decided[0].instruction.account_number)
            known = {each.instruction.key: unit.instructions.get(each.instruction.key) for each in decided}
            new = [each for each in decided if known[each.instruction.key] is None]
            if new and not may(unit):
                self._over_the_limit = True
                return
            for each in new:
                unit.instructions.decide(each, self.now() + LEFT_TO_THE_CLOCK_AFTER)
        # Told again in the words of the first time, and never once it has ended: a refusal is with a person by now.
        standing = [known[each.instruction.key] or each for each in decided]
        self._seen_to |= known.keys()
        for instruction in (each.instruction for each in standing if each.waits):
            try:
                carry_out(self.store, self.records, instruction, self.now, self._tell_who_waits)
            except RecordsUnavailable:
                log.warning("records.unavailable", call=instruction.kind)

    def _tell_who_waits(self, unit: Unit, ended: Decided) -> None:
        # whoever asked in this turn is told by the turn itself
        tell_who_waits(unit, ended, self.operator, self.now())
