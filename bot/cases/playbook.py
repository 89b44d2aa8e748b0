"""First-contact resolution: which remedy the provider's records support, found by rule, never by guess."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.cases.records import Charge

OFFERED, ACCEPTED, REFUSED = "offered", "accepted", "refused"


@dataclass(frozen=True)
class Offer:
    """A resolution put to the customer: a sum in cents, why, and what the customer answered.

    `facts` are the record references the offer rests on; the same facts never bring a second offer.
    """

    kind: str
    cents: int
    facts: tuple[str, ...]
    at: datetime
    currency: str = "CAD"
    status: str = OFFERED
    answered_at: datetime | None = None

    def answered(self, accepted: bool, at: datetime) -> Offer:
        """Return the offer with the customer's answer."""
        return replace(self, status=ACCEPTED if accepted else REFUSED, answered_at=at)


@dataclass(frozen=True)
class Duplicate:
    """A charge that stands twice on the account: the first one, and the one that should not be there."""

    first: Charge
    second: Charge


def duplicate_charge(charges: list[Charge], amounts: list[int] | None = None) -> Duplicate | None:
    """Return the latest pair of charges alike in day, description, sum and kind; None when there is none.

    `amounts` (cents) are the sums the customer named: when one of them matches a pair, that pair comes first.
    Usage is left out, for two calls of one length on one day cost the same; so is what gives money back.
    Reversing a charge that the records prove wrong is a correction, bounded by the charge, not goodwill.
    """
    alike: dict[tuple[date, str, int, str], list[Charge]] = defaultdict(list)
    for charge in charges:
        if charge.kind == "usage" or charge.cents <= 0:
            continue
        alike[(charge.on, charge.description, charge.cents, charge.kind)].append(charge)
    pairs = [Duplicate(group[0], group[-1]) for group in alike.values() if len(group) > 1]
    named = set(amounts or [])
    return max(pairs, key=lambda pair: (pair.second.cents in named, pair.second.on), default=None)
