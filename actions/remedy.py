"""The remedy phase: what was tried before, and what would put it right."""

from __future__ import annotations

from actions.asking import ask
from actions.base import Turn
from actions.chronology import doubt_attempts, happenings
from actions.complaint import attempt_told

NOTHING = frozenset({"deny", "nothing_more", "dont_know", "refuse"})


def prior_contact(turn: Turn) -> bool:
    """Hear what was tried before; having tried nothing is an answer, for a first complaint needs no earlier one."""
    told = happenings(turn)
    tells = turn.found("prior_contact") and len(turn.text.split()) > 4
    nothing = turn.says_no or turn.intent in NOTHING
    untried = turn.chose("skip", "no") or turn.says("untried")
    if untried or (nothing and not tells and (turn.answer == "no" or not told)):
        turn.complaint.settled.add("prior_contact")
    else:
        turn.complaint.prior_contacts.append(attempt_told(turn, turn.text))
        doubt_attempts(turn, told)
    return True


def remedy(turn: Turn) -> bool:
    """Hear what the customer would consider right; they need not know."""
    unsaid = turn.intent in ("dont_know", "refuse", "nothing_more") and not turn.found("remedy")
    if turn.chose("skip", "no") or unsaid:
        turn.complaint.settled.add("remedy")
        return True
    if (turn.answer == "yes" and not turn.found("remedy")) or (turn.intent == "greet" and turn.sure):
        return False
    only_tried = turn.found("prior_contact") and not turn.found("remedy")
    if only_tried and not turn.says_no and "late_attempt" not in turn.complaint.settled:
        # what was tried before, said a little late, is no wish; said again, it is taken for one
        turn.complaint.settled.add("late_attempt")
        turn.complaint.prior_contacts.append(attempt_told(turn, turn.text))
        turn.say("added")
        ask(turn)
        return True
    turn.complaint.remedy = turn.text
    if turn.intent == "escalate":
        turn.complaint.escalation_wanted = True
        turn.say("escalation_noted")
    return True
