"""The chronology phase: what happened when, one event after the other."""

from __future__ import annotations

from dataclasses import replace

from actions.base import Turn
from actions.complaint import events_in, tell
from bot.cases.chronology import Event, lies_ahead

BARE_DATE = 6
"""Up to this many words an answer is a date and no story."""

NO_MORE = frozenset({"deny", "nothing_more", "dont_know", "refuse", "leave_it", "later"})


def event(turn: Turn) -> bool:
    """Hear an event; dated words become dated events, words without a date are kept as they are."""
    complaint = turn.complaint
    dated = events_in(turn)
    if not dated and (turn.chose("that_is_all", "skip", "no") or turn.intent in NO_MORE):
        complaint.settled.add("event")
        return True
    if not dated and turn.intent in ("affirm", "greet"):
        if not complaint.events:
            return False
        complaint.settled.add("event")
        return True
    if dated:
        for happened in dated:
            if len(turn.text.split()) <= BARE_DATE and complaint.told:
                # a date alone says when; what happened then was told before
                happened = replace(happened, text=complaint.narrative.splitlines()[0])
            complaint.add_event(happened)
            if lies_ahead(happened, turn.today):
                turn.say(
                    "date_ahead",
                    date={"kind": "date", "date": happened.date, "precision": happened.precision},
                )
    else:
        complaint.add_event(Event(None, "unknown", turn.text))
    if turn.found("nature") and len(turn.text.split()) > 12:
        tell(turn)
        complaint.settled.discard("event")
    return True


def which_date(turn: Turn) -> bool:
    """Hear which of two dates is right."""
    return False


def gap(turn: Turn) -> bool:
    """Hear what happened between two events."""
    return False
