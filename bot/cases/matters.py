"""Whose work a conversation or a case is, and what whoever opens another one has to say about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.cases.agent import ADMINISTRATOR, LEAD, SIGNED_IN_FOR, Agent
from bot.cases.audit import GAVE_REASON, STILL_LOOKING, Entry
from bot.cases.case import AGENT, WAITING
from bot.cases.errors import CaseError
from bot.cases.status import ENDED

OTHER = "other"
REASONS = ("customer", "colleague", "quality", OTHER)
"""Why somebody opens what is not their work: the customer got in touch, a colleague asked, work is looked over."""

LONGEST_REASON = 200


class NoReason(CaseError):
    """What was said is no reason; `code` says why."""


@dataclass(frozen=True)
class Matter:
    """A conversation and its case, as far as they decide whose work they are.

    `status` is None without a case; `for_a_lead` while an escalation waits for its review; `agent_id` has the
    conversation; `assigned_to` has the case; `worked_by` did something about either last, other than to look.
    """

    conversation_id: str
    tracking_number: str | None
    holder: str
    agent_id: str | None
    status: str | None
    for_a_lead: bool
    assigned_to: str | None = None
    worked_by: str | None = None

    @property
    def subjects(self) -> tuple[str, ...]:
        """What the record of deeds knows it by."""
        return tuple(filter(None, (self.conversation_id, self.tracking_number)))


def is_work_of(matter: Matter, agent: Agent) -> bool:
    """Whether this agent may open a matter without saying why: it is theirs, or waits for somebody like them."""
    if agent.id in (matter.agent_id, matter.assigned_to, matter.worked_by):
        return True
    # Who is there to run the desk sees nobody's complaint by the way.
    return agent.role != ADMINISTRATOR and _waits_for(matter, agent)


def _waits_for(matter: Matter, agent: Agent) -> bool:
    if matter.holder == WAITING:
        return True
    if matter.for_a_lead:
        return agent.may(LEAD)
    is_taken = matter.holder == AGENT or bool(matter.assigned_to or matter.worked_by)
    return matter.status is not None and matter.status not in ENDED and not is_taken


def is_known(deeds: Iterable[Entry], now: datetime, changes: bool = False) -> bool:
    """Whether what an agent has done about a matter lets them go on: a reason for the shift, anything for a while.

    Whoever only `changes` it is shown nothing, and goes on from what they have opened during the shift.
    """
    return any(
        now - deed.at < (SIGNED_IN_FOR if changes or deed.deed == GAVE_REASON else STILL_LOOKING)
        for deed in deeds
    )


def reason_of(name: str, words: str) -> str:
    """Return a reason as the record keeps it; raises NoReason for none, and for another one without words."""
    words = " ".join(words.split())
    if name not in REASONS or (name == OTHER and not words):
        raise NoReason("no_reason")
    if len(words) > LONGEST_REASON:
        raise NoReason("reason_too_long")
    return f"{name}: {words}" if words else name
