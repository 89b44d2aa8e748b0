"""The contact phase: where to write to the customer, and by which name."""

from __future__ import annotations

from actions.base import Turn
from actions.identity import account_after_all
from actions.naming import name_beside, name_in
from actions.opening import acknowledge_by_contact
from actions.reaching import at_own_number

DECLINED = frozenset({"refuse", "deny", "dont_know", "nothing_more"})


def contact(turn: Turn) -> bool:
    """Hear a phone number or an e-mail address, and the name if it stands beside it."""
    if turn.value("account") and account_after_all(turn):
        return True
    if at_own_number(turn):
        name_beside(turn)
        if turn.case is not None:
            acknowledge_by_contact(turn, turn.case)
        return True
    if turn.found("phone") or turn.found("email"):
        # note_facts has kept them; the rest of the words may hold the name
        name_beside(turn)
        if turn.case is not None:
            acknowledge_by_contact(turn, turn.case)
        return True
    if turn.found("name_given") and turn.complaint.name:
        return True
    if turn.says("reach_by_phone") or turn.says("reach_by_email"):
        turn.say("which_number" if turn.says("reach_by_phone") else "which_address")
        turn.asked = True
        return True
    if (
        not turn.complaint.name
        and not turn.chose("skip")
        and turn.intent not in DECLINED
        and name_beside(turn)
    ):
        # the question asks for the name first, so a name alone is half an answer
        return True
    declined = turn.chose("skip") or turn.intent in DECLINED or turn.says("leave_me_alone")
    if declined or turn.conversation.misunderstood:
        turn.complaint.settled.add("contact")
        turn.say("no_contact")
        return True
    return False


def name(turn: Turn) -> bool:
    """Hear a name; nobody has to give one."""
    if turn.chose("skip") or turn.intent in ("refuse", "deny", "dont_know"):
        turn.complaint.settled.add("name")
        return True
    read = name_in(turn)
    if read is None and at_own_number(turn) and name_beside(turn):
        read = turn.complaint.name
    if read is None and not turn.conversation.misunderstood:
        return False
    turn.complaint.name = read
    turn.complaint.settled.add("name")
    return True
