"""Keeps from leaving what may not, in whichever of our languages it is written."""

from __future__ import annotations

from functools import cache

from bot.cases import guard
from bot.cases.guard import Phrases
from bot.languages import LANGUAGES, pack


@cache
def phrases() -> tuple[Phrases, ...]:
    """Return how each language puts what may not leave."""
    return tuple(guard.phrases_from(pack(language, "guard")) for language in LANGUAGES)


def must_pass(text: str, way: str, anyway: bool = False) -> bool:
    """Raise Stopped unless a text may leave on a way; True when it leaves only in spite of a warning."""
    return guard.must_pass(text, way, phrases(), anyway)
