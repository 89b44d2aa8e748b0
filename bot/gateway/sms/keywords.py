"""What a text means beyond its words: a wish about being texted, or the number of a choice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.cases.conversation import Choice
from bot.cases.texting import HELP, START, STOP
from bot.languages import LANGUAGES, pack
from bot.reading.characters import bare

_TOLD_BY_CARRIER = {"STOP": STOP, "START": START, "HELP": HELP}
_START_AGAIN = "start_again"
_AROUND = r"[\s#().:,;!°\-*\[\]\"'«»“”\ufe0f\u20e3]*"
_LONGEST = 60


@dataclass(frozen=True)
class Wish:
    """A wish about being texted; `language` is that of its word, None where the word is the same in several.

    `is_answered` tells that the carrier has answered it already.
    """

    kind: str
    language: str | None = None
    is_answered: bool = False


def wish_in(text: str, opt_out_type: str | None, has_opted_out: bool) -> Wish | None:
    """Return the wish that a whole message is, None for any other; a mere yes is one only from who gets no texts."""
    told, words = _TOLD_BY_CARRIER.get((opt_out_type or "").upper()), _words(text)
    found = _wishes().get(words, {})
    kinds = [kind for kind in found if kind != _START_AGAIN or has_opted_out]
    if not told and not kinds:
        return None
    kind = kinds[0] if kinds else ""
    languages = found.get(kind, ())
    language = languages[0] if len(languages) == 1 and words not in _THE_SAME_EVERYWHERE else None
    return Wish(told or (START if kind == _START_AGAIN else kind), language, is_answered=told is not None)


_THE_SAME_EVERYWHERE = frozenset({"stop", "stopall", "start", "unstop", "help", "info"})
"""Words that stand for a wish whatever the language, since carriers made them known."""


@cache
def _wishes() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the wishes by their words: each kind with the languages that have the words for it."""
    wishes: dict[str, dict[str, tuple[str, ...]]] = {}
    for language in LANGUAGES:
        for kind, forms in pack(language, "sms")["wishes"].items():
            for form in forms:
                kinds = wishes.setdefault(_words(form), {})
                kinds[kind] = (*kinds.get(kind, ()), language)
    return wishes


def _words(text: str) -> str:
    """Return a short text without case, accents and signs; nothing of a long one."""
    text = text.strip()
    if len(text) > _LONGEST:
        return ""
    return " ".join(re.findall(r"[a-z0-9]+", bare(unicodedata.normalize("NFC", text))))


def meant(text: str, choices: Sequence[Choice]) -> str:
    """Return the value of the choice that a text picks by its number, else the text as it is.

    A number outside the choices is no pick: it may be an account number or a sum.
    """
    if not choices or len(text) > _LONGEST + max(len(choice.label) for choice in choices):
        return text
    said = bare(unicodedata.normalize("NFKC", text))
    found = _numbered().fullmatch(said)
    if found is None or not 1 <= int(found["number"]) <= len(choices):
        return text
    choice, after = choices[int(found["number"]) - 1], found["after"]
    is_alone = re.fullmatch(_AROUND, after)
    return choice.value if is_alone or _words(after) == _words(choice.label) else text


@cache
def _numbered() -> re.Pattern[str]:
    words = {bare(word) for language in LANGUAGES for word in pack(language, "sms")["number_words"]}
    before = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(
        rf"{_AROUND}(?:(?:{before})(?![a-z]))?{_AROUND}(?P<number>[0-9]{{1,2}})(?P<after>(?![0-9]).*)",
        re.DOTALL,
    )
