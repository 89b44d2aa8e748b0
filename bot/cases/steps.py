"""The next steps that people at the desk take with a case: moves of the status table, each with the role it takes."""

from __future__ import annotations

from datetime import datetime

from bot.cases import status
from bot.cases.agent import AGENT, LEAD, Agent
from bot.cases.case import Case
from bot.cases.errors import CaseError

STEPS = ("investigate", "ask_customer", "answer", "resolve", "withdraw", "reopen", "close")
"""To escalate and to refer are the customer's own wishes, with dates of their own, and are taken where they are said."""

NEEDS_THEIR_WORD = frozenset({"resolve", "withdraw"})
"""Steps that are the customer's to decide: whoever takes them says that the customer has said so."""

REVIEW = "escalation_review"
_ANSWERED_BY = ("answer", REVIEW)
"""The promises that an answer keeps."""


class StepRefused(CaseError):
    """A step at the desk was refused; `code` says why."""


def role_for(case: Case) -> str:
    """Return who decides on a case: a lead for as long as the customer's escalation waits for its review."""
    waits = any(promise.what == REVIEW and promise.kept_at is None for promise in case.promises)
    return LEAD if waits or case.status == status.ESCALATED else AGENT


def next_steps(case: Case, agent: Agent) -> list[str]:
    """Return the steps that an agent may take with a case now; one that leads nowhere new is none."""
    if case.merged_into or not agent.may(role_for(case)):
        return []
    return [step for step in STEPS if status.MOVES[step].get(case.status, case.status) != case.status]


def take(case: Case, step: str, agent: Agent, at: datetime, seen: str, customer_said_so: bool) -> None:
    """Take a step, by name; `seen` is the status that the agent decided on.

    Raises StepRefused when the case has moved on meanwhile, or when the role or the customer's word is missing.
    """
    if not agent.may(role_for(case)):
        raise StepRefused("for_a_lead")
    if case.status != seen:
        raise StepRefused("moved_on")
    if step not in next_steps(case, agent):
        raise StepRefused("move_not_allowed", step)
    if step in NEEDS_THEIR_WORD and not customer_said_so:
        raise StepRefused("not_their_word")
    case.move(step, at, agent.name)
    if step == "answer":
        for promised in _ANSWERED_BY:
            case.keep(promised, at, agent.name)
