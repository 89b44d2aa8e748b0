"""The last word on the intent: plain rules that must hold whatever a classifier believes."""

from __future__ import annotations

import re
from typing import Any

from bot.languages import LANGUAGES, pack
from bot.reading.sentences import cued

UNSURE_BELOW = 0.22
"""Below this confidence the classifier's guess is not acted on; measured on the held-out sentences."""

SURE = 0.5
"""From this confidence on the classifier is mostly right; below it, what else is known outweighs its guess."""

SHORT = 12
"""Up to this many words a message can be one wish; longer ones tell a story whatever wish they also hold."""

FACTS = frozenset({"date", "amount", "account", "phone", "email", "postal_code", "tracking", "ticket"})

COMMAND = re.compile(r"\N{DIVISION SLASH}\w+\s*(?:[{@\[].*)?", re.DOTALL)
"""What was typed as a command of the dialogue engine; the channel has changed its slash."""

WISHES = frozenset(
    """request_person escalate check_status withdraw add_to_case change_language resend_code email_code repeat go_back
    start_over wait later unverified routine_request ask_process ask_time ask_privacy ask_why ask_bot ask_cost
    ask_contact ask_rights greet thank goodbye abuse out_of_scope affirm deny nothing_more dont_know refuse leave_it
    ask_ombudsman""".split()
)


def guarded_intent(text: str, guess: str | None, confidence: float, entities: list[dict[str, Any]]) -> str:
    """Return the intent to act on: safety first, then explicit wishes, then the classifier where it is sure."""
    kinds = {entity["entity"] for entity in entities}
    words = len(text.split())
    if "danger" in kinds:
        return "danger"
    if COMMAND.fullmatch(text.strip()):
        # written for a machine: neither a wish nor a yes, whatever word stands in it
        return "nlu_fallback"
    if "asked_language" in kinds:
        return "change_language"
    if words <= SHORT:
        if "ombudsman" in kinds:
            return "ask_ombudsman"
        if _asks(text, "person"):
            return "request_person"
        if kinds & FACTS and _asks(text, "correction"):
            return "correct"
    elif "nature" in kinds and guess in WISHES:
        return "complain"
    if guess is None or confidence < UNSURE_BELOW:
        return "inform" if kinds & FACTS else "complain" if "nature" in kinds else "nlu_fallback"
    if guess == "routine_request" and "nature" in kinds and confidence < SURE:
        # a trouble that may only be a request is heard as the trouble
        return "complain"
    if guess in ("request_person", "escalate") and "prior_contact" in kinds:
        # whoever tells of an agent or a manager they spoke with does not ask for one
        return "inform"
    if guess in ("out_of_scope", "greet", "danger") and "nature" in kinds:
        return "complain"
    if guess == "danger":
        # the words hold no sign of danger that the rules know, so no number to call can be named
        return "nlu_fallback"
    return guess


def _asks(text: str, cue: str) -> bool:
    return any(cued(text, pack(language, "cues")[cue]) for language in LANGUAGES)
