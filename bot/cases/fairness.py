"""Fairness: whether the same facts brought the same offer to everybody, and how often a first contact was enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.cases.case import Case
from bot.cases.playbook import ACCEPTED
from bot.cases.resolution import SOLVED


@dataclass(frozen=True)
class Tried:
    """One playbook that was tried: what the records showed, to whom, what was offered, and what came of it.

    `offered` is None when nothing was; sums are in cents.
    """

    facts: str
    language: str
    province: str
    customer_kind: str
    at_stake: int
    offered: int | None
    accepted: bool
    solved: bool

    @property
    def share(self) -> int | None:
        """What was offered of what was at stake, in per cent; a visit or a call counts as nothing of it."""
        if self.offered is None:
            return None
        return round(100 * self.offered / self.at_stake) if self.at_stake else 100 * bool(self.offered)


@dataclass(frozen=True)
class Group:
    """Those alike in one respect who had the same facts: how many, what they were offered, how it went for them."""

    facts: str
    respect: str
    group: str
    count: int
    offered: int
    shares: frozenset[int | None]
    accepted: int
    solved: int


RESPECTS: dict[str, Callable[[Tried], str]] = {
    "language": lambda tried: tried.language,
    "province": lambda tried: tried.province,
    "customer": lambda tried: tried.customer_kind,
}
"""In what customers may differ without being offered anything else."""


def tried_on(case: Case) -> Iterator[Tried]:
    """Yield every playbook that was tried on a case for a proven account; without one nothing can be offered."""
    for resolution in case.resolutions:
        if resolution.province is None or resolution.customer_kind is None:
            continue
        offers = [
            offer for offer in case.offers if offer.facts == resolution.facts and offer.at >= resolution.at
        ]
        first = offers[0] if offers else None
        yield Tried(
            facts=f"{resolution.playbook}.{resolution.finding}",
            language=case.language,
            province=resolution.province,
            customer_kind=resolution.customer_kind,
            at_stake=resolution.at_stake,
            offered=first.cents if first else None,
            accepted=first is not None and first.status == ACCEPTED,
            solved=resolution.outcome == SOLVED,
        )


def groups(tried: Iterable[Tried]) -> list[Group]:
    """Return every group of customers with the same facts, by respect and name."""
    members: dict[tuple[str, str, str], list[Tried]] = defaultdict(list)
    for each in tried:
        for respect, of in RESPECTS.items():
            members[(each.facts, respect, of(each))].append(each)
    return [
        Group(
            *key,
            count=len(mine),
            offered=sum(each.offered is not None for each in mine),
            shares=frozenset(each.share for each in mine),
            accepted=sum(each.accepted for each in mine),
            solved=sum(each.solved for each in mine),
        )
        for key, mine in sorted(members.items())
    ]


def unequal(found: Iterable[Group]) -> list[tuple[str, str]]:
    """Return the facts, and the respect, in which some group was offered another share than another one."""
    shares: dict[tuple[str, str], set[frozenset[int | None]]] = defaultdict(set)
    for group in found:
        shares[(group.facts, group.respect)].add(group.shares)
    return sorted(key for key, kinds in shares.items() if len(kinds) > 1)


@dataclass(frozen=True)
class FirstContact:
    """How many cases a playbook was tried on, how many the customer called solved then, and how many came back."""

    tried: int
    solved: int
    came_back: int


def first_contact(cases: Iterable[Case]) -> FirstContact:
    """Count first contacts; a case that brought the customer back about the same thing was not solved by them."""
    tried = {case.tracking_number: case for case in cases}
    back = {case.recontact_of for case in tried.values() if case.recontact_of}
    with_playbook = [case for case in tried.values() if case.resolutions]
    solved = [case for case in with_playbook if any(each.outcome == SOLVED for each in case.resolutions)]
    return FirstContact(
        tried=len(with_playbook),
        solved=sum(case.tracking_number not in back for case in solved),
        came_back=sum(case.tracking_number in back for case in with_playbook),
    )
