"""Decisions: small questions that are answered with yes or no, or one of two, and then the dialogue goes on."""

from __future__ import annotations

from actions import further, opening
from actions.asking import ask, ask_next
from actions.base import Turn
from bot.cases.complaint import Complaint
from bot.cases.intake import INTAKE, phase_of
from bot.cases.status import may_move

ADDS_NO_COMPLAINT = frozenset({"add_to_case", "nothing_more", "deny", "leave_it"})
"""Whoever says one of these after telling more makes no complaint of its own of it."""


def complaint_or_fault(turn: Turn) -> bool:
    """Hear whether trouble that was told is a complaint; a mere report is shown the way to support."""
    if turn.chose("as_complaint") or turn.intent == "complain" or (turn.says_yes and not turn.says_no):
        turn.say("taken_as_complaint")
        ask_next(turn)
        return True
    if turn.chose("only_report") or turn.says("report_only") or turn.says_no:
        report_only(turn)
        return True
    if turn.says("dissatisfied") or turn.found("remedy"):
        turn.complaint.tell(turn.text)
        turn.say("taken_as_complaint")
        ask_next(turn)
        return True
    return False


def report_only(turn: Turn) -> None:
    """Show the way for a fault report; what was told stays at hand, should it become a complaint after all."""
    turn.conversation.expects = "open"
    turn.say("fault_reported", phone=turn.house.profile.phone)
    turn.asked = True


def same_or_new(turn: Turn) -> bool:
    """Hear whether new trouble belongs to the case or is a complaint of its own."""
    if turn.chose("own_complaint") or turn.says("separate") or turn.intent == "new_complaint":
        turn.say("taken_as_complaint")
        ask_next(turn)
        return True
    if turn.chose("same_case") or turn.says("belongs") or turn.intent in ADDS_NO_COMPLAINT:
        further.belongs_to_case(turn)
        return True
    return False


def file_now(turn: Turn) -> bool:
    """Hear whether what was told so far is filed before the customer leaves."""
    if turn.says_yes and not turn.says_no:
        turn.conversation.set_aside = ()
        opening.open_case(turn)
        return True
    if turn.says_no or turn.intent in ("later", "goodbye", "wait"):
        turn.conversation.come_back()
        turn.say("kept_for_later")
        turn.asked = True
        return True
    return _never_mind(turn)


def sure_to_drop(turn: Turn) -> bool:
    """Hear whether the draft is really to be dropped."""
    if turn.says_yes or turn.intent == "withdraw":
        drop(turn)
        return True
    return _kept_on_no(turn)


def drop(turn: Turn) -> None:
    """Drop the draft; a case opened before stays as it is."""
    turn.conversation.set_aside, turn.conversation.answered = (), ()
    case = further.take_case_back(turn)
    if case is None:
        turn.conversation.complaint = Complaint()
        turn.conversation.expects = "open"
    else:
        turn.conversation.expects = "free"
    turn.say("draft_dropped")
    turn.asked = True


def sure_to_start_over(turn: Turn) -> bool:
    """Hear whether everything told is to be taken down anew."""
    if turn.says_yes or turn.intent == "start_over":
        start_over(turn)
        return True
    return _kept_on_no(turn)


def start_over(turn: Turn) -> None:
    """Begin the complaint anew; identity that was proved stays proved."""
    turn.conversation.set_aside, turn.conversation.answered = (), ()
    turn.conversation.complaint = Complaint()
    turn.conversation.expects = "open"
    turn.say("started_over")
    turn.asked = True


def sure_to_withdraw(turn: Turn) -> bool:
    """Hear whether the case is really to be withdrawn."""
    if turn.says_yes or turn.intent == "withdraw":
        number = turn.subject
        case = turn.touch(number) if number else None
        turn.conversation.set_aside = ()
        turn.conversation.expects = "free" if turn.case else "open"
        if case is not None and may_move(case.status, "withdraw"):
            case.move("withdraw", turn.now, "customer")
            turn.say("withdrawn", tracking_number=case.tracking_number)
        return True
    return _kept_on_no(turn)


def _kept_on_no(turn: Turn) -> bool:
    if not turn.says_no:
        return _never_mind(turn)
    turn.conversation.come_back()
    turn.say("nothing_changed")
    ask(turn)
    return True


def _never_mind(turn: Turn) -> bool:
    """Leave a decision that the customer talks past: their words are heard for the question that was open before."""
    bears = turn.found("nature") or turn.found("date") or turn.found("phone") or turn.found("email")
    if not bears:
        return False
    turn.conversation.come_back()
    if phase_of(turn.conversation.expects) in INTAKE:
        turn.complaint.tell(turn.text)
        turn.say("added")
    ask(turn)
    return True
