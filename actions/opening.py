"""Opening: a case is opened once, acknowledged with what was promised, and may be escalated or handed to a person."""

from __future__ import annotations

import secrets

from actions.asking import phrase
from actions.base import Turn
from actions.notifying import notify
from bot.cases.case import P2, P3, WAITING, Case, Escalation, Handoff
from bot.cases.promises import Promise, due_in_business_days
from bot.cases.tracking import new_tracking_number


def open_case(turn: Turn, priority: str = P3) -> Case:
    """Open the case, acknowledge it with number, process and approximate time frames, here and by the chosen contact."""
    number = new_tracking_number(secrets.randbelow)
    while turn.unit.cases.exists(number):
        number = new_tracking_number(secrets.randbelow)
    proof = turn.unit.proofs.of(turn.conversation.id)
    customer = turn.verified
    case = Case(
        tracking_number=number,
        complaint=turn.complaint,
        language=turn.conversation.language,
        channel=turn.conversation.channel,
        opened_at=turn.now,
        priority=priority,
        account_number=customer.account_number if customer else turn.complaint.account_number,
        verified=customer is not None,
        verified_weakly=customer is not None and proof is not None and proof.weaker,
    )
    case.note(turn.now, "assistant", "opened")
    days = turn.house.profile.business_days
    update = due_in_business_days(turn.now, days["update_every"], turn.calendar)
    answer = due_in_business_days(turn.now, days["resolution"], turn.calendar)
    case.promise(Promise("update", update), turn.now)
    case.promise(Promise("answer", answer), turn.now)
    turn.keep(case)
    turn.conversation.expects = "free"
    values = {
        "tracking_number": number,
        "update": {"kind": "day", "on": update.date().isoformat()},
        "answer": {"kind": "day", "on": answer.date().isoformat()},
        "days": str(days["resolution"]),
        "phone": turn.house.profile.phone,
    }
    told = notify(turn, case, "acknowledgement", **values)
    turn.say("acknowledged", confirmation=phrase(f"confirmation_{told}") if told else phrase("nothing"), **values)
    if turn.complaint.escalation_wanted:
        escalate(turn)
    if turn.conversation.holder == WAITING:
        ask_for_person(turn, "asked before the case was opened")
    return case


def escalate(turn: Turn) -> None:
    """Record the wish to escalate and say what follows; the case's history keeps language and time."""
    case = turn.case
    assert case is not None
    due = due_in_business_days(turn.now, turn.house.profile.business_days["escalation_review"], turn.calendar)
    again = case.status == "escalated"
    case.escalate(Escalation(turn.now, turn.conversation.language, turn.house.profile.escalation_to, due))
    if again:
        due = case.escalations[-1].due_at
    turn.say(
        "escalated",
        tracking_number=case.tracking_number,
        due={"kind": "day", "on": due.date().isoformat()},
        phone=turn.house.profile.phone,
    )


def ask_for_person(turn: Turn, reason: str) -> None:
    """Ask for a person on the case that is open, with a stored promise of a call-back."""
    case = turn.case
    assert case is not None
    if case.priority == P3:
        case.priority = P2
    due = due_in_business_days(turn.now, turn.house.profile.business_days["call_back"], turn.calendar)
    case.hand_over(Handoff(turn.now, reason), due)
    promised = next(promise for promise in reversed(case.promises) if promise.what == "call_back")
    turn.say(
        "person_waiting",
        due={"kind": "day", "on": promised.due_at.date().isoformat()},
        phone=turn.house.profile.phone,
        tracking_number=case.tracking_number,
    )
