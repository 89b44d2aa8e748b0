"""Macros at the desk: those of the packs and the desk's own, filled in for one customer in the customer's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from bot.cases import audit
from bot.cases.agent import Agent
from bot.cases.case import Case
from bot.cases.guard import ANYWHERE
from bot.cases.macros import Macro, filled, must_be_whole
from bot.cases.playbook import ACCEPTED, CORRECTION, GOODWILL
from bot.languages import LANGUAGES, pack
from bot.languages.guarding import must_pass
from bot.languages.wording import day_of, written
from bot.provider import Profile
from bot.schemes import scheme
from bot.store import Store, Unit

DATES = ("update", "answer", "call_back", "escalation_review")
"""Promises whose dates macros tell."""


@dataclass(frozen=True)
class Ready:
    """A macro as an agent picks it: its title in their language, its text for the customer."""

    id: str
    title: str
    text: str
    is_filled: bool


@cache
def of_packs() -> tuple[Macro, ...]:
    """Return the macros that come with the product."""
    packs = {language: pack(language, "macros")["macros"] for language in LANGUAGES}
    return tuple(
        Macro(
            name,
            {language: words[name]["title"] for language, words in packs.items()},
            {language: words[name]["text"].strip() for language, words in packs.items()},
        )
        for name in packs["en"]
    )


def ready(
    unit: Unit, agent: Agent, operator: Profile, name: str | None, case: Case | None, language: str
) -> list[Ready]:
    """Return every macro for a customer, with gaps where something is not known."""
    values = dict(_values(agent, operator, name, case, language))
    gaps = pack(agent.language, "macros")["gaps"]
    return [
        Ready(
            each.id,
            each.titles[agent.language],
            filled(each.texts[language], values, gaps),
            each.has_variables(language),
        )
        for each in [*of_packs(), *unit.macros.all()]
    ]


def keep(store: Store, macro: Macro, agent: Agent, now: datetime) -> None:
    """Keep a macro of the desk's own, new or changed; raises MacroRefused, and Stopped for what may not leave."""
    must_be_whole(macro, LANGUAGES)
    for text in macro.texts.values():
        must_pass(text, ANYWHERE)
    with store.unit() as unit:
        known = unit.macros.get(macro.id)
        if known and (known.titles, known.texts) == (macro.titles, macro.texts):
            return
        unit.macros.put(macro)
        deed = audit.MACRO_CHANGED if known else audit.MACRO_ADDED
        unit.audit.add(now, deed, agent.id, macro.id)


def remove(store: Store, macro_id: str, agent: Agent, now: datetime) -> None:
    """Take a macro away from the desk; what was written with it stands."""
    with store.unit() as unit:
        if unit.macros.remove(macro_id, now):
            unit.audit.add(now, audit.MACRO_REMOVED, agent.id, macro_id)


def _values(
    agent: Agent, operator: Profile, name: str | None, case: Case | None, language: str
) -> Iterator[tuple[str, str]]:
    rules = scheme(operator.scheme)
    yield "agent", agent.name
    yield "provider", operator.name
    yield "phone", operator.phone
    yield "website", rules.value("website")
    yield "scheme_phone", rules.value("phone")
    yield "notice", written({"kind": "notice", "scheme": operator.scheme}, language)
    if name:
        yield "name", name
    if case:
        yield "tracking_number", case.tracking_number
        yield from _dates(case, language, operator.timezone)
        yield from _amount(case, language)


def _dates(case: Case, language: str, zone: str) -> Iterator[tuple[str, str]]:
    for promise in sorted(case.promises, key=lambda each: each.due_at, reverse=True):
        if promise.kept_at is None and promise.what in DATES:
            yield promise.what, written(day_of(promise.due_at, zone), language)


def _amount(case: Case, language: str) -> Iterator[tuple[str, str]]:
    """Yield the sum that the customer accepted last."""
    for offer in case.offers:
        if offer.status == ACCEPTED and offer.kind in (CORRECTION, GOODWILL):
            money = {"kind": "money", "cents": offer.cents, "currency": offer.currency}
            yield "amount", written(money, language)
