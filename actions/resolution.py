"""The resolution phase: one try to put it right from the provider's records, the customer's answer, and the way up."""

from __future__ import annotations

from actions import opening
from actions.asking import ask
from actions.base import Turn
from bot.cases.case import Referral
from bot.cases.playbook import Duplicate, Offer, duplicate_charge
from bot.cases.promises import Promise, due_in_business_days
from bot.cases.records import RecordsUnavailable


def attempt(turn: Turn) -> None:
    """Look for something the records can put right at once; what they cannot goes to the investigation."""
    case = turn.case
    assert case is not None
    if case.status == "escalated":
        return
    duplicate = _duplicate(turn)
    if duplicate is None:
        case.look_into(turn.now, "assistant")
        turn.say("investigating" if case.verified else "investigating_unverified")
        return
    charge = duplicate.second
    offered = case.offer(Offer("reverse_charge", charge.cents, (charge.charge_id,), turn.now))
    assert offered, "a fresh case has no offer yet"
    turn.conversation.expects = "offer"
    turn.say(
        "offer_duplicate",
        choices=("accept", "decline"),
        amount={"kind": "money", "cents": charge.cents, "currency": "CAD"},
        date={"kind": "date", "date": charge.on.isoformat(), "precision": "day"},
        description=charge.description,
    )


def _duplicate(turn: Turn) -> Duplicate | None:
    """Return a charge that stands twice, when the complaint is about billing and the account is proved."""
    customer = turn.verified
    if customer is None or all(nature.category != "billing" for nature in turn.complaint.natures):
        return None
    try:
        charges = turn.records.charges(customer.account_number)
    except RecordsUnavailable:
        return None
    return duplicate_charge(charges, [amount.cents for amount in turn.complaint.amounts])


def offer(turn: Turn) -> bool:
    """Hear yes or no to the offer; yes credits it once, no brings the CCTS notice and the ways on."""
    case = turn.case
    if case is None or case.standing_offer is None:
        turn.conversation.expects = "free"
        return False
    in_words = sum(word.strip(".,!").isalpha() for word in turn.text.split()) > 1
    if turn.chose("accept") or (turn.says_yes and (turn.sure or turn.says("yes") or in_words)):
        _credit(turn)
        return True
    if turn.chose("decline") or turn.says_no:
        case.answer_offer(False, turn.now)
        turn.say("offer_declined")
        ways_on(turn)
        return True
    return False


def _credit(turn: Turn) -> None:
    case, customer = turn.case, turn.verified
    assert case is not None and case.standing_offer is not None
    standing = case.standing_offer
    charge = next(
        (
            charge
            for charge in (turn.records.charges(customer.account_number) if customer else [])
            if charge.charge_id in standing.facts
        ),
        None,
    )
    if charge is None:
        # proof has run out, or the charge is gone from the records meanwhile: a person looks at it
        case.look_into(turn.now, "assistant")
        turn.conversation.expects = "free"
        turn.say("offer_to_person", tracking_number=case.tracking_number)
        return
    reference = turn.records.reverse(charge, standing.kind, key=f"reverse:{charge.charge_id}")
    case.answer_offer(True, turn.now)
    due = due_in_business_days(turn.now, turn.house.profile.business_days["apply_credit"], turn.calendar)
    case.promise(Promise("credit_on_account", due), turn.now)
    case.note(turn.now, "assistant", "credited", reference)
    turn.conversation.expects = "satisfied"
    turn.say(
        "credited",
        amount={"kind": "money", "cents": charge.cents, "currency": "CAD"},
        reference=reference,
        due=turn.day(due),
    )
    ask(turn)


def satisfied(turn: Turn) -> bool:
    """Hear whether that solved it; only a yes resolves the case."""
    case = turn.case
    assert case is not None
    certain = turn.says_yes and (turn.says("yes") or turn.sure)
    if certain or (turn.intent == "thank" and not turn.says_no):
        case.move("resolve", turn.now, "customer")
        turn.conversation.expects = "free"
        turn.say("resolved", tracking_number=case.tracking_number)
        return True
    if turn.says_no:
        case.note(turn.now, "customer", "not_satisfied")
        turn.say("not_solved")
        ways_on(turn)
        return True
    return False


def ways_on(turn: Turn) -> None:
    """Give the CCTS notice and ask which way the customer wants to go."""
    opening.give_notice(turn)
    turn.conversation.expects = "next_step"
    ask(turn)


def next_step(turn: Turn) -> bool:
    """Hear the way on: a senior manager or support lead, the CCTS, or the investigation."""
    case = turn.case
    assert case is not None
    way = turn.chose("escalate", "ombudsman", "leave")
    if way == "escalate" or (turn.intent in ("escalate", "request_person") and way is None):
        turn.conversation.expects = "free"
        opening.escalate(turn, case)
        return True
    if way is None and turn.intent in ("ask_ombudsman", "ask_rights") and turn.text.rstrip().endswith("?"):
        # a question about it is no wish to go there
        ways_on(turn)
        return True
    if way == "ombudsman" or turn.intent in ("ask_ombudsman", "ask_rights"):
        turn.conversation.expects = "free"
        refer(turn)
        return True
    if (
        way == "leave"
        or turn.says("leaving_it")
        or turn.intent in ("leave_it", "deny", "nothing_more", "dont_know", "refuse", "later")
    ):
        turn.conversation.expects = "free"
        case.look_into(turn.now, "customer")
        turn.say("left_with_investigation", tracking_number=case.tracking_number)
        return True
    return False


def refer(turn: Turn) -> None:
    """Record that the customer goes to the CCTS and say how; our work on the case goes on."""
    case = turn.case
    assert case is not None
    case.refer(Referral(turn.now, turn.house.profile.scheme))
    turn.say("referred", tracking_number=case.tracking_number)
