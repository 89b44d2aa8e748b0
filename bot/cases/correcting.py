"""Facts of a case are put right by those who may; what stood there before is kept, with who changed it and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.cases.agent import AGENT, LEAD, Agent
from bot.cases.case import Case, Correction
from bot.cases.chronology import Event
from bot.cases.complaint import Nature
from bot.cases.errors import CaseError
from bot.cases.status import CLOSED

TOLD = ("name", "represented", "phone", "email", "address", "postal_code", "remedy")
"""Facts as the complaint holds them, each a text or nothing."""

ACCOUNT, LANGUAGE, NATURES, EVENT = "account_number", "language", "natures", "event"

FACTS = (*TOLD, ACCOUNT, LANGUAGE, NATURES)
"""What can be put right, beside events. What the customer told stands in their words and is never rewritten."""


class CorrectionRefused(CaseError):
    """A case cannot be corrected so; `code` says why."""


def role_to_correct(case: Case) -> str:
    """Return who may correct a case: a lead once it is closed."""
    return LEAD if case.status == CLOSED else AGENT


def correct(case: Case, facts: Mapping[str, Any], seen: int, agent: Agent, at: datetime) -> None:
    """Put facts right; `seen` is how many corrections the case had when the agent looked at it.

    Raises CorrectionRefused when it has been corrected meanwhile, for an account that was proved to be the
    customer's, and to whoever's role does not allow it. What is as it should be already changes nothing.
    """
    _must_be_allowed(case, agent)
    wrong = {name: value for name, value in facts.items() if value != fact(case, name)}
    if wrong and seen != len(case.corrections):
        raise CorrectionRefused("moved_on")
    if ACCOUNT in wrong and case.verified:
        raise CorrectionRefused("account_proved")
    for name, value in wrong.items():
        before = written(fact(case, name))
        _set(case, name, value)
        _keep(case, name, before, written(value), agent, at)


def add_event(case: Case, event: Event, agent: Agent, at: datetime) -> None:
    """Add an event; one that is there already changes nothing."""
    _must_be_allowed(case, agent)
    if event not in case.complaint.events:
        case.complaint.add_event(event)
        _keep(case, EVENT, "", written(event), agent, at)


def change_event(case: Case, seen: str, event: Event | None, agent: Agent, at: datetime) -> None:
    """Put an event right, or take it out where there is none in its place; `seen` is how it was written before.

    Raises CorrectionRefused when it has been changed meanwhile. What came a second time changes nothing.
    """
    _must_be_allowed(case, agent)
    events = case.complaint.events
    old = next((each for each in events if written(each) == seen), None)
    if old is None:
        if event is None or written(event) in map(written, events):
            return
        raise CorrectionRefused("moved_on")
    new = replace(old, date=event.date, precision=event.precision, text=event.text) if event else None
    if new == old:
        return
    kept = [new if each is old else each for each in events]
    case.complaint.events = [each for each in kept if each is not None]
    _keep(case, EVENT, seen, written(new), agent, at)


def fact(case: Case, name: str) -> Any:
    """Return a fact as it stands."""
    if name in TOLD:
        return getattr(case.complaint, name)
    return {
        ACCOUNT: case.account_number or case.complaint.account_number,
        LANGUAGE: case.language,
        NATURES: case.complaint.natures,
    }[name]


def written(value: Any) -> str:
    """Write a fact as it is kept: natures as `category.issue.service`, an event as its date and its words."""
    if isinstance(value, Event):
        return f"{value.date or ''} {value.text}".strip()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_written_nature(nature) for nature in value)
    return str(value or "")


def _written_nature(nature: Nature) -> str:
    return ".".join((nature.category, nature.issue or "", nature.service or ""))


def _must_be_allowed(case: Case, agent: Agent) -> None:
    if case.merged_into:
        raise CorrectionRefused("merged_already")
    if not agent.may(role_to_correct(case)):
        raise CorrectionRefused("closed_for_a_lead")


def _set(case: Case, name: str, value: Any) -> None:
    if name in TOLD:
        setattr(case.complaint, name, value)
    else:
        _SETTERS[name](case, value)


def _set_account(case: Case, number: str | None) -> None:
    case.account_number = case.complaint.account_number = number


def _set_language(case: Case, language: str) -> None:
    case.language = language


def _set_natures(case: Case, natures: list[Nature]) -> None:
    case.complaint.natures = natures


_SETTERS: dict[str, Callable[[Case, Any], None]] = {
    ACCOUNT: _set_account,
    LANGUAGE: _set_language,
    NATURES: _set_natures,
}


def _keep(case: Case, what: str, before: str, after: str, agent: Agent, at: datetime) -> None:
    case.corrections.append(Correction(at, agent.name, what, before, after))
    case.note(at, agent.name, "corrected", what)
