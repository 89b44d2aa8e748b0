"""What is said in every call: the menu of languages, which key stands for which choice, and how the keypad helps."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cases.conversation import Choice, Conversation
from bot.gateway.voice.prompts import Line
from bot.languages import LANGUAGES, pack
from bot.languages.wording import filled_in


def menu(provider: str | None = None) -> tuple[Line, ...]:
    """Return the choice of languages, each in its own; `provider` greets whoever has just called."""
    key = "menu" if provider else "menu_short"
    values = {"provider": provider} if provider else {}
    return tuple(
        Line(filled_in(pack(language, "voice")[key], values, language), language) for language in LANGUAGES
    )


def told_choices(choices: Sequence[Choice], language: str) -> tuple[Line, ...]:
    """Return which key stands for which choice."""
    words = pack(language, "voice")
    return tuple(
        Line(
            filled_in(
                words["press" if place == 1 else "press_next"],
                {"label": choice.label, "digit": str(place)},
                language,
            ),
            language,
        )
        for place, choice in enumerate(choices, start=1)
    )


def keypad_help(conversation: Conversation, key: str) -> list[str]:
    """Return what whoever is not heard, or badly, hears of the keypad."""
    words = pack(conversation.language, "voice")
    return [words[key], *([words["keypad_date"]] if conversation.expects == "event" else [])]
