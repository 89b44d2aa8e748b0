"""What a caller meant: keys by what they stand for at this question, and the few words that are about the call itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from bot.cases.conversation import Choice
from bot.languages import pack
from bot.reading.characters import bare

PERSON, REPEAT, SLOWER, LANGUAGE = "person", "repeat", "slower", "language"
SPELL, NO_TEXTS, NO_RECORDING, UNKNOWN_KEY = "spell", "no_texts", "no_recording", "unknown_key"
MESSAGE = "leave_message"

KEYS = {"0": PERSON, "*": REPEAT, "9": SLOWER, "8": LANGUAGE, "7": NO_RECORDING, "6": MESSAGE}
"""What a single key stands for wherever the question offers no choice of that number."""

KEYPAD = "0123456789*#"

LANGUAGE_KEYS = {"1": "en", "2": "fr", "3": "it"}


@dataclass(frozen=True)
class Heard:
    """What came from the caller: keys or words, with how sure the recognition was of them; neither is silence."""

    keys: str = ""
    words: str = ""
    confidence: float | None = None

    @property
    def is_silence(self) -> bool:
        return not self.keys and not self.words


NOTHING = Heard()


def heard(form: Mapping[str, str]) -> Heard:
    """Read what the carrier heard."""
    keys = "".join(key for key in form.get("Digits", "") if key in KEYPAD).strip("#")
    return Heard(
        keys, " ".join(form.get("SpeechResult", "").split()), _confidence(form.get("Confidence", ""))
    )


def _confidence(told: str) -> float | None:
    try:
        confidence = float(told)
    except ValueError:
        return None
    return confidence if 0 <= confidence <= 1 else None


def meant_by_keys(keys: str, choices: Sequence[Choice], expects: str | None) -> tuple[str | None, str]:
    """Return the command that keys stand for, or None and the words they stand for."""
    if len(keys) == 1 and keys.isdigit() and 1 <= int(keys) <= len(choices):
        return None, choices[int(keys) - 1].value
    if len(keys) == 1:
        return KEYS.get(keys, UNKNOWN_KEY), ""
    if expects == "event":
        return None, _date(keys) or keys
    return None, keys.replace("*", " ").strip()


def _date(keys: str) -> str | None:
    """Read eight keys as a date: year, month, day, which no two customs understand differently."""
    try:
        return datetime.strptime(keys, "%Y%m%d").date().isoformat() if len(keys) == 8 else None
    except ValueError:
        return None


def meant_by_words(words: str, language: str) -> str | None:
    """Return the command about the call itself that the words are, and nothing besides; None for all others."""
    said = re.sub(r"[.,!?]+", " ", bare(words))
    said = " ".join(said.split())
    return next((command for command, pattern in _commands(language) if pattern.fullmatch(said)), None)


def key_said(words: str, language: str) -> str | None:
    """Return the key that a caller names instead of pressing it, "zero" or "1", and nothing besides."""
    said = re.sub(r"[.,!?]+", " ", bare(words)).strip()
    return _keys_said(language).get(said)


@cache
def _keys_said(language: str) -> dict[str, str]:
    named = pack(language, "spoken")["numbers"]
    figures = {str(digit): str(digit) for digit in range(10)}
    return figures | {bare(word): str(digit) for digit in range(10) for word in named[digit]}


def without_turn_end(words: str, language: str) -> str:
    """Return words without the "go ahead" at their end, by which whoever speaks through an operator ends a turn."""
    rest = _turn_end(language).sub("", words)
    return rest if rest.strip(" .,!?") else words


@cache
def _turn_end(language: str) -> re.Pattern[str]:
    return re.compile(rf"[\s,.]+(?:{pack(language, 'voice')['turn_end']})[\s.!]*$", re.IGNORECASE)


@cache
def _commands(language: str) -> list[tuple[str, re.Pattern[str]]]:
    said = pack(language, "voice")["said"]
    return [
        (command, re.compile("|".join(f"(?:{form})" for form in forms))) for command, forms in said.items()
    ]
