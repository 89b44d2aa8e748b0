"""A case: our record of one complaint, from its tracking number to its end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.cases import status
from bot.cases.chronology import Event
from bot.cases.complaint import Complaint
from bot.cases.playbook import ACCEPTED, Offer
from bot.cases.promises import Promise
from bot.cases.resolution import LEFT, Resolution

P1, P2, P3 = "P1", "P2", "P3"
"""Priorities: P1 is safety, where minutes count."""

ASSISTANT, WAITING, AGENT = "assistant", "waiting", "agent"
"""Holders: who speaks now. While waiting for a person, the assistant goes on taking the complaint."""


UNSAFE_TO_WRITE = frozenset({"safety: violence", "safety: self_harm"})
"""Reasons for which a person was asked for, in which nothing is written that nobody asked for."""


COMES_BACK_WITHIN = timedelta(days=14)
"""Whoever complains of the same thing again within this time was not helped the first time."""


@dataclass(frozen=True)
class HistoryEntry:
    """One change of a case: when, who made it, what it was, and a detail that names no person."""

    at: datetime
    by: str
    what: str
    detail: str = ""


@dataclass(frozen=True)
class Correction:
    """A fact that was put right, as it was written before and after: when, and by whom of ours."""

    at: datetime
    by: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Merge:
    """That the case of this number was merged into one: when, by whom, and what has to come back if that is undone."""

    number: str
    at: datetime
    by: str
    status_before: str
    events: tuple[Event, ...]
    promises: tuple[Promise, ...]


@dataclass(frozen=True)
class Escalation:
    """The customer's recorded wish for a senior manager or support lead (Code of practice, part III)."""

    at: datetime
    language: str
    to: str
    due_at: datetime


@dataclass(frozen=True)
class Handoff:
    """A request for a person: when and why, and when somebody took it."""

    at: datetime
    reason: str
    taken_at: datetime | None = None


@dataclass(frozen=True)
class Referral:
    """The customer's wish to go to a scheme, and the scheme's own number once it is known."""

    at: datetime
    scheme: str
    scheme_number: str | None = None


@dataclass
class Case:
    """One complaint on record. Only the methods change it; each change leaves a line in the history.

    `recontact_of` is the tracking number of an earlier case about the same thing, if it is not long ago; `received_on`
    the day on which it reached us, where somebody had to open the case for it; `assigned_to` the agent whose it is;
    `merged_into` the case that it leads to, where it tells of the same thing.
    """

    tracking_number: str
    complaint: Complaint
    language: str
    channel: str
    opened_at: datetime
    status: str = status.OPEN
    priority: str = P3
    account_number: str | None = None
    verified: bool = False
    verified_weakly: bool = False
    recontact_of: str | None = None
    received_on: date | None = None
    offers: list[Offer] = field(default_factory=list)
    resolutions: list[Resolution] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)
    handoffs: list[Handoff] = field(default_factory=list)
    referral: Referral | None = None
    history: list[HistoryEntry] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    assigned_to: str | None = None
    merged_into: str | None = None

    def note(self, at: datetime, by: str, what: str, detail: str = "") -> None:
        """Add a line to the history."""
        self.history.append(HistoryEntry(at, by, what, detail))

    def move(self, move: str, at: datetime, by: str) -> None:
        """Change the status by a move of the table; raises MoveNotAllowed."""
        before, self.status = self.status, status.after(self.status, move)
        self.note(at, by, move, f"{before} to {self.status}")

    def put_back(self, before: str, at: datetime, by: str) -> None:
        """Give the case the status that it had before it was merged; one that goes on again is reopened."""
        merged, self.status = self.status, before
        if before not in status.ENDED:
            self.note(at, by, "reopen", f"{merged} to {before}")

    def assign(self, agent_id: str | None, name: str, at: datetime, by: str) -> None:
        """Give the case to an agent of this name, or to nobody; whose it is already changes nothing."""
        if self.assigned_to != agent_id:
            self.assigned_to = agent_id
            self.note(at, by, "assigned" if agent_id else "unassigned", name)

    def raise_priority(self, priority: str) -> None:
        """Raise the priority; a case never falls back to a lower one by itself."""
        self.priority = min(self.priority, priority)

    def look_into(self, at: datetime, by: str) -> None:
        """Hand the case to those who investigate; one that is escalated or referred keeps that standing."""
        if status.may_move(self.status, "investigate"):
            self.move("investigate", at, by)
        else:
            self.note(at, by, "looked_into")

    def promise(self, promise: Promise, at: datetime) -> None:
        """Keep a promise with its date; the same one for the same date stands already."""
        if promise in self.promises:
            return
        self.promises.append(promise)
        self.note(at, ASSISTANT, "promised", promise.what)

    def keep(self, what: str, at: datetime, by: str = ASSISTANT) -> None:
        """Mark every open promise of this kind as kept."""
        kept = [
            replace(promise, kept_at=at) if promise.what == what and promise.kept_at is None else promise
            for promise in self.promises
        ]
        if kept != self.promises:
            self.promises = kept
            self.note(at, by, "kept", what)

    def offer(self, offer: Offer, by: str = ASSISTANT) -> bool:
        """Put an offer to the customer; False when its facts were offered before, whatever the answer."""
        if any(known.kind == offer.kind and known.facts == offer.facts for known in self.offers):
            return False
        self.offers.append(offer)
        self.note(offer.at, by, "offered", offer.kind)
        return True

    @property
    def standing_offer(self) -> Offer | None:
        """The offer that waits for an answer."""
        return next((offer for offer in self.offers if offer.waits), None)

    def answer_offer(self, accepted: bool, at: datetime) -> Offer:
        """Record the customer's answer to the standing offer and return the offer."""
        standing = self._asked_offer()
        answered = standing.answered(accepted, at)
        self.offers[self.offers.index(standing)] = answered
        self.note(at, "customer", answered.status, answered.kind)
        return answered

    def leave_offer_open(self, why: str, at: datetime) -> None:
        """Record that the customer took the standing offer and that it cannot be kept: a person decides on it."""
        standing = self._asked_offer()
        self.offers[self.offers.index(standing)] = standing.left_open(at)
        self.note(at, "customer", ACCEPTED, standing.kind)
        self.note(at, ASSISTANT, why)

    def _asked_offer(self) -> Offer:
        if self.standing_offer is None:
            raise LookupError("no offer waits for an answer")
        return self.standing_offer

    @property
    def resolution(self) -> Resolution | None:
        """The playbook that is at work, None when none is."""
        return next((each for each in reversed(self.resolutions) if each.outcome is None), None)

    def begin(self, resolution: Resolution) -> None:
        """Put a playbook to work; one that was at work before it was left for this one."""
        self.end_resolution(LEFT, resolution.at)
        self.resolutions.append(resolution)
        self.note(resolution.at, ASSISTANT, "playbook", f"{resolution.playbook}: {resolution.finding}")

    def advance(self, resolution: Resolution) -> None:
        """Keep where the playbook that is at work stands now."""
        current = self.resolution
        if current is None:
            raise LookupError("no playbook is at work")
        self.resolutions[self.resolutions.index(current)] = resolution

    def end_resolution(self, outcome: str, at: datetime) -> None:
        """Record what came of the playbook that is at work; nothing changes when none is."""
        current = self.resolution
        if current is not None:
            self.advance(current.ended(outcome, at))

    def escalate(self, escalation: Escalation) -> None:
        """Record the customer's wish to escalate; asked again, the first wish stands."""
        if self.status == status.ESCALATED and self.escalations:
            return
        self.move("escalate", escalation.at, "customer")
        self.escalations.append(escalation)
        self.promise(Promise("escalation_review", escalation.due_at), escalation.at)
        self.raise_priority(P2)

    def hand_over(self, handoff: Handoff, call_back_by: datetime) -> None:
        """Ask for a person, with a promise of a call-back; asked again while one waits, nothing is added."""
        if any(waiting.taken_at is None for waiting in self.handoffs):
            return
        self.handoffs.append(handoff)
        self.note(handoff.at, "customer", "person_requested", handoff.reason)
        self.promise(Promise("call_back", call_back_by), handoff.at)

    @property
    def call_back_due(self) -> datetime | None:
        """By when somebody calls back, as it was promised last."""
        return next((each.due_at for each in reversed(self.promises) if each.what == "call_back"), None)

    def take_over(self, at: datetime) -> None:
        """Record that a person has the customer now: whoever was promised a call-back needs none."""
        self.handoffs = [
            replace(handoff, taken_at=at) if handoff.taken_at is None else handoff
            for handoff in self.handoffs
        ]
        self.note(at, AGENT, "taken_over")
        self.keep("call_back", at)

    def tell_of_danger(self, reason: str, at: datetime, by: str) -> None:
        """Record a danger that a person has before them already: nobody else is waited for."""
        self.handoffs.append(Handoff(at, reason, taken_at=at))
        self.note(at, by, "danger", reason)

    @property
    def is_unsafe_to_write(self) -> bool:
        """Whether what we send on our own could be read by somebody who means the customer harm, or do harm itself."""
        return any(handoff.reason in UNSAFE_TO_WRITE for handoff in self.handoffs)

    def refer(self, referral: Referral) -> None:
        """Record that the customer goes to a scheme; our own work on the case does not end with it."""
        if self.referral is None:
            self.move("refer", referral.at, "customer")
            self.referral = referral
