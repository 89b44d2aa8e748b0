"""Goodwill that people at the desk offer: how far a role goes, what was given, and what a lead is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.cases.agent import LEAD, Agent
from bot.cases.case import Case
from bot.cases.errors import CaseError
from bot.cases.findings import Part
from bot.cases.playbook import ACCEPTED, GOODWILL, Offer

ASKED, PUT, NOT_APPROVED = "asked", "put", "not_approved"
"""What became of a proposal: a lead is asked for it, it was put to the customer, or a lead did not approve it."""

_FROM_DESK = "desk:"


class OfferRefused(CaseError):
    """Goodwill cannot be offered or answered so; `code` says why."""


@dataclass(frozen=True)
class Proposal:
    """Goodwill that an agent wants to offer on a case: how much, in cents, and why.

    `seq` is the message of the case's conversation in which the customer may choose, where it was put there.
    """

    id: str
    tracking_number: str
    agent_id: str
    cents: int
    reason: str
    at: datetime
    status: str = ASKED
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str = ""
    seq: int | None = None

    @property
    def fact(self) -> str:
        """What its offer rests on, which tells it from every other."""
        return f"{_FROM_DESK}{self.id}"


def limit_of(agent: Agent, limits: Mapping[str, int]) -> int:
    """Return how much goodwill a role may give on one case, in cents: the operator's written limits."""
    return limits["lead" if agent.may(LEAD) else "agent"]


def given_on(case: Case) -> int:
    """Return the goodwill of a case, whoever gave it, in cents: accepted, or waiting for the customer's answer."""
    return sum(
        offer.cents
        for offer in case.offers
        if offer.kind == GOODWILL and (offer.status == ACCEPTED or offer.waits)
    )


def room_on(case: Case, agent: Agent, limits: Mapping[str, int]) -> int:
    """Return how much more goodwill an agent may give on a case, in cents."""
    return max(0, limit_of(agent, limits) - given_on(case))


def must_be_possible(case: Case, cents: int, is_known: bool) -> None:
    """Raise OfferRefused unless goodwill can be offered on a case at all.

    `is_known` tells that the customer has proved who they are, or that an agent says to have checked it.
    """
    if cents <= 0:
        raise OfferRefused("no_sum")
    if case.account_number is None:
        raise OfferRefused("no_account")
    if not is_known:
        raise OfferRefused("not_proved")
    if case.standing_offer is not None:
        raise OfferRefused("offer_waits")


def offer_of(proposal: Proposal, at: datetime) -> Offer:
    """Return the offer of a proposal; it rests on nothing but the proposal, so it is made once."""
    return Offer(
        GOODWILL,
        proposal.cents,
        (proposal.fact,),
        at,
        parts=(Part(f"goodwill:{proposal.id}", proposal.cents),),
    )


def name_of(offer: Offer) -> str:
    """Return what tells an offer from every other of its case, for a form that answers it."""
    return f"{offer.kind} {' '.join(offer.facts)}"


def proposal_of(offer: Offer) -> str | None:
    """Return the id of the proposal that an offer comes from, None for the assistant's own."""
    return next((fact[len(_FROM_DESK) :] for fact in offer.facts if fact.startswith(_FROM_DESK)), None)
