"""Reaching: whoever calls or texts may simply be reached at the number they use."""

from __future__ import annotations

from actions.base import Turn


def at_own_number(turn: Turn) -> bool:
    """Hear that the number called or texted from is the one to be reached at."""
    wished = turn.chose("this_number") or turn.says("this_number")
    number = turn.own_number if wished and not turn.says_no else None
    if number is not None:
        turn.complaint.phone = number
    return number is not None
