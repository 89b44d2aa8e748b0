"""Who is on shift, who is free, whom a conversation fits, and how whoever waits for a person stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import median
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.cases.agent import Agent
from bot.cases.case import P1

SEEN_FOR = timedelta(minutes=2)
"""Whoever has a page of the desk open is seen at least each minute; so long unseen, they have closed it."""

RECENT = timedelta(hours=4)
FEWEST_WAITS = 3
"""An estimate is made from the customers who began to wait so lately, and from so many at least."""

NEXT, QUEUED, UNSPOKEN, NOBODY = "next", "queued", "unspoken", "nobody"
"""How somebody stands: next in line, in line, with nobody on shift who speaks their language, or with nobody at all."""

Urgency = tuple[str, float, float, str]


class OpenHours(Protocol):
    """When the operator's own people work; handed in by the provider's side."""

    @property
    def timezone(self) -> ZoneInfo:
        """The zone of every shift."""
        ...

    def is_open(self, now: datetime) -> bool:
        """Tell whether the operator is open by its published hours."""
        ...


@dataclass(frozen=True)
class Presence:
    """Whether an agent wants conversations, and when a page of theirs was seen open last."""

    agent_id: str
    is_available: bool = True
    seen_at: datetime | None = None

    def is_here(self, now: datetime) -> bool:
        """Whether they are at the desk and available."""
        return self.is_available and self.seen_at is not None and now - self.seen_at < SEEN_FOR


@dataclass(frozen=True)
class Colleague:
    """An agent who is on shift, and how many conversations they have."""

    agent: Agent
    load: int = 0

    @property
    def is_free(self) -> bool:
        """Whether they could take one more."""
        return self.load < self.agent.most_at_once


@dataclass(frozen=True)
class Place:
    """A place in the queue: whose conversation, in which language, and how urgent (the least is served first)."""

    conversation_id: str
    language: str
    urgency: Urgency


@dataclass(frozen=True)
class Standing:
    """How somebody stands who waits for a person.

    `position` counts from 1, among those whom the same people can help; `minutes` is how long it will take about, None
    when there is nothing to tell it from.
    """

    position: int
    minutes: int | None
    is_anybody_on_shift: bool
    is_language_spoken: bool

    @property
    def kind(self) -> str:
        """In one word, how they stand."""
        if not self.is_anybody_on_shift:
            return NOBODY
        if not self.is_language_spoken:
            return UNSPOKEN
        return NEXT if self.position == 1 else QUEUED


def is_in_hours(agent: Agent, now: datetime, hours: OpenHours) -> bool:
    """Whether an agent works at this moment; holidays are those of the operator, for whoever keeps its hours."""
    if not agent.shift:
        return hours.is_open(now)
    there = now.astimezone(hours.timezone)
    return any(stretch.covers(there) for stretch in agent.shift)


def on_shift(
    agents: Iterable[Agent],
    presences: Mapping[str, Presence],
    loads: Mapping[str, int],
    now: datetime,
    hours: OpenHours,
) -> list[Colleague]:
    """Return who is at the desk in their hours, each with their load."""
    return [
        Colleague(agent, loads.get(agent.id, 0))
        for agent in agents
        if agent.is_active
        and presences.get(agent.id, Presence(agent.id)).is_here(now)
        and is_in_hours(agent, now, hours)
    ]


def speakers(colleagues: Iterable[Colleague], language: str) -> list[Colleague]:
    """Return those who speak a language."""
    return [each for each in colleagues if language in each.agent.languages]


def fits(agent: Agent, language: str, category: str | None, priority: str | None) -> bool:
    """Whether a conversation fits an agent: the language comes first, and nobody in danger waits for a skill."""
    if language not in agent.languages:
        return False
    return not agent.skills or category is None or category in agent.skills or priority == P1


def urgency(
    priority: str | None, due_at: datetime | None, waiting_since: datetime | None, conversation_id: str
) -> Urgency:
    """Return what a queue is sorted by: danger, priority, promised date, wait; whoever has no case yet comes last."""
    return priority or "P9", _stamp(due_at), _stamp(waiting_since), conversation_id


def standing(
    mine: Place, others: Iterable[Place], colleagues: Collection[Colleague], waits: Sequence[timedelta]
) -> Standing:
    """Return how somebody stands among others; `waits` are how long those before them waited for a person."""
    able = speakers(colleagues, mine.language)
    shared = {language for each in able for language in each.agent.languages}
    ahead = [
        place
        for place in others
        if place.conversation_id != mine.conversation_id
        and place.urgency < mine.urgency
        and (not able or place.language in shared)
    ]
    position = len(ahead) + 1
    minutes = estimate(position, sum(each.is_free for each in able), waits) if able else None
    return Standing(position, minutes, bool(colleagues), bool(able))


def estimate(position: int, free: int, waits: Sequence[timedelta]) -> int | None:
    """Return the minutes until a position's turn: the usual wait, once for each round of those who are free.

    Rounded up, and the more the longer it is; None from too few waits.
    """
    if len(waits) < FEWEST_WAITS:
        return None
    rounds = ceil(position / max(free, 1))
    minutes = median(wait.total_seconds() for wait in waits) / 60 * rounds
    step = 1 if minutes <= 5 else 5 if minutes <= 30 else 15
    return max(1, ceil(minutes / step) * step)


def _stamp(at: datetime | None) -> float:
    return float("inf") if at is None else at.timestamp()
