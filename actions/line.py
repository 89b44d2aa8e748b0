"""How somebody who waits for a person stands: whether anybody is there who can help, and how many come before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from actions.asking import ask, phrase
from actions.base import Turn
from bot.cases.case import WAITING, Case
from bot.cases.shifts import NEXT, QUEUED, Standing
from bot.shifts import Shifts

Phrase = dict[str, Any]

A_SHORT_QUESTION = 12
"""In more words than these somebody tells something, whatever they ask besides."""


def stands(turn: Turn, case: Case | None) -> Standing:
    """Return how the customer stands now, and keep what they are told of it."""
    standing = Shifts(turn.house.profile).standing(turn.unit, turn.conversation, turn.now, case)
    turn.conversation.told_standing = standing.kind
    return standing


def line(standing: Standing) -> Phrase:
    """Say how they stand."""
    return phrase(
        f"line_{standing.kind}", position=str(standing.position), estimate=_estimate(standing.minutes)
    )


def line_if_in_line(standing: Standing) -> Phrase:
    """Say how they stand where somebody is there for them, nothing otherwise."""
    return phrase("also", said=line(standing)) if standing.kind in (NEXT, QUEUED) else phrase("nothing")


def call_back(turn: Turn, standing: Standing, due: datetime) -> Phrase:
    """Say by when somebody gets back to them; where they need only stay, if they do not."""
    name = "call_back_if_gone" if standing.kind in (NEXT, QUEUED) else "call_back_by"
    return phrase(name, due=turn.day(due))


def is_asked_about(turn: Turn) -> bool:
    """Whether somebody who waits for a person wants to know how long it will take."""
    is_short = len(turn.text.split()) <= A_SHORT_QUESTION
    waits = turn.conversation.holder == WAITING
    return waits and (turn.intent == "ask_time" or (is_short and turn.says("place_in_line")))


def tell(turn: Turn) -> None:
    """Say how somebody stands who asks, and go on with the question that was open."""
    case = turn.standing
    standing = stands(turn, case)
    due = case.call_back_due if case else None
    by = call_back(turn, standing, due) if due else phrase("nothing")
    turn.say("still_waiting", line=line(standing), by=by)
    ask(turn)


def _estimate(minutes: int | None) -> Phrase:
    if minutes is None:
        return phrase("nothing")
    return phrase("about_a_minute") if minutes == 1 else phrase("about_minutes", minutes=str(minutes))
