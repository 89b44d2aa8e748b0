"""A resolution: one try to put a complaint right on the spot, from the playbook that fitted to what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

SOLVED, NOT_SOLVED, REFUSED, TO_PERSON, TO_INVESTIGATION, LEFT = (
    "solved",
    "not_solved",
    "refused",
    "to_person",
    "to_investigation",
    "left",
)
"""What came of it: the customer said that it is solved, or not; they refused what was offered; it went to people; or
they left it for something else, such as an escalation."""


@dataclass(frozen=True)
class Resolution:
    """A playbook at work on a case: where it stands, on which records it rests, and what came of it.

    `finding` is what the records showed, `facts` their references; `at_stake` the sum it is about, in cents;
    `answers` what the customer said to its questions, such as `restart:no`. `province` and `customer_kind` are the
    account's, unknown without one; they are kept so that what was offered can be compared between customers.
    `values` are what its words are filled with, as they were when it began.
    """

    playbook: str
    finding: str
    step: str
    facts: tuple[str, ...]
    at_stake: int
    at: datetime
    province: str | None = None
    customer_kind: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    answers: tuple[str, ...] = ()
    outcome: str | None = None
    ended_at: datetime | None = None

    def answered(self, answer: str) -> Resolution:
        """Return it with what the customer said at the step it is at."""
        return replace(self, answers=(*self.answers, f"{self.step}:{answer}"))

    def ended(self, outcome: str, at: datetime) -> Resolution:
        """Return it with what came of it."""
        return replace(self, outcome=outcome, ended_at=at)
