"""Who waits for a person or is being helped, as one agent sees it, and who is there to help."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from bot.cases.agent import Agent
from bot.cases.case import WAITING
from bot.cases.shifts import Colleague, fits
from bot.gateway.services import Services
from bot.provider import profile
from bot.shifts import Shifts
from bot.store import StoreError
from bot.store.holdings import Waiting


@dataclass(frozen=True)
class Queue:
    """Who waits or is being helped, and who is on shift; `is_available` is whether the reader wants conversations."""

    lines: list[Waiting] = field(default_factory=list)
    on_shift: list[Colleague] = field(default_factory=list)
    is_available: bool = True

    def waiting_for(self, agent: Agent) -> list[Waiting]:
        """Return who waits and fits an agent, the most urgent first."""
        return [line for line in self._waiting() if _fits(line, agent)]

    def waiting_for_others(self, agent: Agent) -> list[Waiting]:
        """Return who waits and fits somebody else better."""
        return [line for line in self._waiting() if not _fits(line, agent)]

    @property
    def in_danger(self) -> list[Waiting]:
        """Who waits and may be in danger."""
        return [line for line in self._waiting() if line.is_urgent]

    @property
    def taken(self) -> list[Waiting]:
        """Who is being helped."""
        return [line for line in self.lines if line.holder != WAITING]

    def _waiting(self) -> Iterable[Waiting]:
        return (line for line in self.lines if line.holder == WAITING)


def read_queue(parts: Services, agent: Agent) -> Queue:
    """Return the queue as it is now, for an agent."""
    shifts = Shifts(profile(parts.settings.provider))
    with parts.store.view() as unit:
        is_available = unit.presences.get(agent.id).is_available
        return Queue(unit.holdings.queue(), shifts.on_shift(unit, parts.now()), is_available)


def keep_present(parts: Services, agent: Agent) -> None:
    """Keep that an agent has a page of the desk open; a database that takes no writes for a moment is no reason to fail."""
    with suppress(StoreError), parts.store.unit() as unit:
        unit.presences.seen(agent.id, parts.now())


def _fits(line: Waiting, agent: Agent) -> bool:
    return fits(agent, line.language, line.category, line.priority)
