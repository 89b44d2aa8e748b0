"""Hearing: what one message means for the question that was asked, and for everything else it gives in passing."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet

from actions import (
    chronology,
    complaint,
    contact,
    filing,
    identity,
    language,
    person,
    remedy,
    resolution,
    status,
)
from actions.asking import CHOICES, ask, ask_next
from actions.base import Turn, TurnAction
from bot.cases.conversation import Conversation
from bot.cases.intake import INTAKE, phase_of

Answer = Callable[[Turn], bool]

ANSWERS: dict[str | None, Answer] = {
    "open": complaint.told,
    "nature": complaint.nature,
    "service": complaint.service,
    "event": chronology.event,
    "prior_contact": remedy.prior_contact,
    "remedy": remedy.remedy,
    "account": identity.account,
    "code": identity.code,
    "contact": contact.contact,
    "name": contact.name,
    "confirm": filing.confirm,
    "offer": resolution.offer,
    "satisfied": resolution.satisfied,
    "next_step": resolution.next_step,
    "tracking_number": status.tracking_number,
    "proof": status.proof,
    "person": person.wanted,
    "language": language.language,
    "free": complaint.said_after,
    None: complaint.said_after,
}
"""How an answer to each question is heard. An answer returns False when the message does not answer the question."""

INTERRUPTIONS = frozenset(
    """danger request_person escalate ask_ombudsman check_status change_language repeat go_back start_over wait later
    withdraw add_to_case ask_process ask_time ask_privacy ask_why ask_bot ask_cost ask_contact ask_rights greet thank
    goodbye abuse out_of_scope routine_request""".split()
)
"""Intents that a rule of their own answers; the question that was asked stays open meanwhile."""

CONSUMED: dict[str, frozenset[str]] = {
    "next_step": frozenset({"escalate", "ask_ombudsman", "leave_it"}),
    "open": frozenset({"add_to_case"}),
    "remedy": frozenset({"escalate", "routine_request"}),
    "prior_contact": frozenset({"add_to_case"}),
    "event": frozenset({"add_to_case"}),
    "nature": frozenset({"add_to_case", "routine_request"}),
    "satisfied": frozenset({"thank"}),
}
"""Interruptions that are themselves an answer to the question asked."""

YES_OR_NO = frozenset({"confirm", "offer", "satisfied", "person"})
"""Questions whose answer begins with yes or no, whatever else it says."""

STORIES = frozenset({"event", "prior_contact", "remedy"})
"""Questions answered in one's own words, which may sound like anything; only a sure guess makes them an interruption."""

BEARING: dict[str, frozenset[str]] = {
    "account": frozenset({"account"}),
    "contact": frozenset({"phone", "email"}),
    "tracking_number": frozenset({"tracking"}),
    "event": frozenset({"date"}),
    "nature": frozenset({"nature"}),
    "service": frozenset({"service"}),
    "prior_contact": frozenset({"prior_contact", "date"}),
    "remedy": frozenset({"remedy"}),
    "name": frozenset({"name_given"}),
    "proof": frozenset({"account", "phone", "email", "postal_code"}),
}
"""What in a message shows that it answers the question whatever its intent seems to be."""


def interrupts(turn: Turn) -> bool:
    """Tell whether the message is something else than an answer to the question that was asked."""
    expects = turn.conversation.expects or ""
    if turn.intent not in INTERRUPTIONS or turn.intent in CONSUMED.get(expects, ()):
        return False
    if turn.chose(*CHOICES.get(expects, ()), *(filing.FIELDS if expects == "confirm" else ()), "skip"):
        return False
    if turn.intent in ("danger", "request_person", "ask_ombudsman", "change_language"):
        return True
    if expects in YES_OR_NO and (turn.says_yes or turn.says_no):
        return False
    guessed = not turn.sure and turn.intent not in ("greet", "thank") and "?" not in turn.text
    if expects in STORIES and guessed:
        return False
    return not any(turn.found(kind) for kind in BEARING.get(expects, ()))


def hear(turn: Turn) -> None:
    """Hear one message once: facts in passing, then the answer, then the next question."""
    if language.follow(turn):
        return
    expects = turn.conversation.expects
    complaint.note_facts(turn)
    if asks_back(turn) or not (filing.corrects_in_passing(turn) or ANSWERS[expects](turn)):
        not_understood(turn)
        return
    turn.conversation.misunderstood = 0
    if turn.found("ombudsman") and turn.intent != "ask_ombudsman":
        # the words were part of a longer message: it is heard, and the notice comes with it
        resolution.give_notice(turn)
    person.open_for_who_waits(turn)
    if not turn.asked and phase_of(turn.conversation.expects) in INTAKE:
        ask_next(turn)


def asks_back(turn: Turn) -> bool:
    """Tell whether the message asks something that nobody could take for the answer to an open question."""
    expects = turn.conversation.expects or ""
    bearing = BEARING.get(expects, frozenset()) | {"nature", "remedy", "date", "amount"}
    return expects in STORIES and turn.text.rstrip().endswith("?") and not any(map(turn.found, bearing))


def not_understood(turn: Turn) -> None:
    """Say so kindly; the second time offer choices, the third time a person, and wait for the yes."""
    turn.conversation.misunderstood += 1
    if turn.conversation.misunderstood >= 3:
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


Complaint, Chronology, Remedy, Identity, Contact, Filing, Resolution, Status = (
    _phase(name)
    for name in ("complaint", "chronology", "remedy", "identity", "contact", "filing", "resolution", "status")
)

__all__: list[Any] = ["ANSWERS", "Hear", "hear", "interrupts"]
