"""Who is on shift at the desk, and how whoever waits for a person stands, read from the store in the caller's unit."""

from __future__ import annotations

from datetime import datetime

from bot.cases import shifts
from bot.cases.case import Case
from bot.cases.conversation import Conversation
from bot.cases.shifts import RECENT, Colleague, Place, Standing
from bot.provider import Profile
from bot.provider.calendar import business_calendar
from bot.store import Unit


class Shifts:
    """The shifts of an operator's desk."""

    def __init__(self, operator: Profile) -> None:
        self._hours = business_calendar(operator)

    def on_shift(self, unit: Unit, now: datetime) -> list[Colleague]:
        """Return who is at the desk in their hours and available, each with their load."""
        agents, presences = unit.agents.all(), unit.presences.all()
        return shifts.on_shift(agents, presences, unit.holdings.loads(), now, self._hours)

    def anybody_on_shift(self, unit: Unit, language: str, now: datetime) -> bool:
        """Whether anybody is on shift who speaks a language."""
        return bool(shifts.speakers(self.on_shift(unit, now), language))

    def standing(
        self, unit: Unit, conversation: Conversation, now: datetime, case: Case | None = None
    ) -> Standing:
        """Return how somebody stands who waits; `case` is theirs where it is open, kept already or not."""
        others, waits = _places(unit), unit.holdings.waits(now - RECENT)
        return shifts.standing(_place(conversation, now, case), others, self.on_shift(unit, now), waits)

    def kinds(self, unit: Unit, now: datetime) -> dict[str, str]:
        """Return how everybody stands who waits, in one word each, by conversation."""
        places, colleagues, waits = (
            _places(unit),
            self.on_shift(unit, now),
            unit.holdings.waits(now - RECENT),
        )
        return {
            place.conversation_id: shifts.standing(place, places, colleagues, waits).kind for place in places
        }


def _places(unit: Unit) -> list[Place]:
    return [Place(line.conversation_id, line.language, line.urgency) for line in unit.holdings.waiting()]


def _place(conversation: Conversation, now: datetime, case: Case | None) -> Place:
    due = [promise.due_at for promise in case.promises if promise.kept_at is None] if case else []
    urgency = shifts.urgency(
        case.priority if case else None,
        min(due, default=None),
        conversation.held_since or now,
        conversation.id,
    )
    return Place(conversation.id, conversation.language, urgency)
