"""A further complaint in the same conversation: the case before it keeps its number, who complains is known already."""

from __future__ import annotations

from actions.asking import ask
from actions.base import Turn, TurnAction
from bot.cases.case import Case
from bot.cases.intake import phase_of


class NewComplaint(TurnAction):
    """Takes a further complaint, after the one at hand is filed."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_new_complaint"

    def act(self, turn: Turn, first: bool) -> bool:
        """Begin with the further complaint; while another is being taken, note the wish for afterwards."""
        conversation = turn.conversation
        if turn.case is not None and phase_of(conversation.expects) is None:
            begin(turn)
        elif turn.case is None and not turn.complaint.told:
            conversation.expects = "open"
            turn.say("question_open")
        else:
            conversation.another_wanted = True
            turn.say("one_after_the_other")
            ask(turn)
        return True


def begin(turn: Turn) -> None:
    """Ask for the further complaint."""
    set_case_aside(turn)
    turn.conversation.expects = "open"
    turn.say("another_complaint", tracking_number=turn.conversation.earlier[-1])


def set_case_aside(turn: Turn) -> None:
    """Keep the case that is open and draft a complaint beside it."""
    turn.save()
    conversation = turn.conversation
    assert conversation.tracking_number is not None
    conversation.earlier = (*conversation.earlier, conversation.tracking_number)
    conversation.complaint = conversation.complaint.another()
    conversation.tracking_number, conversation.another_wanted, conversation.answered = None, False, ()
    turn.forget_case()


def take_case_back(turn: Turn) -> Case | None:
    """Drop the draft beside the latest case and go on with that case; None when there was none before."""
    conversation = turn.conversation
    if not conversation.earlier:
        return None
    *rest, conversation.tracking_number = conversation.earlier
    conversation.earlier = tuple(rest)
    case = turn.case
    assert case is not None
    conversation.complaint = case.complaint
    return case


def belongs_to_case(turn: Turn) -> None:
    """Move what was just told to the case it was told after."""
    told = turn.complaint
    case = take_case_back(turn)
    assert case is not None
    case.complaint.tell(told.narrative)
    for event in told.events:
        case.complaint.add_event(event)
    for amount in told.amounts:
        case.complaint.add_amount(amount)
    for nature in told.natures:
        case.complaint.add_nature(nature)
    case.note(turn.now, "customer", "added", "words added to the case")
    turn.conversation.expects = "free"
    turn.say("added_to_case", tracking_number=case.tracking_number)
