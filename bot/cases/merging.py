"""Two cases about the same thing become one: nothing that was promised or told is lost, and a lead can undo it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.cases.agent import LEAD, Agent
from bot.cases.case import Case, Merge
from bot.cases.complaint import Complaint
from bot.cases.errors import CaseError
from bot.cases.promises import Promise
from bot.cases.status import ENDED, ESCALATED, may_move
from bot.cases.steps import role_for


class MergeRefused(CaseError):
    """Two cases cannot be made one; `code` says why."""


def is_same_customer(one: Case, other: Case) -> bool:
    """Tell whether two cases share an account, a telephone or an e-mail address."""
    mine, theirs = _contacts(one), _contacts(other)
    return any(value and value == theirs[name] for name, value in mine.items())


def must_merge(case: Case, into: Case, agent: Agent, sure: bool) -> None:
    """Raise MergeRefused unless a case may be merged into another; `sure` of what looks like another customer's."""
    if case.tracking_number == into.tracking_number:
        raise MergeRefused("itself")
    if case.merged_into or into.merged_into:
        raise MergeRefused("merged_already")
    if case.merges:
        raise MergeRefused("merge_other_way")
    if into.status in ENDED and case.status not in ENDED:
        raise MergeRefused("survivor_ended")
    if not (agent.may(role_for(case)) and agent.may(role_for(into))):
        raise MergeRefused("for_a_lead")
    if not (sure or is_same_customer(case, into)):
        raise MergeRefused("other_customer")


def merge(case: Case, into: Case, agent: Agent, at: datetime, sure: bool = False) -> None:
    """Let a case lead to another, which takes over its events and all that is promised. Raises MergeRefused.

    The number that the customer was given stays theirs: whoever asks by it is told of the other case. Done already,
    it is not done again.
    """
    if case.merged_into == into.tracking_number:
        return
    must_merge(case, into, agent, sure)
    events = tuple(event for event in case.complaint.events if event not in into.complaint.events)
    open_promises = tuple(promise for promise in case.promises if promise.kept_at is None)
    into.merges.append(Merge(case.tracking_number, at, agent.name, case.status, events, open_promises))
    into.complaint.events.extend(events)
    into.promises.extend(open_promises)
    into.handoffs.extend(handoff for handoff in case.handoffs if handoff not in into.handoffs)
    into.raise_priority(case.priority)
    into.note(at, agent.name, "merged_in", case.tracking_number)
    _escalate_too(case, into, agent, at)
    case.promises = [promise for promise in case.promises if promise.kept_at is not None]
    case.merged_into = into.tracking_number
    case.note(at, agent.name, "merged_into", into.tracking_number)
    case.move("merge", at, agent.name)


def split(case: Case, from_: Case, agent: Agent, at: datetime) -> None:
    """Undo a merge: the case is what it was, with what has been kept of its promises meanwhile. Raises MergeRefused.

    What weighs on the other case since then, such as a danger or an escalation, stays on both: nobody is left alone.
    """
    if not agent.may(LEAD):
        raise MergeRefused("not_allowed")
    done = next((each for each in from_.merges if each.number == case.tracking_number), None)
    if done is None:
        return
    from_.merges.remove(done)
    from_.complaint.events = [event for event in from_.complaint.events if event not in done.events]
    case.promises.extend(_given_back(promise, from_) for promise in done.promises)
    from_.note(at, agent.name, "split", case.tracking_number)
    case.note(at, agent.name, "split", from_.tracking_number)
    case.merged_into = None
    case.put_back(done.status_before, at, agent.name)


def lead_on(before: Complaint, after: Complaint, into: Case, at: datetime) -> None:
    """Take what the customer has told on a merged case over to the one that it leads to."""
    words = after.narrative.removeprefix(before.narrative).strip()
    events = [event for event in after.events if event not in before.events]
    amounts = [amount for amount in after.amounts if amount not in before.amounts]
    if not (words or events or amounts):
        return
    if words:
        into.complaint.tell(words)
    for event in events:
        into.complaint.add_event(event)
    for amount in amounts:
        into.complaint.add_amount(amount)
    into.note(at, "customer", "added", "words added to the case")


def _contacts(case: Case) -> dict[str, str | None]:
    told = case.complaint
    return {
        "account": case.account_number or told.account_number,
        "phone": told.phone,
        "email": told.email and told.email.casefold(),
    }


def _escalate_too(case: Case, into: Case, agent: Agent, at: datetime) -> None:
    """Let an escalation that waits for its review wait on the other case."""
    if role_for(case) != LEAD:
        return
    into.escalations.extend(wish for wish in case.escalations if wish not in into.escalations)
    if into.status != ESCALATED and may_move(into.status, "escalate"):
        into.move("escalate", at, agent.name)


def _given_back(promise: Promise, from_: Case) -> Promise:
    """Take a promise off the other case again and return it as it stands now."""
    same = [
        place
        for place, each in enumerate(from_.promises)
        if (each.what, each.due_at) == (promise.what, promise.due_at)
    ]
    # its own stands before what was taken over
    return replace(promise, kept_at=from_.promises.pop(same[-1]).kept_at) if same else promise
