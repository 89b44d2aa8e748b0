"""The last word on the intent: plain rules that must hold whatever a classifier believes."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from bot.languages import LANGUAGES, pack
from bot.reading.sentences import cued, sentences

UNSURE_BELOW = 0.2
"""Below this confidence the classifier's guess is not acted on; measured on the held-out sentences."""

SURE = 0.5
"""From this confidence on 98 guesses of 100 are right; below it, what else is known outweighs the guess."""

SHORT = 12
"""Up to this many words a message can be one wish."""

BESIDE = 16
"""Up to this many words beside an explicit wish are its reason; more of them tell a story."""

LONG = 25
"""With more words than these a message tells a story, however sure the guess of a wish in it."""

TERSE = 4
"""Up to this many words a yes or a no that resembles nothing else is still an answer and no story."""

FACTS = frozenset({"date", "amount", "account", "phone", "email", "postal_code", "tracking", "ticket"})

COMMAND = re.compile(r"\N{DIVISION SLASH}\w+\s*(?:[{@\[].*)?", re.DOTALL)
"""What was typed as a command of the dialogue engine; the channel has changed its slash."""

WISHES = frozenset(
    """request_person escalate check_status reopen new_complaint withdraw add_to_case change_language resend_code
    email_code repeat go_back start_over wait later unverified routine_request ask_process ask_policy ask_time
    ask_privacy ask_why ask_bot ask_cost ask_contact ask_rights greet thank goodbye abuse out_of_scope affirm deny
    nothing_more dont_know refuse leave_it ask_ombudsman""".split()
)
"""Intents that are no story; a story may hold the words of any of them."""

CUED_WISHES = {"manager": "escalate", "person": "request_person"}
"""Wishes the packs have words for, the narrower first: a person in charge is a person too."""

ASIDES = {"never_mind": "withdraw", "leaving": "later", "back": "go_back"}
"""What somebody wishes for themselves in the middle of things, by its cue; a surer guess knows better."""

NEAR_ANSWERS = frozenset({"affirm", "deny", "correct", "nothing_more"})
"""What a plain yes or no is most often mistaken for."""

ABOUT_THE_OMBUDSMAN = frozenset({"ask_rights", "ask_cost", "leave_it"})
"""What can be said of a body of appeal without wishing to go there."""

ABOUT_PEOPLE = ABOUT_THE_OMBUDSMAN | {"ask_process", "ask_time", "ask_bot"}
"""What can be said of a person or a manager without wishing for one."""


def guarded_intent(text: str, guess: str | None, confidence: float, entities: list[dict[str, Any]]) -> str:
    """Return the intent to act on: safety first, then explicit wishes, then the classifier where it is sure."""
    kinds = {entity["entity"] for entity in entities}
    sure = confidence >= SURE
    if "danger" in kinds:
        return "danger"
    if COMMAND.fullmatch(text.strip()):
        # written for a machine: neither a wish nor a yes, whatever word stands in it
        return "nlu_fallback"
    if "asked_language" in kinds:
        return "change_language"
    wish = _explicit_wish(text, kinds, guess if sure else None)
    if wish:
        return wish
    if guess in WISHES and _tells_a_story(text, kinds, sure):
        return "complain"
    if guess is None or confidence < UNSURE_BELOW:
        return _read_from_facts(text, kinds)
    if guess in NEAR_ANSWERS and not sure and not kinds & FACTS:
        return _answer_or(guess, text)
    return _corrected(guess, kinds, sure)


def _explicit_wish(text: str, kinds: set[str], sure_guess: str | None) -> str | None:
    """Return what is wished for in so many words, unless a story is told beside it."""
    short = len(text.split()) <= SHORT
    if short and "ombudsman" in kinds and sure_guess not in ABOUT_THE_OMBUDSMAN:
        return "ask_ombudsman"
    for cue, intent in CUED_WISHES.items():
        beside = _words_beside(text, cue)
        told = "prior_contact" in kinds and sure_guess != intent
        if beside is not None and beside <= BESIDE and sure_guess not in ABOUT_PEOPLE and not told:
            return intent
    if short and kinds & FACTS and _says(text, "correction", *LANGUAGES):
        return "correct"
    agrees = text.split() and _says(text.split()[-1], "yes", *LANGUAGES)
    if short and sure_guess is None and not agrees and not kinds & {*FACTS, "nature", "remedy"}:
        return next((intent for cue, intent in ASIDES.items() if _says(text, cue, *LANGUAGES)), None)
    return None


def _tells_a_story(text: str, kinds: set[str], sure: bool) -> bool:
    words = len(text.split())
    return "nature" in kinds and (words > LONG or (words > SHORT and not sure))


def _read_from_facts(text: str, kinds: set[str]) -> str:
    """Return what a message that resembles nothing may still be, going by what was read from it."""
    if kinds & FACTS:
        return "inform"
    return "complain" if "nature" in kinds else _plain_answer(text, TERSE) or "nlu_fallback"


def _answer_or(guess: str, text: str) -> str:
    """Return the plain yes or no of a short message, unless the guess says more than that."""
    answer = _plain_answer(text, SHORT)
    if guess == "nothing_more" and answer == "deny":
        return guess
    if guess == "correct" and _says(text, "correction", *LANGUAGES):
        return guess
    return answer or guess


def _plain_answer(text: str, most_words: int) -> str | None:
    """Return the yes or the no that a message of few words says in so many words."""
    if len(text.split()) > most_words:
        return None
    if any(_says(text, "yes", one) and not _says(text, "reserve", one) for one in LANGUAGES):
        return "affirm"
    return "deny" if _says(text, "no", *LANGUAGES) else None


def _corrected(guess: str, kinds: set[str], sure: bool) -> str:
    """Return the guess, or what it is often mistaken for when the facts speak against it."""
    trouble = "nature" in kinds
    if guess in ("routine_request", "out_of_scope", "withdraw", "start_over") and trouble and not sure:
        # a trouble that may be something else, or may take back what was told, is heard as the trouble
        return "complain"
    if guess in ("request_person", "escalate") and "prior_contact" in kinds:
        # whoever tells of an agent or a manager they spoke with does not ask for one
        return "inform"
    if guess == "change_language" and not sure:
        # whoever wants another language names it; who only speaks of one tells of somebody
        return "nlu_fallback"
    if guess in ("greet", "thank", "goodbye") and not sure:
        # words of courtesy are few and well known
        return "nlu_fallback"
    if guess in ("greet", "danger") and trouble:
        return "complain"
    if guess == "danger":
        # the words hold no sign of danger that the rules know, so no number to call can be named
        return "nlu_fallback"
    return guess


def _says(text: str, cue: str, *languages: str) -> bool:
    return any(cued(text, pack(language, "cues")[cue]) for language in languages)


def _words_beside(text: str, cue: str) -> int | None:
    """Return how many words a message has beside those of a cue in any language; None without the cue."""
    plain = text.replace("’", "'")
    for start, end in sentences(plain):
        found = _any_language(cue).search(plain[start:end])
        if found:
            return len(f"{plain[: start + found.start()]} {plain[start + found.end() :]}".split())
    return None


@cache
def _any_language(cue: str) -> re.Pattern[str]:
    patterns = (pattern for language in LANGUAGES for pattern in pack(language, "cues")[cue])
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
