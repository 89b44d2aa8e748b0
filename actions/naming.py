"""Naming: a customer's name that stands beside a number or an address they gave."""

from __future__ import annotations

import re

from actions.base import Turn
from bot.languages import pack
from bot.reading.characters import bare
from bot.reading.names import read_name
from bot.reading.patterns import Words, any_of, once_per_pack
from bot.reading.sentences import is_cued
from bot.reading.spoken import digits_said, spelling_written


def name_in(turn: Turn) -> str | None:
    """Return the name that the whole message is or introduces, None when it holds none."""
    return _name(turn.text, turn.conversation.language)


def name_beside(turn: Turn) -> bool:
    """Keep the name that stands beside a number or an address, or alone; tells whether a name is known now."""
    rest = turn.text
    for found in [*turn.found("phone"), *turn.found("email"), *turn.found("account")]:
        rest = rest.replace(turn.text[found["start"] : found["end"]], " ")
    own_number = pack(turn.conversation.language, "cues")["this_number"]
    # the contact may stand between words of its own and the name: "my number is 250-555-0158, I'm Dawn Peters"
    parts = [*re.split(r"[,;:\n]|\s{2,}|\.\s", rest), rest.strip(" ,;.-")]
    parts = [part for part in parts if part.strip() and not is_cued(part, own_number)]
    names = [name for part in parts if (name := _name(part, turn.conversation.language))]
    full = [name for name in names if " " in name]
    turn.complaint.name = turn.complaint.name or next(iter([*full, *names]), None)
    return turn.complaint.name is not None


def _name(text: str, language: str) -> str | None:
    """Return the name that words are or spell; a row of digits said aloud is none."""
    spoken = pack(language, "spoken")
    if digits_said(text, spoken):
        return None
    said = _without_fillers(text, spoken)
    return read_name(spelling_written(said, spoken), pack(language, "names")) if said else None


def _without_fillers(text: str, spoken: Words) -> str:
    """Return what follows the small words of somebody who looks for more: "dunque mario rossi"."""
    fillers = _leading_fillers(spoken).match(bare(text))
    small = fillers is not None and text[: fillers.end()].islower()
    return text[fillers.end() :] if fillers and small else text


@once_per_pack
def _leading_fillers(spoken: Words) -> re.Pattern[str]:
    return re.compile(rf"\W*(?:(?:{any_of(spoken['fillers'])})(?![\w'-])\W*)+")
