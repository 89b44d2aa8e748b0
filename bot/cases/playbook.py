"""Playbooks: for each kind of trouble what the records may show, what is said, asked and offered, and what solves it.

A playbook is data (bot/playbooks); this module knows its shape, which one fits a complaint, and what may be given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.cases.complaint import Complaint
from bot.cases.findings import RULES, Finding, Part, Situation

OFFERED, ACCEPTED, REFUSED = "offered", "accepted", "refused"

ACCOUNT, PLACE, NOTHING = "account", "place", "nothing"
"""What a playbook needs to know: the account of a customer who has proved who they are, where they live, or nothing."""

NEEDS = (ACCOUNT, PLACE, NOTHING)

UNVERIFIED, UNREACHABLE, NONE_FOUND = "unverified", "unreachable", "none_found"
"""Steps a playbook may have for what stands in the way: no proven account, systems that do not answer, nothing there."""

IN_THE_WAY = (UNVERIFIED, UNREACHABLE, NONE_FOUND)

CORRECTION, GOODWILL, HOLD, VISIT, CALL_BACK = "correction", "goodwill", "hold", "visit", "call_back"
"""What a step may offer.

A correction gives back what the records prove wrong and is bounded by the charge; goodwill is bounded by the
operator's written limits.
"""

GIVES = (CORRECTION, GOODWILL, HOLD, VISIT, CALL_BACK)

SOLVED, TO_PERSON, TO_INVESTIGATION = "solved", "person", "investigation"
"""Where a playbook may end: the customer is asked whether that solved it, or it goes to people."""

ENDS = (SOLVED, TO_PERSON, TO_INVESTIGATION)

FAR, SAME_CATEGORY, FITS, MADE_FOR_IT, HEARD = range(5)
"""How close a playbook is to a complaint."""


@dataclass(frozen=True)
class Offer:
    """A resolution put to the customer: a sum in cents, why, and what the customer answered.

    One that is offered still though the customer has answered was taken and could not be kept; a person decides on it.
    `facts` are the record references the offer rests on; the same facts never bring a second offer. `parts` are the
    sums it is made of, each with the record it is given on.
    """

    kind: str
    cents: int
    facts: tuple[str, ...]
    at: datetime
    currency: str = "CAD"
    status: str = OFFERED
    answered_at: datetime | None = None
    parts: tuple[Part, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether the customer has not answered it yet."""
        return self.status == OFFERED and self.answered_at is None

    def answered(self, accepted: bool, at: datetime) -> Offer:
        """Return the offer with the customer's answer."""
        return replace(self, status=ACCEPTED if accepted else REFUSED, answered_at=at)

    def left_open(self, at: datetime) -> Offer:
        """Return the offer as the customer took it, without its having been kept."""
        return replace(self, answered_at=at)


@dataclass(frozen=True)
class Step:
    """One step of a playbook: something that is said, and then an offer, a question, or where it goes on.

    `say` names the words. `gives` is what is offered, `at_most` its ceiling in cents where the playbook sets one;
    `accepted` is where a yes leads; a no brings the scheme's notice, and then leads to `refused`, or to the customer's
    choice of the ways on. `beyond` is where it goes when it cannot be offered, as above the limits. `if_yes` and
    `if_no` are where the answers to a question lead, `then` where it goes on with neither.
    """

    say: str
    gives: str | None = None
    at_most: int | None = None
    accepted: str = SOLVED
    refused: str | None = None
    beyond: str | None = None
    if_yes: str | None = None
    if_no: str | None = None
    then: str | None = None

    @property
    def asks(self) -> bool:
        """Whether the step asks a question that is answered by yes or no."""
        return self.if_yes is not None

    def leads_to(self) -> tuple[str, ...]:
        """Return every step or end that may come next."""
        accepted = self.accepted if self.gives else None
        ways = (accepted, self.refused, self.beyond, self.if_yes, self.if_no, self.then)
        return tuple(way for way in ways if way is not None)


@dataclass(frozen=True)
class Playbook:
    """A playbook as its file describes it.

    `made_for` and `also_fits` list natures as `category.issue`, or a bare category for a complaint whose issue was
    not read; one of them must be the customer's for the playbook to be tried, and whoever names what it was made for
    comes to it first. What people say is easily taken for a neighbour of what they mean, so a bare category also lets
    in all its issues, though only for what the records prove to be owed.
    `circumstance.disconnection` stands for what makes the matter weigh more. `services` limits it to these. `cues` are
    the ways in which people name the trouble, by language. `looks_for` names the rule that looks at the records; its
    outcome is the step that begins.
    """

    name: str
    made_for: tuple[str, ...]
    also_fits: tuple[str, ...]
    services: tuple[str, ...]
    needs: str
    looks_for: str
    steps: Mapping[str, Step]
    words: Mapping[str, Mapping[str, object]] = field(repr=False)
    cues: Mapping[str, tuple[str, ...]] = field(repr=False, default_factory=dict)
    source: str = ""
    checked: str = ""


@dataclass(frozen=True)
class Start:
    """A playbook that fits, what it found, and the step that begins it."""

    playbook: Playbook
    finding: Finding

    @property
    def step(self) -> str:
        return self.finding.outcome


def choose(playbooks: Iterable[Playbook], situation: Situation, tried: Collection[str] = ()) -> Start | None:
    """Return the playbook that fits the complaint best, None when none does.

    What the customer named outright comes before what their words only touch on, what the records show before what
    stands in the way of seeing them, a finding that involves a sum they named before one that does not, what is owed
    before what is not, and what fits before what is only of the same category. While something that was heard by its
    name is still to be looked into, a nature that was read besides may be misread.
    """
    open_still = [playbook for playbook in playbooks if playbook.name not in tried]
    starts = [start for playbook in open_still if (start := begin(playbook, situation))]
    if any(playbook.name in situation.heard and _of_service(playbook, situation) for playbook in open_still):
        starts = [start for start in starts if _holds_though_misread(start, situation)]
    return max(starts, key=lambda start: _weight(start, situation), default=None)


def begin(playbook: Playbook, situation: Situation) -> Start | None:
    """Return how a playbook begins in this situation, None when it does not fit."""
    closeness = close_to(playbook, situation)
    if closeness == FAR or not _of_service(playbook, situation):
        return None
    obstacle = _obstacle(playbook, situation)
    finding = None if obstacle else RULES[playbook.looks_for].look(situation)
    if finding is None:
        outcome = obstacle or NONE_FOUND
        meant = closeness >= MADE_FOR_IT and not _only_weighs(playbook, situation)
        return Start(playbook, Finding(outcome)) if meant and outcome in playbook.steps else None
    start = Start(playbook, finding)
    if playbook.needs == NOTHING:
        # no record speaks for it, so the customer's own words must
        return start if closeness == HEARD else None
    return start if closeness >= FITS or _is_owed(start) else None


def close_to(playbook: Playbook, situation: Situation) -> int:
    """Return how close a playbook is to the complaint: far, of its category, fitting, made for it, or heard by its name.

    People name a trouble in few ways, so their very words say more than the nature that was read out of them.
    """
    complaint = situation.complaint
    if playbook.name in situation.heard:
        return HEARD
    named = _natures(complaint) | {f"circumstance.{name}" for name in complaint.circumstances}
    if named & {*playbook.made_for}:
        return MADE_FOR_IT
    if named & {*playbook.also_fits}:
        return FITS
    categories = {nature.category for nature in complaint.natures}
    return SAME_CATEGORY if categories & {*playbook.also_fits} else FAR


def named_outright(playbook: Playbook, situation: Situation) -> bool:
    """Tell whether the customer's words name the very trouble the playbook is for."""
    return close_to(playbook, situation) >= MADE_FOR_IT


def needs_place(playbooks: Iterable[Playbook], situation: Situation) -> bool:
    """Tell whether the one playbook that is closest to the complaint could look if it knew where the customer lives."""
    closest = max(playbooks, key=lambda playbook: (close_to(playbook, situation), playbook.needs != PLACE))
    return closest.needs == PLACE and named_outright(closest, situation)


def within_limits(cents: int, on_case: int, on_account: int, limits: Mapping[str, int]) -> bool:
    """Tell whether goodwill of `cents` keeps to the operator's limits for a case, and for an account and year."""
    return (
        on_case + cents <= limits["assistant_per_case"]
        and on_account + cents <= limits["assistant_per_account_and_year"]
    )


def given(step: Step, finding: Finding) -> tuple[Part, ...]:
    """Return what a step offers of what was found: the sums, each with the record it is given on.

    Goodwill is one sum on the first record, up to what the playbook allows for it.
    """
    if step.gives in (CORRECTION, HOLD):
        return finding.parts
    if step.gives == GOODWILL and finding.parts:
        sum_found = finding.cents or step.at_most or 0
        return (Part(finding.parts[0].subject, min(sum_found, step.at_most or sum_found)),)
    return ()


def _weight(start: Start, situation: Situation) -> tuple[int, bool, bool, bool, int]:
    closeness = close_to(start.playbook, situation)
    return (
        closeness if closeness >= MADE_FOR_IT else FAR,
        start.finding.outcome not in IN_THE_WAY,
        _is_named(start, situation),
        _is_owed(start),
        closeness,
    )


def _holds_though_misread(start: Start, situation: Situation) -> bool:
    """Tell whether more than a nature speaks for a playbook: what was heard, what weighs, or what would be lost."""
    weighs = {f"circumstance.{name}" for name in situation.complaint.circumstances}
    return (
        start.playbook.name in situation.heard
        or not weighs.isdisjoint(start.playbook.made_for)
        or start.playbook.steps[start.step].gives in (CORRECTION, HOLD)
    )


def _is_owed(start: Start) -> bool:
    return start.playbook.steps[start.step].gives == CORRECTION


def _is_named(start: Start, situation: Situation) -> bool:
    return not {amount.cents for amount in situation.complaint.amounts}.isdisjoint(start.finding.sums)


def _natures(complaint: Complaint) -> set[str]:
    return {
        f"{nature.category}.{nature.issue}" if nature.issue else nature.category
        for nature in complaint.natures
    }


def _only_weighs(playbook: Playbook, situation: Situation) -> bool:
    """Tell whether only a circumstance speaks for the playbook: it comes in if the records show it, and not else."""
    return playbook.name not in situation.heard and not _natures(situation.complaint) & {*playbook.made_for}


def _of_service(playbook: Playbook, situation: Situation) -> bool:
    concerned = situation.complaint.services
    return not playbook.services or not concerned or any(name in playbook.services for name in concerned)


def _obstacle(playbook: Playbook, situation: Situation) -> str | None:
    if playbook.needs == ACCOUNT and situation.account is None:
        return UNREACHABLE if situation.unreachable else UNVERIFIED
    if playbook.needs == PLACE and situation.outages is None:
        return UNREACHABLE if situation.unreachable else UNVERIFIED
    return None
