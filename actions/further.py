"""A further complaint in the same conversation: the case before it keeps its number, who complains is known already."""

from __future__ import annotations

from actions.base import Turn
from bot.cases.case import Case


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
