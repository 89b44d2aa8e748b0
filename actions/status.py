"""The status phase: what is known of a case, told to whoever holds its number and one matching item."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

from actions.asking import ask
from actions.base import Turn, TurnAction
from bot.cases.case import Case

FAILURES_ALLOWED = 3
WINDOW = timedelta(hours=24)


class CheckStatus(TurnAction):
    """Starts a status enquiry, or answers it at once for the case of this very conversation."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_check_status"

    def act(self, turn: Turn, first: bool) -> bool:
        """Tell the status, or ask for the tracking number and keep the question that was open."""
        if turn.case is not None and turn.value("tracking") in (None, turn.case.tracking_number):
            tell_status(turn, turn.case)
            ask(turn)
            return True
        begin(turn)
        return True


def begin(turn: Turn) -> None:
    """Begin an enquiry about a case: by its number if the message holds it, else by asking for the number."""
    conversation = turn.conversation
    if conversation.expects not in ("tracking_number", "proof"):
        conversation.came_from = conversation.expects
    conversation.expects, conversation.enquiry_proved = "tracking_number", False
    if not (turn.value("tracking") and tracking_number(turn)):
        ask(turn)


def enquired_case(turn: Turn) -> Case | None:
    """Return the case of another conversation whose number and proof were given here, None without them."""
    if not turn.conversation.enquiry_proved or turn.case is not None:
        return None
    return turn.unit.cases.get(turn.conversation.enquiry or "")


def tracking_number(turn: Turn) -> bool:
    """Hear a tracking number; the next question is the same whether or not such a case exists."""
    number = turn.value("tracking")
    if number:
        turn.conversation.enquiry = number
        turn.conversation.expects = "proof"
        ask(turn)
        return True
    if turn.intent in ("deny", "refuse", "dont_know", "nothing_more", "later") or turn.chose("skip"):
        turn.say("no_tracking_number", phone=turn.house.profile.phone)
        _go_back(turn)
        return True
    return False


def proof(turn: Turn) -> bool:
    """Hear one item given when the case was opened; three misses in a day close the number for a day."""
    if turn.intent in ("refuse", "dont_know") or turn.chose("skip"):
        turn.say("status_refused", phone=turn.house.profile.phone)
        _go_back(turn)
        return True
    key = hashlib.sha256(f"status:{turn.conversation.enquiry}".encode()).hexdigest()
    closed = turn.unit.attempts.since(key, turn.now - WINDOW) >= FAILURES_ALLOWED
    case = turn.unit.cases.get(turn.conversation.enquiry or "")
    if case is not None and not closed and _matches(turn, case):
        turn.conversation.enquiry_proved = True
        tell_status(turn, case)
        _go_back(turn)
        return True
    turn.unit.attempts.add(key, turn.now)
    if turn.unit.attempts.since(key, turn.now - WINDOW) >= FAILURES_ALLOWED:
        turn.say("status_refused", phone=turn.house.profile.phone)
        _go_back(turn)
    else:
        turn.say("proof_wrong")
        ask(turn)
    return True


def _matches(turn: Turn, case: Case) -> bool:
    complaint = case.complaint
    given = {
        value
        for value in (complaint.phone, complaint.email, complaint.postal_code, case.account_number)
        if value
    }
    said = {turn.value(kind) for kind in ("phone", "email", "postal_code", "account")} - {None}
    compact = re.sub(r"\W", "", turn.text).casefold()
    return bool(given & said) or any(re.sub(r"\W", "", value).casefold() == compact for value in given)


def tell_status(turn: Turn, case: Case) -> None:
    """Say where a case stands and what is promised next; no name, contact or account fact is told."""
    due = min(
        (promise for promise in case.promises if promise.kept_at is None),
        key=lambda p: p.due_at,
        default=None,
    )
    turn.say(
        "status",
        tracking_number=case.tracking_number,
        status={"kind": "phrase", "phrase": f"status_{case.status}"},
        opened=turn.day(case.opened_at),
        next={
            "kind": "phrase",
            "phrase": f"next_{due.what}",
            "values": {"due": turn.day(due.due_at)},
        }
        if due and case.status not in ("resolved", "withdrawn", "closed")
        else {"kind": "phrase", "phrase": "nothing_due"},
    )


def _go_back(turn: Turn) -> None:
    turn.conversation.expects = turn.conversation.came_from or "open"
    turn.conversation.came_from = None
    if turn.conversation.expects not in ("open", "free"):
        ask(turn)
