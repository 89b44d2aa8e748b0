"""A person: asked for at any moment, promised honestly, while the assistant goes on taking the complaint."""

from __future__ import annotations

from actions import complaint, line
from actions.asking import ask, ask_next, phrase
from actions.base import Turn, TurnAction
from actions.complaint import safety
from actions.opening import ask_for_person, open_case, put_on_record, request_call_back
from bot.cases.case import P1, WAITING
from bot.cases.holding import ASKED_FOR_PERSON, happens
from bot.cases.intake import INTAKE, phase_of, reachable


class RequestPerson(TurnAction):
    """Asks for a person at once."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_request_person"

    def act(self, turn: Turn, first: bool) -> bool:
        """Ask for a person and go on with the question that was open."""
        request(turn)
        return True


def request(turn: Turn) -> None:
    """Ask for a person: a complaint that was told gets its case first, so that nothing is lost on the way."""
    expects = turn.conversation.expects
    happens(ASKED_FOR_PERSON, turn.conversation, turn.now)
    if complaint.tells_first(turn) and turn.found("nature") and len(turn.text.split()) > complaint.FEW_WORDS:
        # a whole complaint that ends with the wish for a person
        complaint.note_facts(turn)
        complaint.tell(turn)
    if turn.case is None and phase_of(expects) == "status":
        turn.say("person_waiting_for_case", line=_line(turn), phone=turn.house.profile.phone)
        ask(turn)
        return
    if turn.case is None and not turn.complaint.told:
        turn.say("person_waiting_untold", line=_line(turn), phone=turn.house.profile.phone)
        turn.conversation.expects = "open" if expects in (None, "free", "person", "open") else expects
        return
    if turn.case is None:
        # opening the case asks for the person too, since one is waited for
        open_case(turn)
    else:
        ask_for_person(turn, "the customer asked for a person")
    if not reachable(turn.complaint):
        ask_for_contact(turn)
    if phase_of(expects) in (*INTAKE, "decision") and expects != "confirm":
        turn.conversation.set_aside = ()
        ask_next(turn)
    elif expects == "place":
        # whoever wants a person is not kept with a question that would only spare them the wait
        turn.conversation.expects = "free"
    elif expects not in ("person", "open", "confirm"):
        turn.conversation.expects = expects
        ask(turn)


def _line(turn: Turn) -> dict[str, object]:
    return line.line(line.stands(turn, None))


def open_for_who_waits(turn: Turn) -> None:
    """Open the case of somebody who asked for a person first, as soon as they have told what went wrong."""
    if turn.conversation.holder == WAITING and turn.case is None and turn.complaint.told:
        expects = turn.conversation.expects
        open_case(turn)
        turn.conversation.expects = expects


def send_for_help(turn: Turn, reason: str) -> None:
    """Open the case at the highest priority, or raise it, and ask for a person, in few words."""
    expects = turn.conversation.expects
    happens(ASKED_FOR_PERSON, turn.conversation, turn.now)
    case = turn.case or put_on_record(turn)
    case.raise_priority(P1)
    due = request_call_back(turn, reason)
    turn.conversation.expects = expects
    turn.say(
        "help_on_the_way",
        line=line.line_if_in_line(line.stands(turn, case)),
        tracking_number=case.tracking_number,
        due=turn.day(due),
        phone=turn.house.profile.phone,
    )
    if not reachable(turn.complaint):
        if reason == safety("violence"):
            # the contact on the account may be read by the very person who threatens
            turn.say("leave_a_safe_contact")
        else:
            ask_for_contact(turn)


def ask_for_contact(turn: Turn) -> None:
    """Ask how somebody can be reached; the number they use will do where there is one."""
    or_this = phrase("or_this_number") if turn.own_number else phrase("nothing")
    turn.say("leave_a_contact", or_this_number=or_this)


def propose(turn: Turn) -> None:
    """Offer a person and keep the question that was open for afterwards."""
    turn.conversation.step_aside("person")
    ask(turn)


def wanted(turn: Turn) -> bool:
    """Hear whether a person is wanted; otherwise the question that was open comes back."""
    if complaint.tells_first(turn):
        turn.conversation.come_back()
        if not turn.says_yes and turn.intent != "request_person":
            return complaint.told(turn)
        complaint.tell(turn)
    declined = turn.says_no or turn.intent in ("nothing_more", "refuse")
    if not declined and (turn.says_yes or turn.intent == "request_person"):
        if turn.conversation.expects == "person":
            turn.conversation.come_back()
        request(turn)
        turn.asked = True
        return True
    if declined:
        turn.conversation.come_back()
        turn.say("go_on")
        ask(turn, with_choices=True)
        return True
    return False
