"""Opening: a case is opened once, acknowledged with what was promised, and may be escalated or handed to a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from actions import line
from actions.asking import phrase
from actions.base import Turn
from actions.notifying import address, notify
from actions.reaching import at_own_number
from bot.cases.case import COMES_BACK_WITHIN, P2, WAITING, Case, Escalation, Handoff
from bot.cases.intake import reachable
from bot.cases.promises import Promise
from bot.playbooks import same_trouble


def open_case(turn: Turn) -> Case:
    """Open the case, acknowledge it with number, process and approximate time frames, here and by the chosen contact."""
    case = put_on_record(turn)
    told = acknowledge_by_contact(turn, case)
    confirmation = phrase(f"confirmation_{told}") if told else phrase("nothing")
    turn.say("acknowledged", confirmation=confirmation, **_acknowledgement(turn, case))
    if case.recontact_of:
        turn.say("came_back", tracking_number=case.recontact_of)
    if turn.complaint.escalation_wanted:
        escalate(turn, case)
    if turn.conversation.holder == WAITING:
        ask_for_person(turn, "the customer asked for a person")
    return case


def put_on_record(turn: Turn) -> Case:
    """Open the case with its tracking number and its promises."""
    number = turn.unit.cases.unused_number()
    proof = turn.unit.proofs.of(turn.conversation.id)
    customer = turn.verified
    case = Case(
        tracking_number=number,
        complaint=turn.complaint,
        language=turn.conversation.language,
        channel=turn.conversation.channel,
        opened_at=turn.now,
        account_number=customer.account_number if customer else turn.complaint.account_number,
        verified=customer is not None,
        verified_weakly=customer is not None and proof is not None and proof.weaker,
    )
    case.note(turn.now, "assistant", "opened")
    if turn.complaint.circumstances:
        case.raise_priority(P2)
        case.note(turn.now, "assistant", "circumstances", ", ".join(turn.complaint.circumstances))
    _promise_time_frames(turn, case)
    _link_to_earlier(turn, case)
    turn.keep(case)
    turn.conversation.expects = "free"
    return case


def _link_to_earlier(turn: Turn, case: Case) -> None:
    """Note that the customer has come back about the same thing, where we know that it is the same customer."""
    since = turn.now - COMES_BACK_WITHIN
    mine = (
        turn.unit.cases.of_account(case.account_number, since)
        if case.verified and case.account_number
        else []
    )
    told_here = [turn.unit.cases.get(number) for number in turn.conversation.earlier]
    earlier = next(
        (known for known in [*mine, *told_here] if known and same_trouble(case.complaint, known.complaint)),
        None,
    )
    if earlier is not None:
        case.recontact_of = earlier.tracking_number
        case.note(turn.now, "customer", "came_back", earlier.tracking_number)


def _promise_time_frames(turn: Turn, case: Case) -> None:
    for what, estimate in (("update", "update_every"), ("answer", "resolution")):
        case.promise(Promise(what, turn.due(estimate)), turn.now)


def reopen(turn: Turn, case: Case) -> None:
    """Open a case again that had come to its end, with new time frames."""
    case.move("reopen", turn.now, "customer")
    _promise_time_frames(turn, case)
    due = {promise.what: turn.day(promise.due_at) for promise in case.promises}
    turn.say("reopened", tracking_number=case.tracking_number, update=due["update"], answer=due["answer"])


def acknowledge_by_contact(turn: Turn, case: Case) -> str | None:
    """Send the acknowledgement once, as soon as there is a contact; returns its kind, None while there is none.

    Whoever texts has the acknowledgement in the answer to their text, and needs no second one at the same number.
    """
    if turn.conversation.channel == "sms" and address(turn) == ("sms", turn.own_number):
        return None
    return notify(turn, case, "acknowledgement", **_acknowledgement(turn, case))


def reached_at_last(turn: Turn, case: Case) -> bool:
    """Hear that whoever left no contact so far may be reached at the number they use, and acknowledge the case there."""
    if reachable(turn.complaint) or not at_own_number(turn):
        return False
    acknowledge_by_contact(turn, case)
    turn.say("added")
    return True


def _acknowledgement(turn: Turn, case: Case) -> dict[str, Any]:
    due = {promise.what: turn.day(promise.due_at) for promise in case.promises}
    return {
        "tracking_number": case.tracking_number,
        "update": due["update"],
        "answer": due["answer"],
        "days": str(turn.house.profile.business_days["resolution"]),
        "phone": turn.house.profile.phone,
    }


def escalate(turn: Turn, case: Case) -> None:
    """Record the wish to escalate and say what follows; the case's history keeps language and time."""
    due = turn.due("escalation_review")
    again = case.status == "escalated"
    case.escalate(Escalation(turn.now, turn.conversation.language, turn.house.profile.escalation_to, due))
    if again:
        due = case.escalations[-1].due_at
    turn.say(
        "escalated",
        tracking_number=case.tracking_number,
        due=turn.day(due),
        phone=turn.house.profile.phone,
    )
    if all(line.what != "ccts_notice" for line in case.history):
        # whoever takes a complaint a level up is told of the independent body at that moment, not at the end
        give_notice(turn, case)


def give_notice(turn: Turn, case: Case | None = None) -> None:
    """Give the scheme's prescribed notice and keep on the case that it was given."""
    case = case or turn.case
    turn.say("ccts_notice", notice={"kind": "notice", "scheme": turn.house.profile.scheme})
    if case is not None:
        case.note(turn.now, "assistant", "ccts_notice", turn.conversation.language)


def ask_for_person(turn: Turn, reason: str) -> None:
    """Ask for a person on the case that is open and say honestly when one gets back."""
    case = turn.standing
    assert case is not None
    case.raise_priority(P2)
    due = request_call_back(turn, reason)
    standing = line.stands(turn, case)
    turn.say(
        "person_waiting",
        line=line.line(standing),
        by=line.call_back(turn, standing, due),
        phone=turn.house.profile.phone,
        tracking_number=case.tracking_number,
    )


def request_call_back(turn: Turn, reason: str) -> datetime:
    """Ask for a person with a stored promise of a call-back, and return when that is due."""
    case = turn.standing
    assert case is not None
    case.hand_over(Handoff(turn.now, reason), turn.due("call_back"))
    assert case.call_back_due is not None, "it was promised just now, or before"
    return case.call_back_due
