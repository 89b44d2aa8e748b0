"""Hearing: what one message means for the question that was asked, and for everything else it gives in passing."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet

from actions import (
    chronology,
    complaint,
    contact,
    decisions,
    filing,
    further,
    identity,
    language,
    line,
    opening,
    person,
    remedy,
    resolution,
    status,
)
from actions.asking import CHOICES, ask, ask_next
from actions.base import Turn, TurnAction
from actions.naming import name_in
from bot.cases.case import WAITING
from bot.cases.conversation import Conversation
from bot.cases.intake import INTAKE, PHASES, phase_of


@dataclass(frozen=True)
class Question:
    """How the answer to a question is heard.

    `answer` returns False when the message does not answer it. `bearing` are the facts that show an answer
    whatever the intent seems to be, `consumes` the interruptions that are themselves an answer. An answer begins
    with yes or no (`yes_or_no`), or comes `in_own_words`, which may sound like anything.
    """

    answer: Callable[[Turn], bool]
    bearing: frozenset[str] = frozenset()
    consumes: frozenset[str] = frozenset()
    yes_or_no: bool = False
    in_own_words: bool = False


def _question(
    answer: Callable[[Turn], bool],
    bearing: str = "",
    consumes: str = "",
    yes_or_no: bool = False,
    in_own_words: bool = False,
) -> Question:
    return Question(answer, frozenset(bearing.split()), frozenset(consumes.split()), yes_or_no, in_own_words)


QUESTIONS: dict[str, Question] = {
    "open": _question(complaint.told),
    "nature": _question(complaint.nature, "nature", "add_to_case new_complaint routine_request"),
    "service": _question(complaint.service, "service"),
    "event": _question(chronology.event, "date", "add_to_case new_complaint", in_own_words=True),
    "which_date": _question(chronology.which_date, "date", "go_back wait new_complaint", in_own_words=True),
    "gap": _question(chronology.gap, "date", "add_to_case", in_own_words=True),
    "prior_contact": _question(remedy.prior_contact, "prior_contact date", "add_to_case", in_own_words=True),
    "remedy": _question(remedy.remedy, "remedy", "escalate routine_request", in_own_words=True),
    "account": _question(identity.account, "account phone email"),
    "code": _question(identity.code, "code"),
    "contact": _question(contact.contact, "phone email"),
    "name": _question(contact.name, "name_given"),
    "confirm": _question(filing.confirm, consumes="go_back", yes_or_no=True),
    "place": _question(resolution.place, "postal_code"),
    "check": _question(resolution.check, yes_or_no=True),
    "offer": _question(resolution.offer, yes_or_no=True),
    "satisfied": _question(resolution.satisfied, consumes="thank reopen", yes_or_no=True),
    "next_step": _question(resolution.next_step, consumes="escalate ask_ombudsman leave_it"),
    "tracking_number": _question(status.tracking_number, "tracking"),
    "proof": _question(status.proof, "account phone email postal_code"),
    "addition": _question(status.addition, "date nature amount", "add_to_case", in_own_words=True),
    "complaint_or_fault": _question(decisions.complaint_or_fault, yes_or_no=True),
    "same_or_new": _question(decisions.same_or_new, consumes="add_to_case new_complaint", yes_or_no=True),
    "file_now": _question(decisions.file_now, consumes="later goodbye wait", yes_or_no=True),
    "sure_to_drop": _question(decisions.sure_to_drop, consumes="withdraw", yes_or_no=True),
    "sure_to_start_over": _question(decisions.sure_to_start_over, consumes="start_over", yes_or_no=True),
    "sure_to_withdraw": _question(decisions.sure_to_withdraw, consumes="withdraw", yes_or_no=True),
    "person": _question(person.wanted, yes_or_no=True),
    "language": _question(language.language),
    "free": _question(complaint.said_after),
}
"""Every question that may be open, by the name under which the conversation keeps it."""

INTERRUPTIONS = frozenset(
    """danger request_person escalate ask_ombudsman check_status change_language repeat go_back start_over wait later
    withdraw reopen add_to_case new_complaint ask_process ask_policy ask_time ask_privacy ask_why ask_bot ask_cost
    ask_contact ask_rights greet thank goodbye abuse out_of_scope routine_request""".split()
)
"""Intents that a rule of their own answers; the question that was asked stays open meanwhile."""

ALWAYS_INTERRUPT = frozenset({"danger", "request_person", "ask_ombudsman", "change_language"})

SMALL_TALK = frozenset({"greet", "thank"})
A_FEW_WORDS = 3
A_SHORT_SENTENCE = 8

USUAL_WORDS = {"go_back": "back", "later": "leaving", "goodbye": "leaving", "withdraw": "never_mind"}
"""The cues of wishes that an answer in one's own words sounds like: "send one back", "the price of before"."""

PLAIN_WISHES = frozenset({"repeat", "wait", "start_over"})
"""Wishes put in so few ways that even a guess at them is worth acting upon, unless anything could be an answer."""

BARE_PICK = re.compile(r"\W*\d{1,2}\W*")

TELLING = frozenset({"nature", "remedy", "date", "amount"})
"""Facts of a story: whoever gives one does not only ask something back."""


def question_of(turn: Turn) -> Question:
    """Return the question that is open."""
    return QUESTIONS[turn.conversation.expects or "free"]


def interrupts(turn: Turn) -> bool:
    """Tell whether the message is something else than an answer to the question that was asked."""
    expects, question = turn.conversation.expects or "free", question_of(turn)
    if turn.intent not in INTERRUPTIONS or turn.intent in question.consumes:
        return False
    fields = filing.FIELDS if expects == "confirm" else ()
    if turn.chose(*CHOICES.get(expects, ()), *fields, "skip", "this_number"):
        return False
    if expects in ("account", "contact") and turn.says("this_number") and "?" not in turn.text:
        # "the number I'm calling from" sounds like a question about numbers
        return False
    if turn.intent in ALWAYS_INTERRUPT:
        clear = turn.sure or turn.intent != "request_person" or turn.says("person")
        # "no, nobody here" and "yes, have somebody call" only sound like the wish for a person
        answers = question.yes_or_no and (turn.says_yes or turn.says_no)
        return clear or not (question.in_own_words or answers)
    if question.yes_or_no and (turn.says_yes or turn.says_no):
        return False
    if turn.intent == "abuse" and turn.sure:
        # "gang of thieves" sounds like trouble with a bill; in more words there may be trouble beside the abuse
        tells = turn.found("nature") and len(turn.text.split()) > A_SHORT_SENTENCE
        return not (_gives(turn, question.bearing - {"nature"}) or tells)
    if turn.intent == "out_of_scope" and _speaks_of_another_world(turn, question):
        return True
    if turn.intent in SMALL_TALK:
        # "take it off my bill, thanks" is an answer with a thank-you beside it, as is "Ann Roy, thanks"
        if _gives(turn, question.bearing | TELLING) or (expects == "name" and name_in(turn)):
            return False
        return turn.sure or len(turn.text.split()) <= A_FEW_WORDS
    if turn.intent in USUAL_WORDS and not turn.says(USUAL_WORDS[turn.intent]):
        return False
    if question.in_own_words and not _speaks_of_something_else(turn):
        return False
    if not turn.sure and "?" not in turn.text and turn.intent not in {*PLAIN_WISHES, *USUAL_WORDS}:
        return False
    return not _gives(turn, question.bearing)


def _speaks_of_another_world(turn: Turn, question: Question) -> bool:
    """Tell whether a message that sounds out of scope is no answer, even where that is only a guess."""
    if "?" in turn.text:
        return turn.sure or not _gives(turn, question.bearing | TELLING)
    if question.yes_or_no or "nature" in question.bearing:
        return False
    if question.in_own_words:
        return (turn.says("asking") or turn.says("requesting")) and not _gives(turn, TELLING)
    # a name may sound like anything
    may_be_a_name = turn.text.istitle() or len(turn.text.split()) < A_FEW_WORDS
    return (turn.sure or not may_be_a_name) and not _gives(turn, question.bearing - {"service"})


def _only_gives_contact(turn: Turn) -> bool:
    """Tell whether the message is a number or an address and hardly a word beside it."""
    given = any(map(turn.found, ("account", "phone", "email")))
    return given and len(turn.text.split()) <= A_FEW_WORDS and not _gives(turn, TELLING)


def _gives(turn: Turn, kinds: frozenset[str]) -> bool:
    """Tell whether the message holds such a fact; tomorrow's date is none of what has happened."""
    past = {*kinds} - {"date"}
    return any(map(turn.found, past)) or ("date" in kinds and any(map(turn.is_past, turn.found("date"))))


def _speaks_of_something_else(turn: Turn) -> bool:
    """Tell whether words that might be anything are clearly no answer: a question, or a wish in its usual words."""
    if turn.intent in USUAL_WORDS or (turn.intent == "escalate" and turn.says("manager")):
        return True
    if turn.intent.startswith("ask_") or turn.intent == "check_status":
        short = len(turn.text.split()) <= A_SHORT_SENTENCE
        return "?" in turn.text or (turn.sure and short and turn.says("asking"))
    return turn.sure


def asks_back(turn: Turn) -> bool:
    """Tell whether the message only asks something, which nobody could take for an answer in one's own words.

    Said once more after it was not understood, it is taken for the answer.
    """
    question = question_of(turn)
    asks = question.in_own_words and turn.text.rstrip().endswith("?") and not turn.conversation.misunderstood
    return asks and not _gives(turn, question.bearing | TELLING)


def picks_nothing(turn: Turn) -> bool:
    """Tell whether the message is a small number where nothing is to be picked; said again, it is an answer."""
    question = question_of(turn)
    bare = question.in_own_words and BARE_PICK.fullmatch(turn.text) and not turn.conversation.misunderstood
    return bool(bare) and not _gives(turn, question.bearing | TELLING)


def hear(turn: Turn) -> None:
    """Hear one message once: facts in passing, then the answer, then the next question."""
    if language.follow(turn):
        return
    if line.is_asked_about(turn):
        line.tell(turn)
        return
    complaint.note_facts(turn)
    asked, question = turn.conversation.expects, question_of(turn)
    if question.in_own_words and _only_gives_contact(turn):
        turn.say("added")
        ask(turn)
        return
    bears = _gives(turn, question.bearing)
    corrects = turn.says("correction") or (turn.sure and not bears)
    corrected = corrects and filing.corrects_in_passing(turn)
    if asks_back(turn) or picks_nothing(turn) or not (corrected or question.answer(turn)):
        if turn.found("phone") or turn.found("email"):
            # kept already, whatever was asked
            turn.say("added")
            ask(turn)
        else:
            not_understood(turn)
        return
    turn.conversation.misunderstood = 0
    if turn.complaint.events and "event_more" in turn.complaint.settled:
        turn.complaint.settled.add("event")
    if turn.found("ombudsman") and turn.intent != "ask_ombudsman":
        # the words were part of a longer message: it is heard, and the notice comes with it
        opening.give_notice(turn)
    if asked == "code" and turn.case is not None and "code" in turn.complaint.settled:
        resolution.after_code(turn, turn.case)
    person.open_for_who_waits(turn)
    if not turn.asked and phase_of(turn.conversation.expects) in INTAKE:
        ask_next(turn)
    if asked in MAY_GO_BACK_TO and turn.conversation.expects != asked:
        turn.conversation.answered = (*turn.conversation.answered, asked)
    if turn.conversation.expects == "free" and turn.conversation.another_wanted:
        further.begin(turn)


MAY_GO_BACK_TO = frozenset(
    question
    for phase in ("complaint", "chronology", "remedy", "identity", "contact")
    for question in PHASES[phase]
) - {"code", "which_date", "gap"}
"""The questions that "go back" may come back to."""


def not_understood(turn: Turn) -> None:
    """Say so kindly; the second time offer choices, the third time a person, and wait for the yes."""
    turn.conversation.misunderstood += 1
    if turn.conversation.expects == "person" and turn.conversation.misunderstood >= 2:
        # whoever cannot be understood there either is given one
        turn.conversation.misunderstood = 0
        turn.conversation.come_back()
        person.request(turn)
        return
    if turn.conversation.misunderstood >= 3 and turn.conversation.holder != WAITING:
        turn.conversation.misunderstood = 0
        person.propose(turn)
        return
    turn.say("not_understood")
    ask(turn, with_choices=turn.conversation.misunderstood == 2)


class Hear(TurnAction):
    """Hears a message while no form is active: the first words of a complaint, and whatever follows a case."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_hear"

    def act(self, turn: Turn, first: bool) -> bool:
        """Hear the message, unless an earlier step of the turn has done so."""
        if first:
            hear(turn)
        return True


class Phase(TurnAction):
    """The validation of a phase's form: hears the answer, leaves interruptions to their rules."""

    @property
    @abstractmethod
    def phase(self) -> str:
        """The phase whose form is validated."""

    def name(self) -> str:
        """Return the name under which Rasa calls the validation of the form."""
        return f"validate_{self.phase}_form"

    def step(self, tracker: Tracker) -> int:
        """Count the actions of this turn; Rasa already lists the form itself, whose validation this is."""
        return super().step(tracker) - 1

    def act(self, turn: Turn, first: bool) -> bool:
        """Hear the message unless it interrupts or was heard; an empty result makes Rasa look for a rule."""
        if first:
            if interrupts(turn):
                return False
            hear(turn)
        return True

    def route(self, tracker: Tracker, conversation: Conversation) -> list[EventType]:
        """Stay in the form while its phase has questions, else end it and go on to the next phase's form."""
        events: list[EventType] = [SlotSet("language", conversation.language)]
        phase = phase_of(conversation.expects)
        if phase == self.phase:
            return [*events, SlotSet("requested_slot", conversation.expects)]
        next_action = f"{phase}_form" if phase else "action_listen"
        return [*events, SlotSet("requested_slot", None), FollowupAction(next_action)]


def _phase(name: str) -> type[Phase]:
    return type(
        f"{name.title()}Phase", (Phase,), {"phase": name, "__doc__": f"Hears answers of the {name} phase."}
    )


(
    ComplaintPhase,
    ChronologyPhase,
    RemedyPhase,
    IdentityPhase,
    ContactPhase,
    FilingPhase,
    ResolutionPhase,
    StatusPhase,
    DecisionPhase,
) = (_phase(name) for name in PHASES)
