"""What can be spelled of a text, spelled: "T as in Tango, K as in Kilo, 4 4 7 1"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.languages import pack
from bot.languages.spoken.addresses import EMAIL
from bot.languages.spoken.hearable import hearable
from bot.languages.spoken.numbers import LONG_NUMBER, PHONE, POSTAL_CODE, REFERENCE, TRACKING_NUMBER
from bot.languages.spoken.spans import grouped
from bot.languages.spoken.words import first_letter

_REFERS = re.compile(r"(?!\d+[A-Z]{1,3}$)[A-Z\d-]{3,}")
"""A reference; 5G, 2nd, b2b and 100GB are words."""


def spelled(text: str, language: str) -> list[str]:
    """Return what can be spelled of a text, each thing once and in a line of its own."""
    words = pack(language, "speech")
    things: list[tuple[int, int, str]] = []
    text = hearable(text)
    for pattern in (EMAIL, POSTAL_CODE, TRACKING_NUMBER, PHONE, REFERENCE, LONG_NUMBER):
        for match in re.finditer(pattern, text):
            start, end, thing = match.start(), match.end(), match.group()
            is_part = any(start < other_end and other < end for other, other_end, _ in things)
            is_word = pattern == REFERENCE and not _REFERS.fullmatch(thing)
            if not is_part and not is_word:
                things.append((start, end, thing))
    return list(dict.fromkeys(_line(thing, words) for _, _, thing in sorted(things)))


def _line(thing: str, words: Mapping[str, Any]) -> str:
    by_letter = {first_letter(word): word for word in words["spelling"]}
    said: list[str] = []
    for part in re.findall(r"\d+|[^\W\d_]|[@.+_-]", thing):
        letter = first_letter(part).upper()
        if part.isdecimal():
            said += [" ".join(group) for group in grouped(part)]
        elif letter in by_letter:
            said.append(words["as_in"].format(letter=letter, word=by_letter[letter]))
        elif "@" in thing:
            said.append(words["address"]["at" if part == "@" else part])
    return ", ".join(said) + "."
