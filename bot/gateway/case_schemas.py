"""The shape of a case in the public JSON, with an example, as /openapi.json describes it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from bot.gateway.schemas import Language, Status, example


class Contact(BaseModel):
    """One way to reach the customer; "of_record" is the contact on their account."""

    kind: Literal["phone", "email", "of_record"]
    value: str | None


class Address(BaseModel):
    """As much of the address as the customer gave; `street` in their words, with what they wrote around it."""

    street: str | None
    postal_code: str | None


class Customer(BaseModel):
    """Who complains, as far as known."""

    account_number: str | None
    verified: bool
    verified_weakly: bool
    name: str | None
    contacts: list[Contact]
    address: Address | None


class Nature(BaseModel):
    """One kind of trouble in the CCTS's taxonomy."""

    category: Literal["billing", "contract", "service_delivery", "credit_management", "other"]
    issue: str | None
    service: Literal["wireless", "internet", "local_phone", "long_distance", "tv", "other"] | None


class Event(BaseModel):
    """Something that happened; `date` is ISO 8601 at its precision, `person` somebody of ours who was named."""

    date: str | None
    precision: Literal["day", "month", "year", "range", "unknown"]
    text: str
    reference: str | None
    person: str | None


class PriorContact(BaseModel):
    """An earlier attempt to have it put right."""

    text: str
    reference: str | None
    person: str | None


class Amount(BaseModel):
    """A sum of money."""

    amount: float
    currency: str


class Complaint(BaseModel):
    """What went wrong; for whom if it is somebody else, what makes it weigh more, which other companies were named."""

    narrative: str
    represented: str | None
    circumstances: list[str]
    companies: list[str]
    natures: list[Nature]
    remedy: str | None
    events: list[Event]
    prior_contacts: list[PriorContact]
    amounts: list[Amount]


class Offer(Amount):
    """A resolution put to the customer."""

    kind: str
    status: Literal["offered", "accepted", "refused"]
    at: str


class Resolution(BaseModel):
    """A try to put it right on the spot: the playbook, what the records showed, the answers, and what came of it."""

    playbook: str
    finding: str
    answers: list[str]
    outcome: Literal["solved", "not_solved", "refused", "to_person", "to_investigation", "left"] | None
    at: str
    ended_at: str | None


class Promise(BaseModel):
    """Something we said we would do."""

    what: str
    due_at: str
    kept_at: str | None


class Notice(BaseModel):
    """Something we sent, or are about to send."""

    kind: Literal["sms", "email", "letter"]
    to: str
    language: str
    text: str
    at: str
    sent_at: str | None


class Escalation(BaseModel):
    """The customer's wish that a senior person takes over."""

    at: str
    language: str
    to: str
    due_at: str


class Referral(BaseModel):
    """The customer's wish to go to an ombudsman scheme."""

    at: str
    scheme: str
    scheme_number: str | None


class Handoff(BaseModel):
    """A request for a person."""

    at: str
    reason: str
    taken_at: str | None


class HistoryEntry(BaseModel):
    """One change of the case."""

    at: str
    by: str
    what: str
    detail: str


class EvidencePiece(BaseModel):
    """A file the customer sent. Once `kept` it can be downloaded by its `id`; `reason` says why one was `refused`."""

    id: str
    received_at: str
    state: Literal["waiting", "kept", "refused"]
    reason: Literal["type", "number", "size", "address", "lost"] | None
    type: str
    size: int | None
    sha256: str | None


CASE_EXAMPLE = {
    "tracking_number": "4821-0937-5562",
    "status": "open",
    "priority": "P3",
    "language": "en",
    "channel": "web",
    "opened_at": "2026-03-05T15:04:05.123Z",
    "received_on": None,
    "customer": {
        "account_number": "40021873",
        "verified": True,
        "verified_weakly": False,
        "name": "Alex Tremblay",
        "contacts": [{"kind": "email", "value": "alex@example.com"}],
        "address": {"street": "12 Maple Ave, Toronto", "postal_code": "M5V 2T6"},
    },
    "complaint": {
        "narrative": "I was charged twice.",
        "represented": None,
        "circumstances": [],
        "companies": [],
        "natures": [{"category": "billing", "issue": "incorrect_charge", "service": "internet"}],
        "remedy": "The second charge back",
        "events": [
            {
                "date": "2026-03-01",
                "precision": "day",
                "text": "Charged twice",
                "reference": None,
                "person": None,
            }
        ],
        "prior_contacts": [],
        "amounts": [{"amount": 41.15, "currency": "CAD"}],
    },
    "offers": [],
    "resolutions": [],
    "recontact_of": None,
    "merged_into": None,
    "promises": [{"what": "answer", "due_at": "2026-03-10T22:00:00.000Z", "kept_at": None}],
    "notices": [],
    "escalations": [],
    "referral": None,
    "handoffs": [],
    "evidence": [
        {
            "id": "5f0c6a1e9b7d4c0f8a2e3d4b5c6f7a81",
            "received_at": "2026-03-05T15:06:00.000Z",
            "state": "kept",
            "reason": None,
            "type": "image/jpeg",
            "size": 184233,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        }
    ],
    "history": [{"at": "2026-03-05T15:04:05.123Z", "by": "assistant", "what": "opened", "detail": ""}],
}


class Case(BaseModel):
    """One complaint on record. `channel` is web, sms or voice; letter, email, in_person or phone where an agent opened
    it, with the day on which it was `received_on`. One that was `merged_into` another is closed; the other goes on for both.
    """

    model_config = example(CASE_EXAMPLE)

    tracking_number: str
    status: Status
    priority: Literal["P1", "P2", "P3"]
    language: Language
    channel: str
    opened_at: str
    received_on: str | None
    customer: Customer
    complaint: Complaint
    offers: list[Offer]
    resolutions: list[Resolution]
    recontact_of: str | None
    merged_into: str | None
    promises: list[Promise]
    notices: list[Notice]
    escalations: list[Escalation]
    referral: Referral | None
    handoffs: list[Handoff]
    evidence: list[EvidencePiece]
    history: list[HistoryEntry]


class CaseList(BaseModel):
    """Cases in the order they were opened; `next` is the `after` of the following page, null at the end."""

    model_config = example({"cases": [CASE_EXAMPLE], "next": None})

    cases: list[Case]
    next: str | None
