"""Interruptions: questions, small talk and wishes that are answered at any point, after which the form goes on."""

from __future__ import annotations

from actions import complaint, decisions, further, hearing, line, opening, person
from actions.asking import ask, ask_next, case_stands
from actions.base import Turn, TurnAction
from actions.opening import reached_at_last
from bot.cases.complaint import Nature
from bot.cases.intake import INTAKE, phase_of
from bot.cases.status import ENDED

NATURES = {
    "no_911": Nature("service_delivery", "feature_not_working"),
    "medical_alarm": Nature("service_delivery", "feature_not_working"),
    "hijacked_pbx": Nature("billing", "unrecognised_usage"),
    "fraud": Nature("other", "other"),
}
"""What a danger is a complaint about when its words name no trouble; whoever told it is not asked what went wrong."""

LEAVING = frozenset({"later", "goodbye"})

SILENT_BEFORE = LEAVING | {"wait"}
"""After these the open question is not repeated at once: the customer asked for time."""


class Answer(TurnAction):
    """Answers a question or a word of small talk with an approved text, then asks the open question again."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_answer"

    def act(self, turn: Turn, first: bool) -> bool:
        """Say the text of the intent, with the operator's own figures."""
        answers = turn.intent == "thank" or turn.intent.startswith("ask_")
        if turn.case is not None and complaint.in_danger(turn.case) and not answers:
            turn.complaint.tell(turn.text)
            complaint.stay_with(turn, turn.case)
            return True
        if turn.case is not None and reached_at_last(turn, turn.case):
            # "this number" answers how somebody may be reached, and asks nothing
            return True
        if turn.intent in LEAVING and not turn.says("leaving"):
            # whoever fears that somebody comes back does not say goodbye
            hearing.hear(turn)
            return True
        if line.is_asked_about(turn):
            line.tell(turn)
            return True
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
        if turn.found("ombudsman"):
            # whoever names it hears of it in the prescribed words, whatever they ask
            opening.give_notice(turn)
            turn.say("person_any_time")
        if turn.intent in LEAVING and _worth_filing(turn):
            turn.conversation.step_aside("file_now")
            ask(turn)
        elif turn.intent == "abuse" and _insulted_again(turn):
            person.propose(turn)
        elif turn.intent not in SILENT_BEFORE:
            ask(turn)
        return True


def _worth_filing(turn: Turn) -> bool:
    """Tell whether somebody who leaves has told enough for a case that is not open yet."""
    return turn.case is None and turn.complaint.told and turn.conversation.expects != "file_now"


def _insulted_again(turn: Turn) -> bool:
    """Count the turns that hold abuse; at every second one a person is offered instead of one more calm word."""
    turn.conversation.insults += 1
    return turn.conversation.insults % 2 == 0


class AskOmbudsman(TurnAction):
    """Gives the CCTS notice and the offer of a person at any point; the form is kept."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_ask_ombudsman"

    def act(self, turn: Turn, first: bool) -> bool:
        """Give the notice; with a case, and nothing else asked, the wish to go there is asked about."""
        opening.give_notice(turn)
        if turn.case is not None and turn.case.status in ENDED and turn.conversation.expects == "free":
            return True
        if turn.case is not None and turn.conversation.expects == "free":
            turn.conversation.expects = "next_step"
        else:
            turn.say("person_any_time")
        ask(turn)
        return True


class Repeat(TurnAction):
    """Says the last question again."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_repeat"

    def act(self, turn: Turn, first: bool) -> bool:
        """Ask the open question again; with none open, say what the case's number is."""
        case = turn.touch(turn.subject) if turn.subject else None
        if case and complaint.in_danger(case):
            complaint.stay_with(turn, case)
        elif turn.conversation.expects == "free" and case:
            case_stands(turn, case)
        elif turn.conversation.expects == "open":
            turn.say("question_open")
        ask(turn, with_choices=True)
        return True


class NewComplaint(TurnAction):
    """Takes a further complaint, after the one at hand is filed."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_new_complaint"

    def act(self, turn: Turn, first: bool) -> bool:
        """Begin with the further complaint; while another is being taken, note the wish for afterwards."""
        conversation = turn.conversation
        free = turn.case is not None and (
            phase_of(conversation.expects) is None or conversation.expects == "place"
        )
        told = turn.found("nature") or turn.found("date")
        if turn.case is not None and not turn.complaint.told and told:
            # the case was opened for a wish alone, before anything was told
            complaint.tell(turn)
            turn.say("taken_as_complaint")
            ask_next(turn)
        elif free and told:
            further.set_case_aside(turn)
            complaint.tell(turn)
            turn.say("taken_as_complaint")
            ask_next(turn)
        elif free:
            further.begin(turn)
        elif turn.case is None and not turn.complaint.told:
            conversation.expects = "open"
            turn.say("question_open")
        else:
            conversation.another_wanted = True
            turn.say("one_after_the_other")
            ask(turn)
        return True


class GoBack(TurnAction):
    """Goes back to the question answered before."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_go_back"

    def act(self, turn: Turn, first: bool) -> bool:
        """Ask the question answered last once more; what was said to it is emptied, the transcript keeps it."""
        conversation = turn.conversation
        if phase_of(conversation.expects) not in INTAKE or not conversation.answered:
            ask(turn, with_choices=True)
            return True
        *conversation_before, question = conversation.answered
        conversation.answered = tuple(conversation_before)
        turn.complaint.forget(question)
        conversation.expects = question
        turn.say("gone_back")
        ask(turn, with_choices=True)
        return True


class StartOver(TurnAction):
    """Empties the draft on a yes; a case that is open stays open."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_start_over"

    def act(self, turn: Turn, first: bool) -> bool:
        """Ask whether everything told is to be taken down anew; with nothing told there is nothing to ask."""
        if turn.case is not None:
            case_stands(turn, turn.case)
            ask(turn)
        elif turn.complaint.told:
            turn.conversation.step_aside("sure_to_start_over")
            ask(turn)
        else:
            decisions.start_over(turn)
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
        complaint.note_sums(turn)
        complaint.tell(turn)
        if danger == "fraud":
            # the number on file may be in other hands by now
            turn.complaint.settled.add("code")
        unread = all(nature.category == "other" and nature.issue is None for nature in turn.complaint.natures)
        if danger in NATURES and unread:
            turn.complaint.add_nature(NATURES[danger])
        person.send_for_help(turn, complaint.safety(danger))
        if danger in complaint.NO_QUESTIONS:
            turn.conversation.expects, turn.conversation.set_aside = "free", ()
        elif turn.conversation.expects == "open":
            ask_next(turn)
        else:
            ask(turn)
        return True
