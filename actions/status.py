"""The status phase: a case told about from anywhere, by its number and one matching item, and what is wished for it."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

from actions import opening, person
from actions.asking import ask, phrase
from actions.base import Turn, TurnAction
from actions.complaint import add_to, in_danger, stay_with
from bot.cases.case import Case
from bot.cases.status import ENDED, may_move

FAILURES_ALLOWED = 3
"""After so many wrong items a case is shown to nobody who has to prove it is theirs, for a day."""

FAILURES_OF_A_CONVERSATION = 6
"""After so many wrong items, for whichever numbers, a conversation is shown no more cases, for a day."""

WINDOW = timedelta(hours=24)


class CheckStatus(TurnAction):
    """Tells where a case stands."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_check_status"

    def act(self, turn: Turn, first: bool) -> bool:
        """Tell the status of the case of this conversation, or of one whose number is asked for."""
        if turn.subject is None and turn.complaint.told and not turn.value("tracking"):
            turn.say("no_number_yet")
            ask(turn)
        else:
            wish(turn, "status")
        return True


class AddToCase(TurnAction):
    """Adds something to a case."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_add_to_case"

    def act(self, turn: Turn, first: bool) -> bool:
        """Ask what is to be added, unless the message says it."""
        wish(turn, "add")
        return True


class Escalate(TurnAction):
    """Records the wish for a senior manager or support lead, at once or as soon as there is a case."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_escalate"

    def act(self, turn: Turn, first: bool) -> bool:
        """Escalate the case spoken about; while one is being drafted, keep the wish for its opening."""
        drafting = turn.case is None and turn.complaint.told
        elsewhere = turn.value("tracking") or (turn.says("my_case") and not drafting)
        if (drafting or turn.subject is None) and not elsewhere:
            turn.complaint.escalation_wanted = True
            turn.say("escalation_noted")
            if drafting:
                ask(turn)
            else:
                # whoever begins with "I want to speak to the manager" wants somebody, not a form
                person.request(turn)
        else:
            wish(turn, "escalate")
        return True


class Reopen(TurnAction):
    """Opens again a case that had come to its end."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_reopen"

    def act(self, turn: Turn, first: bool) -> bool:
        """Reopen the case spoken about, or ask which one it is."""
        wish(turn, "reopen")
        return True


class Withdraw(TurnAction):
    """Withdraws a case, or drops a draft, after asking whether that is really meant."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_withdraw"

    def act(self, turn: Turn, first: bool) -> bool:
        """Ask whether the case is to be withdrawn; nothing that was told is dropped without a question."""
        if turn.case is not None and in_danger(turn.case):
            stay_with(turn, turn.case)
        elif turn.case is None and turn.complaint.told and not turn.value("tracking"):
            turn.conversation.step_aside("sure_to_drop")
            ask(turn)
        elif turn.subject is None and not turn.value("tracking") and not turn.says("my_case"):
            turn.say("draft_dropped")
        else:
            wish(turn, "withdraw")
        return True


def wish(turn: Turn, what: str) -> None:
    """Grant a wish for the case spoken about; one from elsewhere is asked for by number and one matching item."""
    named, subject = turn.value("tracking"), turn.subject
    known = {turn.conversation.tracking_number, *turn.conversation.earlier, subject}
    if subject and (named is None or named in known):
        case = turn.touch(named or subject)
        assert case is not None
        grant(turn, case, what, named or subject)
        return
    conversation = turn.conversation
    if conversation.expects not in ("tracking_number", "proof"):
        conversation.step_aside("tracking_number")
    conversation.expects, conversation.enquiry_proved, conversation.enquiry_wish = (
        "tracking_number",
        False,
        what,
    )
    if not (named and tracking_number(turn)):
        ask(turn)


def grant(turn: Turn, case: Case, what: str, asked: str) -> None:
    """Do what the customer wishes for a case that is theirs, and go on with the question that was open.

    `asked` is the number that they asked by, which leads to the case when theirs was merged into it.
    """
    stands = {"tracking_number": case.tracking_number, "status": phrase(f"status_{case.status}")}
    if what == "status":
        tell_status(turn, case, asked)
    elif what == "escalate" and may_move(case.status, "escalate"):
        opening.escalate(turn, case)
    elif what == "escalate":
        turn.say("not_any_more", **stands)
    elif what == "reopen" and case.status in (*ENDED, "answered"):
        opening.reopen(turn, case)
    elif what == "reopen":
        turn.say("still_open", **stands)
    elif what == "withdraw" and may_move(case.status, "withdraw"):
        turn.conversation.step_aside("sure_to_withdraw")
    elif what == "withdraw":
        turn.say("not_any_more", **stands)
    elif what == "add":
        turn.conversation.step_aside("addition")
    if turn.conversation.expects != "open":
        # whoever came for their case is not asked for a new complaint
        ask(turn)


def tracking_number(turn: Turn) -> bool:
    """Hear a tracking number; the next question is the same whether or not such a case exists."""
    number = turn.value("tracking")
    if number and _guesses_on(turn):
        _refuse(turn)
        return True
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
    """Hear one item given when the case was opened; three misses in a day close the number for a day.

    Six of them, for whichever numbers, close the conversation; a wrong item and a number that does not exist are
    told the same.
    """
    conversation = turn.conversation
    if turn.intent in ("refuse", "dont_know") or turn.chose("skip"):
        _refuse(turn)
        return True
    number = conversation.enquiry or ""
    # loaded first: whoever else tries this case waits for its row, so that no two of them count the same misses
    asked = turn.unit.cases.get(number)
    closed = _misses(turn, _key(number)) >= FAILURES_ALLOWED or _guesses_on(turn)
    case = turn.touch(number) if asked is not None and not closed and _matches(turn, asked) else None
    if case is not None:
        conversation.enquiry_proved = True
        conversation.come_back()
        grant(turn, case, conversation.enquiry_wish or "status", number)
        return True
    turn.unit.attempts.add(_key(number), turn.now)
    turn.unit.attempts.add(_key(f"conversation:{turn.conversation.id}"), turn.now)
    if _misses(turn, _key(number)) >= FAILURES_ALLOWED or _guesses_on(turn):
        _refuse(turn)
    else:
        turn.say("proof_wrong")
        ask(turn)
    return True


def _refuse(turn: Turn) -> None:
    turn.say("status_refused", phone=turn.house.profile.phone)
    _go_back(turn)


def _guesses_on(turn: Turn) -> bool:
    """Tell whether this conversation has given so many wrong items that it hardly asks for a case of its own."""
    return _misses(turn, _key(f"conversation:{turn.conversation.id}")) >= FAILURES_OF_A_CONVERSATION


def _misses(turn: Turn, key: str) -> int:
    return turn.unit.attempts.since(key, turn.now - WINDOW)


def _key(what: str) -> str:
    """Name the misses of a number or a conversation without keeping it in the list."""
    return hashlib.sha256(f"status:{what}".encode()).hexdigest()


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


def addition(turn: Turn) -> bool:
    """Hear what is added to a case."""
    number = turn.subject
    case = turn.touch(number) if number else None
    turn.conversation.come_back()
    if (
        case is None
        or turn.chose("skip", "no")
        or turn.intent in ("deny", "nothing_more", "refuse", "leave_it")
    ):
        turn.say("nothing_changed")
    else:
        add_to(turn, case)
    if turn.conversation.expects != "open":
        ask(turn)
    turn.asked = True
    return True


def tell_status(turn: Turn, case: Case, asked: str) -> None:
    """Say where a case stands and what is promised next; no name, contact or account fact is told."""
    joined = {"asked": asked, "number": case.tracking_number}
    due = min(
        (promise for promise in case.promises if promise.kept_at is None),
        key=lambda p: p.due_at,
        default=None,
    )
    turn.say(
        "status",
        tracking_number=case.tracking_number
        if asked == case.tracking_number
        else phrase("part_of_case", **joined),
        status=phrase(f"status_{case.status}"),
        opened=turn.day(case.opened_at),
        next={
            "kind": "phrase",
            "phrase": f"next_{due.what}",
            "values": {"due": turn.day(due.due_at)},
        }
        if due and case.status not in ENDED
        else {"kind": "phrase", "phrase": "nothing_due"},
    )


def _go_back(turn: Turn) -> None:
    turn.conversation.come_back()
    if turn.conversation.expects not in ("open", "free"):
        ask(turn)
