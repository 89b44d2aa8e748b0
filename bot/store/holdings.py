"""Who held a conversation when, and what the desk has to do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.sql import ColumnElement

from bot.cases.case import AGENT, P1, WAITING
from bot.cases.holding import Holding
from bot.cases.shifts import Urgency, urgency
from bot.store.rows import Repository, facts_of
from bot.store.tables import (
    agents,
    calls,
    cases,
    complaints,
    conversations,
    holdings,
    messages,
    natures,
    presences,
    promises,
)

_HOLDING = [column for column in holdings.columns if column.name != "row"]
_OPEN = holdings.c.ended_at.is_(None)


@dataclass(frozen=True)
class Waiting:
    """A line of the queue: somebody who waits for a person, or whom `agent` has taken."""

    conversation_id: str
    channel: str
    language: str
    holder: str
    held_since: datetime | None
    agent_id: str | None
    agent: str | None
    tracking_number: str | None
    priority: str | None
    name: str | None
    narrative: str
    category: str | None
    issue: str | None
    due_at: datetime | None

    @property
    def is_urgent(self) -> bool:
        """Whether somebody may be in danger."""
        return self.priority == P1

    @property
    def urgency(self) -> Urgency:
        """What the queue is sorted by."""
        return urgency(self.priority, self.due_at, self.held_since, self.conversation_id)


_DUE = (
    select(func.min(promises.c.due_at))
    .where((promises.c.case_id == cases.c.id) & promises.c.kept_at.is_(None))
    .scalar_subquery()
)
_QUEUE = (
    select(
        [
            conversations.c.id.label("conversation_id"),
            conversations.c.channel,
            conversations.c.language,
            conversations.c.holder,
            conversations.c.held_since,
            conversations.c.agent_id,
            agents.c.name.label("agent"),
            cases.c.tracking_number,
            cases.c.priority,
            complaints.c.name,
            complaints.c.narrative,
            natures.c.category,
            natures.c.issue,
            _DUE.label("due_at"),
        ]
    )
    .select_from(
        conversations.join(complaints, complaints.c.id == conversations.c.complaint_id)
        .outerjoin(natures, and_(natures.c.complaint_id == complaints.c.id, natures.c.position == 0))
        .outerjoin(cases, cases.c.tracking_number == conversations.c.tracking_number)
        .outerjoin(agents, agents.c.id == conversations.c.agent_id)
    )
    .where(conversations.c.holder.in_([WAITING, AGENT]))
)


def _unanswered_since(moment: datetime) -> ColumnElement:
    """Whether a customer wrote before a moment, and their agent has done nothing since."""
    theirs = (messages.c.conversation_id == conversations.c.id) & (messages.c.sender == "customer")
    written = (messages.c.at > conversations.c.agent_seen_at) & (messages.c.at < moment)
    return select([messages.c.seq]).where(theirs & written).correlate(conversations).exists()


class Holdings(Repository):
    """The stretches of a unit in which agents held conversations."""

    def add(self, holding: Holding) -> None:
        """Keep that an agent has taken a conversation."""
        self._connection.execute(insert(holdings).values(facts_of(holding)))

    def end(self, conversation_id: str, at: datetime, by: str, note: str | None = None) -> None:
        """Keep that whoever held a conversation holds it no more, and why; without a `note` the one that is there stays."""
        mine = (holdings.c.conversation_id == conversation_id) & _OPEN
        noted = {} if note is None else {"note": note}
        self._connection.execute(update(holdings).where(mine).values(ended_at=at, ended_by=by, **noted))

    def note(self, conversation_id: str, agent_id: str, note: str) -> None:
        """Keep what an agent found out in their latest stretch of a conversation."""
        mine = (holdings.c.conversation_id == conversation_id) & (holdings.c.agent_id == agent_id)
        latest = select([func.max(holdings.c.row)]).where(mine).scalar_subquery()
        self._connection.execute(update(holdings).where(holdings.c.row == latest).values(note=note))

    def of_conversation(self, conversation_id: str) -> list[Holding]:
        """Return every stretch of a conversation in order."""
        mine = select(_HOLDING).where(holdings.c.conversation_id == conversation_id).order_by(holdings.c.row)
        return [Holding(**row) for row in self._rows(mine)]

    def queue(self) -> list[Waiting]:
        """Return who waits or is being helped: those in danger first, then by priority, promised date and wait."""
        lines = [Waiting(**row) for row in self._rows(_QUEUE)]
        return sorted(lines, key=lambda line: line.urgency)

    def waiting(self) -> list[Waiting]:
        """Return who waits and whom nobody has taken, the most urgent first."""
        return [line for line in self.queue() if line.holder == WAITING]

    def told_standings(self) -> dict[str, str]:
        """Return how everybody who waits was told they stand, by conversation."""
        told = select([conversations.c.id, conversations.c.told_standing]).where(
            (conversations.c.holder == WAITING) & conversations.c.told_standing.isnot(None)
        )
        return {row["id"]: row["told_standing"] for row in self._rows(told)}

    def loads(self) -> dict[str, int]:
        """Return how many conversations each agent has who has any."""
        mine = conversations.c.agent_id
        held = (conversations.c.holder == AGENT) & mine.isnot(None)
        counted = select([mine, func.count().label("load")]).where(held).group_by(mine)
        return {row["agent_id"]: row["load"] for row in self._rows(counted)}

    def waits(self, since: datetime) -> list[timedelta]:
        """Return how long each customer waited for a person who began to wait since a moment and waits no more."""
        lately = select([holdings.c.waited_since, holdings.c.began_at]).where(
            holdings.c.waited_since >= since
        )
        return [row["began_at"] - row["waited_since"] for row in self._rows(lately)]

    def abandoned(self, seen_before: datetime, limit: int) -> list[str]:
        """Return the conversations whose agent has left the desk, or a customer's line unanswered, since a moment.

        Whoever talks needs no desk for it, and a conversation by text may rest until somebody writes.
        """
        on_the_line = select([calls.c.conversation_id]).where(calls.c.ended_at.is_(None))
        is_gone = presences.c.seen_at.is_(None) | (presences.c.seen_at < seen_before)
        may_rest = conversations.c.channel == "sms"
        away = (conversations.c.holder == AGENT) & (conversations.c.agent_seen_at < seen_before)
        away &= conversations.c.id.notin_(on_the_line)
        away &= _unanswered_since(seen_before) | (is_gone & ~may_rest)
        statement = (
            select([conversations.c.id])
            .select_from(conversations.outerjoin(presences, presences.c.agent_id == conversations.c.agent_id))
            .where(away)
            .order_by(conversations.c.agent_seen_at)
            .limit(limit)
        )
        return [row["id"] for row in self._rows(statement)]
