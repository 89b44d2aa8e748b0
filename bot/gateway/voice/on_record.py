"""A caller who is promised something before they have told what went wrong has a case all the same, so that it is kept."""

from __future__ import annotations

from datetime import datetime

from bot.cases.case import ASSISTANT, P2, WAITING, Case, Handoff
from bot.cases.conversation import Conversation
from bot.cases.holding import ASKED_FOR_PERSON, happens
from bot.cases.promises import Promise
from bot.provider import Profile, calendar
from bot.store import Unit


def promise_call_back(
    unit: Unit, conversation: Conversation, operator: Profile, reason: str, now: datetime
) -> tuple[Case, datetime]:
    """Return the conversation's case, opened where there is none, and by when somebody calls back.

    Whoever was promised that before is promised nothing new.
    """
    case = unit.cases.standing(conversation.tracking_number) or _opened(unit, conversation, operator, now)
    if conversation.holder != WAITING:
        happens(ASKED_FOR_PERSON, conversation, now)
    case.raise_priority(P2)
    case.hand_over(Handoff(now, reason), calendar.due(operator, "call_back", now))
    unit.cases.save(case)
    unit.conversations.save(conversation)
    open_ones = [each.due_at for each in case.promises if each.what == "call_back" and not each.kept_at]
    if not open_ones:
        # somebody who was asked for before has not come yet
        due = calendar.due(operator, "call_back", now)
        case.promise(Promise("call_back", due), now)
        unit.cases.save(case)
        return case, due
    return case, open_ones[-1]


def _opened(unit: Unit, conversation: Conversation, operator: Profile, now: datetime) -> Case:
    """Open the case with what was told so far; who it is from is proved or asked later, as with every other."""
    number = unit.cases.unused_number()
    complaint = conversation.complaint
    case = Case(
        number,
        complaint,
        conversation.language,
        conversation.channel,
        now,
        account_number=complaint.account_number,
    )
    case.note(now, ASSISTANT, "opened")
    for what, time_frame in (("update", "update_every"), ("answer", "resolution")):
        case.promise(Promise(what, calendar.due(operator, time_frame, now)), now)
    unit.cases.add(case, conversation.id)
    conversation.tracking_number = number
    return case
