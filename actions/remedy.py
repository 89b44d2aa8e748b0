"""The remedy phase: what was tried before, and what would put it right."""

from __future__ import annotations

from actions.base import Turn
from bot.cases.complaint import PriorContact

NOTHING = frozenset({"deny", "nothing_more", "dont_know", "refuse"})


def prior_contact(turn: Turn) -> bool:
    """Hear what was tried before; having tried nothing is an answer, for a first complaint needs no earlier one."""
    bare = len(turn.text.split()) <= 4 or not turn.found("prior_contact")
    nothing = turn.says_no or turn.says("untried") or turn.intent in NOTHING
    if turn.chose("skip", "no") or turn.says("untried") or (nothing and bare and not turn.found("date")):
        turn.complaint.settled.add("prior_contact")
        return True
    references = [row["value"] for row in turn.found("ticket")]
    turn.complaint.prior_contacts.append(PriorContact(turn.text, next(iter(references), None)))
    return True


def remedy(turn: Turn) -> bool:
    """Hear what the customer would consider right; they need not know."""
    if turn.chose("skip") or turn.intent in ("dont_know", "refuse", "nothing_more"):
        turn.complaint.settled.add("remedy")
        return True
    if turn.says("yes") or (turn.intent == "greet" and turn.sure):
        return False
    turn.complaint.remedy = turn.text
    if turn.intent == "escalate":
        turn.complaint.escalation_wanted = True
    return True
