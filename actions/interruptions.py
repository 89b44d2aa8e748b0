"""Interruptions: questions, small talk and wishes that are answered at any point, after which the form goes on."""

from __future__ import annotations

from actions import complaint, opening, person, resolution, status
from actions.asking import ask, ask_next
from actions.base import Turn, TurnAction
from bot.cases.complaint import Complaint, Nature
from bot.cases.status import may_move

NO_QUESTIONS = frozenset({"emergency", "self_harm", "violence"})
"""Nobody in these dangers is asked a form question."""

NATURES = {
    "no_911": Nature("service_delivery", "feature_not_working"),
    "medical_alarm": Nature("service_delivery", "feature_not_working"),
    "hijacked_pbx": Nature("billing", "unrecognised_usage"),
    "fraud": Nature("other", "other"),
}
"""What a danger is a complaint about when its words name no trouble; whoever told it is not asked what went wrong."""

SILENT_BEFORE = frozenset({"wait", "later", "goodbye"})
"""After these the open question is not repeated at once: the customer asked for time."""


class Answer(TurnAction):
    """Answers a question or a word of small talk with an approved text, then asks the open question again."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_answer"

    def act(self, turn: Turn, first: bool) -> bool:
        """Say the text of the intent, with the operator's own figures."""
        days, profile = turn.house.profile.business_days, turn.house.profile
        turn.say(
            f"answer_{turn.intent}",
            phone=profile.phone,
            provider=profile.name,
            days=str(days["resolution"]),
            update_days=str(days["update_every"]),
            review_days=str(days["escalation_review"]),
            address=", ".join(profile.letter_address),
            page=profile.complaints_page,
        )
        if turn.intent not in SILENT_BEFORE:
            ask(turn)
        return True


class AskOmbudsman(TurnAction):
    """Gives the CCTS notice and the offer of a person at any point; the form is kept."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_ask_ombudsman"

    def act(self, turn: Turn, first: bool) -> bool:
        """Give the notice; with a case, and nothing else asked, the wish to go there is asked about."""
        resolution.give_notice(turn)
        if turn.case is not None and turn.conversation.expects in ("free", None):
            turn.conversation.expects = "next_step"
        else:
            turn.say("person_any_time")
        ask(turn)
        return True


class Escalate(TurnAction):
    """Records the wish for a senior manager or support lead, at once or as soon as there is a case."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_escalate"

    def act(self, turn: Turn, first: bool) -> bool:
        """Escalate the open case; before there is one, keep the wish for its opening."""
        enquired = status.enquired_case(turn)
        if enquired is not None:
            opening.escalate(turn, enquired)
            turn.unit.cases.save(enquired)
        elif turn.case is None and turn.value("tracking"):
            status.begin(turn)
            return True
        elif turn.case is None:
            turn.complaint.escalation_wanted = True
            turn.say("escalation_noted")
        elif may_move(turn.case.status, "escalate"):
            opening.escalate(turn, turn.case)
        else:
            person.request(turn)
            return True
        ask(turn)
        return True


class Repeat(TurnAction):
    """Says the last question again."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_repeat"

    def act(self, turn: Turn, first: bool) -> bool:
        """Ask the open question again; with none open, say what the case's number is."""
        if turn.conversation.expects in ("free", None) and turn.case is not None:
            turn.say("anything_else", tracking_number=turn.case.tracking_number)
        elif turn.conversation.expects == "open":
            turn.say("question_open")
        ask(turn, with_choices=True)
        return True


class StartOver(TurnAction):
    """Empties the draft; a case that is open stays open."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_start_over"

    def act(self, turn: Turn, first: bool) -> bool:
        """Start again from the open question; identity that was proved stays proved."""
        if turn.case is not None:
            turn.say("anything_else", tracking_number=turn.case.tracking_number)
            ask(turn)
            return True
        turn.conversation.complaint = Complaint()
        turn.conversation.expects = "open"
        turn.say("started_over")
        return True


class Withdraw(TurnAction):
    """Withdraws the case on the customer's wish, and says that it can be opened again."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_withdraw"

    def act(self, turn: Turn, first: bool) -> bool:
        """Withdraw the open case; a draft is simply dropped."""
        case = turn.case
        if case is None:
            turn.conversation.complaint = Complaint()
            turn.conversation.expects = "open"
            turn.say("draft_dropped")
        elif may_move(case.status, "withdraw"):
            case.move("withdraw", turn.now, "customer")
            turn.conversation.expects = "free"
            turn.say("withdrawn", tracking_number=case.tracking_number)
        else:
            turn.say("anything_else", tracking_number=case.tracking_number)
        return True


class Danger(TurnAction):
    """Puts safety before everything: the right words and number first, then a person and priority P1."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_danger"

    def act(self, turn: Turn, first: bool) -> bool:
        """Say what helps now, keep the words as a complaint, open the case at P1 and ask for a person."""
        danger = turn.value("danger")
        turn.say(f"danger_{danger}", phone=turn.house.profile.phone)
        complaint.tell(turn)
        if not turn.complaint.natures and danger in NATURES:
            turn.complaint.add_nature(NATURES[danger])
        person.send_for_help(turn, f"safety: {danger}")
        if danger in NO_QUESTIONS:
            turn.conversation.expects = "free"
        elif turn.conversation.expects == "open":
            ask_next(turn)
        else:
            ask(turn)
        return True
