"""The forms of a reply: a rule about what is said holds for each of them."""

from __future__ import annotations

from typing import Any

from bot.languages import pack


def forms(language: str, key: str, name: str = "replies") -> list[str]:
    """Return every form of some words of a pack."""
    words: Any = pack(language, name)[key]
    return [str(text) for text in words.values()] if isinstance(words, dict) else [str(words)]
