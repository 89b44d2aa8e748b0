"""A conversation: who speaks, in which language, what was asked last, and the complaint it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.cases.case import ASSISTANT
from bot.cases.complaint import Complaint
from bot.cases.records import Customer


@dataclass
class Conversation:
    """The state of one conversation, the truth that the dialogue engine's slots only mirror.

    `holder` speaks `held_since` then, `agent_id` is who that is when it is one of ours at the desk, last at work on it
    at `agent_seen_at`; only `bot.cases.holding` changes them. `told_standing` is how whoever waits was told they stand.
    `expects` is the question asked last; `set_aside` the questions to go back to after a side-step such as a
    status enquiry, innermost last; `answered` the intake's questions answered so far, for going back to one;
    `today` the reference day for reading dates when it is not the real one; `tracking_number` the case opened
    here last, `earlier` those before it; `another_wanted` tells that the next one was announced already.
    `enquiry` is the tracking number of a case told about from elsewhere, `enquiry_wish` what it is told for;
    `doubt` the dates that a question about the chronology compares; `misunderstood` how many turns in a row were
    not understood, `insults` how many held abuse.
    """

    id: str
    token_hash: str
    channel: str
    created_at: datetime
    language: str = "en"
    language_settled: bool = False
    expects: str | None = "open"
    set_aside: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    holder: str = ASSISTANT
    held_since: datetime | None = None
    agent_id: str | None = None
    agent_seen_at: datetime | None = None
    told_standing: str | None = None
    today: date | None = None
    tracking_number: str | None = None
    earlier: tuple[str, ...] = ()
    another_wanted: bool = False
    enquiry: str | None = None
    enquiry_proved: bool = False
    enquiry_wish: str | None = None
    doubt: tuple[str, ...] = ()
    misunderstood: int = 0
    insults: int = 0
    complaint: Complaint = field(default_factory=Complaint)

    @property
    def subject(self) -> str | None:
        """The tracking number of the case that is spoken about: the one opened here last."""
        return self.tracking_number or next(iter(self.earlier[-1:]), None)

    def step_aside(self, question: str) -> None:
        """Ask something else first; the question that was open comes back afterwards."""
        if question != self.expects:
            self.set_aside = (*self.set_aside, self.expects or "free")
        self.expects = question

    def come_back(self) -> None:
        """Return to the question that was open before the latest side-step."""
        *rest, self.expects = self.set_aside or ("free" if self.tracking_number else "open",)
        self.set_aside = tuple(rest)


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


SENT, DELIVERED, UNDELIVERED = "sent", "delivered", "undelivered"
"""What a carrier tells of a notice after it took it on."""


@dataclass(frozen=True)
class Notice:
    """Anything we send: kind sms, email, letter or call; `key` makes sure that it goes out once.

    What is `unasked` starts with us: it answers nothing that the customer has just said or done, and disturbs nobody
    in the quiet hours.
    """

    key: str
    kind: str
    to: str
    language: str
    text: str
    at: datetime
    tracking_number: str | None = None
    unasked: bool = False


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
    """A conversation's proven identity; it ends with its hour and never leaves the conversation.

    `customer` is the account holder as the records had them then, so that nothing said to them later depends on the
    provider's systems being up.
    """

    conversation_id: str
    account_number: str
    at: datetime
    weaker: bool = False
    customer: Customer | None = None
