"""Instructing: what an accepted offer has the provider's systems do, once, within the limits, and what is said of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from actions.base import Turn
from actions.looking import money
from actions.notifying import address
from bot.cases import playbook as rules
from bot.cases.case import ASSISTANT, Case
from bot.cases.playbook import Offer, Step
from bot.cases.promises import PROMISED, Promise
from bot.cases.records import CALL_BACK, CREDIT, HOLD, VISIT, Customer, Instruction
from bot.store import Unit
from bot.store.instructions import Decided

A_YEAR = timedelta(days=365)

INSTRUCTED_AS = {
    "correction": CREDIT,
    "goodwill": CREDIT,
    "hold_collection": HOLD,
    "visit": VISIT,
    "call_back": CALL_BACK,
}
"""What the provider's systems are told to do, by the kind of offer."""


def offered_as(step: Step) -> str:
    """Return the kind of offer that a step makes, as it is called on the case."""
    return "hold_collection" if step.gives == rules.HOLD else str(step.gives)


TAKES = {CREDIT: "apply_credit", HOLD: "hold_collection", CALL_BACK: "call_back"}
"""The operator's estimate of how long each takes; a visit has its own day."""


def within_limits(turn: Turn, unit: Unit, account_number: str, cents: int) -> bool:
    """Tell whether goodwill keeps to the written limits for the case, and for the account and a year."""
    case = turn.case
    assert case is not None
    on_case = sum(
        offer.cents for offer in case.offers if (offer.kind, offer.status) == ("goodwill", rules.ACCEPTED)
    )
    on_account = unit.instructions.goodwill_since(account_number, turn.now - A_YEAR)
    return rules.within_limits(cents, on_case, on_account, turn.house.profile.goodwill_cents)


def carry_out(turn: Turn, case: Case, customer: Customer, accepted: Offer) -> bool:
    """Have what was accepted done, and say so; False when the provider's systems refuse.

    While they do not answer it is kept, and done by the clock. Raises LimitReached.
    """
    instructions = _instructions(turn, case, customer, accepted)
    kind = instructions[0].kind
    done = _carried_out(turn, accepted, instructions)
    _note(turn, case, done)
    if any(each.refused_at for each in done):
        return False
    due = _due(turn, instructions[0])
    case.promise(Promise(PROMISED[kind], due), turn.now)
    waits = any(each.waits for each in done)
    turn.say(
        f"waiting_{kind}" if waits else f"done_{kind}",
        # what is told is what was decided, which another conversation may have done
        amount=money(sum(each.instruction.cents for each in done), accepted.currency),
        reference=", ".join(each.reference for each in done if each.reference),
        due=turn.day(due),
        slot=_slot(case) or "",
    )
    return True


def _note(turn: Turn, case: Case, done: list[Decided]) -> None:
    """Put what became of each instruction on the case, where the clock has not done so already."""
    known = {(line.what, line.detail) for line in case.history}
    for each in done:
        ending = "waits" if each.waits else "done" if each.reference else "refused"
        what, detail = f"{each.instruction.kind}_{ending}", each.reference or each.refusal or ""
        if (what, detail) not in known:
            case.note(turn.now, ASSISTANT, what, detail)


def _instructions(turn: Turn, case: Case, customer: Customer, accepted: Offer) -> list[Instruction]:
    kind, slot, resolution = INSTRUCTED_AS[accepted.kind], _slot(case), case.resolution
    return [
        Instruction(
            # a record is credited or held once, whichever case and conversation asks for it
            key=f"{kind}:{customer.account_number}:{part.subject}",
            kind=kind,
            account_number=customer.account_number,
            tracking_number=case.tracking_number,
            reason=f"{resolution.playbook}.{resolution.step}" if resolution else accepted.kind,
            at=turn.now,
            subject=part.subject,
            cents=part.cents,
            goodwill=accepted.kind == "goodwill",
            on=date.fromisoformat(slot["on"]) if kind == VISIT else None,
            window=slot["window"] if kind == VISIT else None,
            phone=customer.phone_of_record if kind == CALL_BACK else None,
        )
        for part in accepted.parts
    ]


def _due(turn: Turn, instruction: Instruction) -> datetime:
    if instruction.on:
        return datetime.combine(instruction.on, turn.calendar.closes, turn.calendar.timezone)
    return turn.due(TAKES[instruction.kind])


def _slot(case: Case) -> dict[str, str]:
    """Return the slot that was offered, empty when none was."""
    return dict(case.resolution.values.get("slot", {})) if case.resolution else {}


def _carried_out(turn: Turn, accepted: Offer, instructions: list[Instruction]) -> list[Decided]:
    account_number, to = instructions[0].account_number, address(turn) or (None, None)
    decided = [Decided(instruction, turn.conversation.language, *to) for instruction in instructions]

    def may(unit: Unit) -> bool:
        return accepted.kind != "goodwill" or within_limits(turn, unit, account_number, accepted.cents)

    return turn.outside.carried_out(turn.unit, decided, may)
