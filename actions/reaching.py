"""Reaching: whoever calls or texts may simply be reached at the number they use."""

from __future__ import annotations

from actions.base import Turn
from bot.languages import LANGUAGES, pack
from bot.reading.sentences import is_cued


def at_own_number(turn: Turn) -> bool:
    """Hear that the number called or texted from is the one to be reached at."""
    cues = [cue for language in LANGUAGES for cue in pack(language, "cues")["this_number"]]
    wished = turn.chose("this_number") or is_cued(turn.text, cues)
    number = turn.own_number if wished and not turn.says_no else None
    if number is not None:
        turn.complaint.phone = number
    return number is not None
