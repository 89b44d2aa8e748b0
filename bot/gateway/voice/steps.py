"""A step of a call, why it came, and what is read out of it at once."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers

from bot.gateway.first_words import language_of
from bot.gateway.voice.listening import NOTHING, Heard
from bot.languages import LANGUAGES

TURN, SILENCE, ANSWER = "turn", "silence", "answer"
AFTER_TRANSFER, AFTER_RELAY, RESUMED = "transfer", "relay", "resumed"
AFTER_LINE, AFTER_MESSAGE = "line", "message"

ASKS_FOR_PERSON = frozenset(
    {
        "person_waiting",
        "person_waiting_untold",
        "person_waiting_for_case",
        "help_on_the_way",
        "offer_to_person",
    }
)
"""Replies that promise a person: where there is one to be reached in this very call, that is tried first."""

TAKES_LEAVE = frozenset({"answer_goodbye", "kept_for_later", "answer_later"})
WAITS = "answer_wait"
"""Replies that say goodbye, and the one that leaves the caller time."""


@dataclass(frozen=True)
class Step:
    """Something that happened in a call. `turn` is the turn it answers, None for one that answers none.

    `why` tells what it is: the caller's turn, silence, the wait for an answer, the end of a transfer, a relay, a wait in
    line or a message, or that the call is listened to again after something was said elsewhere.
    """

    sid: str
    caller: str | None = None
    called: str | None = None
    turn: int | None = None
    why: str = TURN
    heard: Heard = NOTHING
    tries: int = 0
    is_over: bool = False


def number(told: str | None) -> str | None:
    """Return a caller's number in E.164; None when it is withheld, or no number that could be texted or called."""
    try:
        parsed = phonenumbers.parse(told or "", None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def language_wished(wish: str | None, told: str) -> str:
    """Return the language that was asked for, else the one that was spoken, else English."""
    if wish in LANGUAGES:
        return str(wish)
    return (language_of(told) if told else None) or "en"
