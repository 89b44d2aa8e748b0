"""Sounds such as "uh", which mean nothing wherever they stand: "a hundred and uh twelve dollars"."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from bot.reading.amounts import AmountMention
from bot.reading.patterns import any_of


def read_past_sounds(
    text: str, sounds: Collection[str], read: Callable[[str], list[AmountMention]]
) -> list[AmountMention]:
    """Read a text as if no such sound were in it; what is read stands where it does in the text itself."""
    sound = rf"(?:(?P<mark>,)\s?)?(?<!\w)(?P<sound>(?:{any_of(sounds)})(?!\w)[,.]*\s*)"
    heard = list(re.finditer(sound, text, re.IGNORECASE))
    if not heard:
        return read(text)
    silent = {place for found in heard for part in ("mark", "sound") for place in range(*found.span(part))}
    kept = [place for place in range(len(text)) if place not in silent]
    return [
        replace(mention, start=start, end=end, text=text[start:end])
        for mention in read("".join(text[place] for place in kept))
        for start, end in [(kept[mention.start], kept[mention.end - 1] + 1)]
    ]
