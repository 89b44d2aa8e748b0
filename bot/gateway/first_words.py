"""First words: the language in which somebody begins who has chosen none."""

from __future__ import annotations

from bot.languages import LANGUAGES, pack
from bot.reading.language import detect_language
from bot.reading.safety import read_danger
from bot.reading.telltales import telltales


def language_of(words: str) -> str | None:
    """Return the language of somebody's first words, None where it cannot be told.

    A cry for help is often too short to tell its language by; that of the one pack which knows it will do. So will a
    word that only one of our languages has, as in "Bonjour", to begin with: whoever goes on in another is followed.
    """
    written = detect_language(words)
    if written in LANGUAGES:
        return written
    told = telltales(words)
    if len(told) == 1 and told.keys() <= set(LANGUAGES):
        return next(iter(told))
    crying = [language for language in LANGUAGES if read_danger(words, pack(language, "safety"))]
    return crying[0] if len(crying) == 1 else None
