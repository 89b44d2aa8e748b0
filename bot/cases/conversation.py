"""A conversation: who speaks, in which language, what was asked last, and the complaint it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.cases.case import ASSISTANT
from bot.cases.complaint import Complaint


@dataclass
class Conversation:
    """The state of one conversation, the truth that the dialogue engine's slots only mirror.

    `expects` is what the assistant asked for last; `came_from` the question to go back to after a side-step
    such as a status enquiry; `today` the reference day for reading dates when it is not the real one;
    `tracking_number` the case opened here; `enquiry` the tracking number a status enquiry is about;
    `misunderstood` how many turns in a row were not understood.
    """

    id: str
    token_hash: str
    channel: str
    created_at: datetime
    language: str = "en"
    language_settled: bool = False
    expects: str | None = "open"
    came_from: str | None = None
    holder: str = ASSISTANT
    today: date | None = None
    tracking_number: str | None = None
    enquiry: str | None = None
    enquiry_proved: bool = False
    misunderstood: int = 0
    complaint: Complaint = field(default_factory=Complaint)


@dataclass(frozen=True)
class Choice:
    """Something the customer may pick: what is shown, and the plain word that is sent back."""

    label: str
    value: str


@dataclass(frozen=True)
class Message:
    """One line of a transcript. `sender` is customer, assistant, agent or system; `seq` counts from 1."""

    seq: int
    sender: str
    text: str
    at: datetime
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Inbound:
    """A customer's message as it came in, stored before anything acts on it; `answered_at` once answered."""

    id: str
    conversation_id: str
    client_id: str
    text: str
    seq: int
    received_at: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Notice:
    """Anything we send: kind sms, email or letter; `key` makes sure that it goes out once."""

    key: str
    kind: str
    to: str
    language: str
    text: str
    at: datetime
    tracking_number: str | None = None


@dataclass(frozen=True)
class Code:
    """A one-time code sent to a contact of record; only its salted hash is kept.

    `account_number` is as claimed. `decoy` codes were sent nowhere: the account does not exist, and nobody
    may be able to tell.
    """

    id: str
    conversation_id: str
    account_number: str
    hashed: str
    sent_at: datetime
    weaker: bool = False
    decoy: bool = False
    tries: int = 0
    used_at: datetime | None = None


@dataclass(frozen=True)
class Proof:
    """A conversation's proven identity; it ends with its hour and never leaves the conversation."""

    conversation_id: str
    account_number: str
    at: datetime
    weaker: bool = False
