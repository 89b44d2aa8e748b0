"""Playing: one playbook at work on the case of a turn, step after step, from what was found to an offer or an end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from actions import instructing, opening
from actions.asking import ask, dated, say_of_playbook
from actions.base import Turn
from actions.looking import filled, money, slots
from bot.cases import playbook as rules
from bot.cases.case import Case
from bot.cases.chronology import EXACT, Event, first_day, last_day
from bot.cases.findings import Finding, Part, Situation
from bot.cases.holding import ASKED_FOR_PERSON, happens
from bot.cases.playbook import (
    CALL_BACK,
    CORRECTION,
    GOODWILL,
    HOLD,
    SOLVED,
    VISIT,
    Offer,
    Playbook,
    Start,
    Step,
)
from bot.cases.resolution import TO_INVESTIGATION, TO_PERSON, Resolution

A_BILL = timedelta(days=45)
"""People date a charge by the day they saw the bill, which comes round once a month and is opened late."""


@dataclass(frozen=True)
class Playing:
    """A playbook that is played: for whom, on what was found, and in which situation."""

    turn: Turn
    book: Playbook
    finding: Finding
    situation: Situation

    @property
    def case(self) -> Case:
        """The case it is played for."""
        case = self.turn.case
        assert case is not None, "a playbook is played once a case is open"
        return case

    @property
    def resolution(self) -> Resolution:
        """How far it has come."""
        resolution = self.case.resolution
        assert resolution is not None, "a playbook that is played is on the case"
        return resolution

    def take(self, name: str) -> None:
        """Take a step: offer something, ask something, or say something and go on."""
        step = self.book.steps[name]
        self.case.advance(replace(self.resolution, step=name))
        if step.gives:
            self._offer(step)
        elif step.asks:
            # whoever never answers has a case that is looked into all the same
            self.case.look_into(self.turn.now, "assistant")
            say_of_playbook(self.turn, step.say, ("yes", "no"))
            self.turn.conversation.expects, self.turn.asked = "check", True
        else:
            say_of_playbook(self.turn, step.say)
            self.go(step.then)

    def go(self, way: str | None) -> None:
        """Go on to a step, or to an end; without a way it goes to the investigation."""
        turn, case = self.turn, self.case
        if way in self.book.steps:
            self.take(str(way))
        elif way == SOLVED:
            turn.conversation.expects = "satisfied"
            ask(turn)
        elif way == rules.TO_PERSON:
            hand_over(turn, self.book.name)
        else:
            case.end_resolution(TO_INVESTIGATION, turn.now)
            case.look_into(turn.now, "assistant")
            turn.conversation.expects = "free"
            turn.say("to_investigation", tracking_number=case.tracking_number)

    def _offer(self, step: Step) -> None:
        """Put an offer to the customer, unless it cannot be made or was made before."""
        parts = rules.given(step, self.finding)
        cents = sum(part.cents for part in parts)
        if not self.may_offer(step, cents):
            self.go(step.beyond or rules.TO_PERSON)
            return
        kind = instructing.offered_as(step)
        offer = Offer(kind, cents, self.finding.facts, self.turn.now, parts=parts or self._on_the_case())
        if not self.case.offer(offer):
            self.go(rules.TO_INVESTIGATION)
            return
        filled_by_offer = (
            {"slot": slots(self.situation)[0]} if step.gives == VISIT else {"given": money(cents)}
        )
        self.case.advance(replace(self.resolution, values={**self.resolution.values, **filled_by_offer}))
        self.turn.conversation.expects, self.turn.asked = "offer", True
        say_of_playbook(self.turn, step.say, ("accept", "decline"))

    def _on_the_case(self) -> tuple[Part, ...]:
        """Return what a visit or a call is arranged for: the case, once."""
        return (Part(self.case.tracking_number, 0),)

    def _is_arranged_already(self, step: Step) -> bool:
        """Tell whether the earlier case about the same thing has brought it: a second visit or call helps nobody."""
        earlier = self.case.recontact_of
        if earlier is None:
            return False
        kind = instructing.INSTRUCTED_AS[instructing.offered_as(step)]
        arranged = (
            each.instruction for each in self.turn.unit.instructions.of_case(earlier) if not each.refused_at
        )
        return any(
            instruction.kind == kind and (instruction.on is None or instruction.on >= self.turn.today)
            for instruction in arranged
        )

    def may_offer(self, step: Step, cents: int) -> bool:
        """Tell whether a step can offer this sum now: to a proven holder, once, and within the limits."""
        if self.situation.account is None or (step.gives in (CORRECTION, GOODWILL, HOLD) and not cents):
            return False
        if step.gives in (VISIT, CALL_BACK, HOLD) and self._is_arranged_already(step):
            return False
        if step.gives == VISIT:
            return bool(slots(self.situation))
        if step.gives == GOODWILL:
            account_number = self.situation.account.customer.account_number
            return instructing.within_limits(self.turn, self.turn.unit, account_number, cents)
        return True


def begin(turn: Turn, start: Start, situation: Situation) -> None:
    """Put a playbook to work and take its first step."""
    case = turn.case
    assert case is not None
    customer = situation.account.customer if situation.account else None
    case.begin(
        Resolution(
            playbook=start.playbook.name,
            finding=start.finding.outcome,
            step=start.step,
            facts=start.finding.facts,
            at_stake=start.finding.cents,
            at=turn.now,
            province=customer.province if customer else None,
            customer_kind=customer.kind if customer else None,
            values={**_always_known(turn, case), **filled(start.finding)},
        )
    )
    _ask_about_another_date(turn, start.finding)
    Playing(turn, start.playbook, start.finding, situation).take(start.step)


def _ask_about_another_date(turn: Turn, finding: Finding) -> None:
    """Say so when what was found is of another time than the customer told; it is no ground for refusing anything."""
    told = [event for event in turn.complaint.events if event.precision in EXACT]
    if told and finding.lines and not any(_near(event, line.on) for event in told for line in finding.lines):
        turn.say("other_date", told=dated(str(told[0].date)), found=dated(finding.lines[-1].on.isoformat()))


def _near(event: Event, day: date) -> bool:
    first, last = first_day(event), last_day(event)
    return first is not None and last is not None and first - A_BILL <= day <= last + A_BILL


def _always_known(turn: Turn, case: Case) -> dict[str, object]:
    """Return what any words of a playbook may be filled with; see `bot.playbooks.ALWAYS_KNOWN`."""
    return {
        "phone": turn.house.profile.phone,
        "provider": turn.house.profile.name,
        "tracking_number": case.tracking_number,
        "call_back": turn.day(turn.due("call_back")),
    }


def hand_over(turn: Turn, reason: str) -> None:
    """Leave the case to a person, with a promise of a call."""
    assert turn.case is not None
    turn.case.end_resolution(TO_PERSON, turn.now)
    turn.case.look_into(turn.now, "assistant")
    happens(ASKED_FOR_PERSON, turn.conversation, turn.now)
    turn.conversation.expects = "free"
    opening.ask_for_person(turn, f"playbook: {reason}")
