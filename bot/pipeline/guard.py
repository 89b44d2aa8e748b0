"""The last word on the intent: plain rules that must hold whatever a classifier believes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from bot.languages import LANGUAGES, pack
from bot.reading.acts import PersonSpokenOf, is_command, read_answer, read_person
from bot.reading.sentences import is_cued, sentences

UNSURE_BELOW = 0.2
"""Below this confidence the classifier's guess is not acted on; measured on the held-out sentences."""

SURE = 0.5
"""From this confidence on 98 guesses of 100 are right; below it, what else is known outweighs the guess."""

SHORT = 12
"""Up to this many words a message can be one wish."""

BESIDE = 20
"""Up to this many words beside an explicit wish are its reason; more of them tell a story."""

LONG = 25
"""With more words than these a message tells a story, however sure the guess of a wish in it."""

TERSE = 4
"""Up to this many words a yes or a no that resembles nothing else is still an answer and no story."""

FACTS = frozenset(
    {"date", "amount", "account", "phone", "email", "address", "postal_code", "tracking", "ticket"}
)

NUMBERS = FACTS - {"date", "amount"}
"""Facts that nobody names but to give them."""

ASKING = ("asking", "requesting")
"""Cues of a message that asks something, or asks for something."""

WISHES = frozenset(
    """request_person escalate check_status reopen new_complaint withdraw add_to_case change_language resend_code
    email_code repeat go_back start_over wait later unverified routine_request ask_process ask_policy ask_time
    ask_privacy ask_why ask_bot ask_cost ask_contact ask_rights greet thank goodbye abuse out_of_scope affirm deny
    nothing_more dont_know refuse leave_it ask_ombudsman""".split()
)
"""Intents that are no story; a story may hold the words of any of them."""

CUED_WISHES = {"manager": "escalate", "person": "request_person"}
"""Wishes the packs have words for, the narrower first: a person in charge is a person too."""

WISHES_FOR_SOMEBODY = frozenset(CUED_WISHES.values())

ASIDES = {"never_mind": "withdraw", "leaving": "later", "back": "go_back"}
"""What somebody wishes for themselves in the middle of things, by its cue; a surer guess knows better."""

ANSWERS = {"yes": "affirm", "no": "deny"}

ASKS_FOR_CONTACT = frozenset({"contact", "account"})
CONTACTS = frozenset({"phone", "email"})

NEAR_ANSWERS = frozenset({"affirm", "deny", "correct", "nothing_more"})
"""What a plain yes or no is most often mistaken for."""

ABOUT_THE_OMBUDSMAN = frozenset({"ask_rights", "ask_cost", "leave_it"})
"""What can be said of a body of appeal without wishing to go there."""

ABOUT_PEOPLE = ABOUT_THE_OMBUDSMAN | {"ask_process", "ask_time", "ask_bot"}
"""What can be said of a person or a manager without wishing for one."""


def guarded_intent(
    text: str,
    guess: str | None,
    confidence: float,
    entities: list[dict[str, Any]],
    asked: str | None = None,
) -> str:
    """Return the intent to act on: safety first, then explicit wishes, then the classifier where it is sure.

    "You can call me at…" answers how somebody can be reached, where that was `asked`, and wishes for nobody.
    """
    kinds = {entity["entity"] for entity in entities}
    sure = confidence >= SURE
    if "danger" in kinds:
        return "danger"
    if is_command(text):
        # written for a machine: neither a wish nor a yes, whatever word stands in it
        return "nlu_fallback"
    if "asked_language" in kinds:
        return "change_language"
    answer, person = _answer_in(text, entities), _person_in(text, entities)
    if asked in ASKS_FOR_CONTACT and kinds & CONTACTS and not (sure and guess in WISHES_FOR_SOMEBODY):
        person = replace(person, beside=None, declined=True)
    wish = _explicit_wish(text, kinds, guess if sure else None, answer, person)
    if wish:
        return wish
    wanted = (sure or person.named) and not person.declined
    if guess in WISHES_FOR_SOMEBODY and not wanted and "prior_contact" not in kinds:
        # nobody is wanted, or nobody is spoken of
        return answer or ("complain" if "nature" in kinds else "nlu_fallback")
    if guess in WISHES and _tells_a_story(text, kinds, sure):
        return "complain"
    if guess is None or confidence < UNSURE_BELOW:
        return _read_from_facts(text, kinds, answer, guess)
    if guess in NEAR_ANSWERS and not sure and not kinds & FACTS:
        return _answer_or(guess, text, answer)
    return _corrected(guess, kinds, sure)


def _explicit_wish(
    text: str, kinds: set[str], sure_guess: str | None, answer: str | None, person: PersonSpokenOf
) -> str | None:
    """Return what is wished for in so many words, unless a story is told beside it."""
    short = len(text.split()) <= SHORT
    if short and "ombudsman" in kinds and sure_guess not in ABOUT_THE_OMBUDSMAN:
        return "ask_ombudsman"
    for cue, intent in CUED_WISHES.items():
        told = "prior_contact" in kinds and sure_guess != intent
        beside = None if told or (cue == "person" and person.declined) else _words_beside(text, cue)
        if cue == "person" and person.beside is not None:
            beside = min(person.beside, person.beside if beside is None else beside)
        if beside is not None and beside <= BESIDE and sure_guess not in ABOUT_PEOPLE:
            return intent
    if short and kinds & FACTS and _says(text, "correction", *LANGUAGES):
        return "correct"
    if short and sure_guess is None and answer != "affirm" and not kinds & {*FACTS, "nature", "remedy"}:
        return next((intent for cue, intent in ASIDES.items() if _says(text, cue, *LANGUAGES)), None)
    return None


def _tells_a_story(text: str, kinds: set[str], sure: bool) -> bool:
    words = len(text.split())
    return "nature" in kinds and (words > LONG or (words > SHORT and not sure))


def _read_from_facts(text: str, kinds: set[str], answer: str | None, guess: str | None) -> str:
    """Return what a message that resembles nothing may still be, going by what was read from it."""
    if kinds & FACTS:
        asks = text.rstrip().endswith("?") or any(_says(text, cue, *LANGUAGES) for cue in ASKING)
        if asks and not kinds & NUMBERS:
            return guess if guess == "out_of_scope" else "nlu_fallback"
        return "inform"
    if "nature" in kinds:
        return "complain"
    return answer if answer and len(text.split()) <= TERSE else "nlu_fallback"


def _answer_or(guess: str, text: str, answer: str | None) -> str:
    """Return the plain yes or no of a short message, unless the guess says more than that."""
    if len(text.split()) > SHORT:
        return guess
    if guess in ANSWERS.values() and answer is None and text.rstrip().endswith("?"):
        # "all well?" asks back
        return "nlu_fallback"
    if guess == "nothing_more" and answer == "deny":
        return guess
    if guess == "correct" and _says(text, "correction", *LANGUAGES):
        return guess
    return answer or guess


def _answer_in(text: str, entities: list[dict[str, Any]]) -> str | None:
    """Return the intent of the yes or no that is said in so many words, None where languages disagree about it."""
    read = (read_answer(text, pack(language, "acts")) for language in _languages_of(entities))
    answers = {ANSWERS[answer] for answer in read if answer}
    return answers.pop() if len(answers) == 1 else None


def _person_in(text: str, entities: list[dict[str, Any]]) -> PersonSpokenOf:
    """Return how a human being is spoken of, by the language that hears most of it."""
    spoken = [read_person(text, pack(language, "wishes")) for language in _languages_of(entities)]
    return max(spoken, key=lambda each: (each.beside is not None, each.declined, each.named))


def _languages_of(entities: list[dict[str, Any]]) -> Iterable[str]:
    """Return the language that was written, all of them when it cannot be told."""
    written = [fact["value"] for fact in entities if fact["entity"] == "language"]
    return [language for language in written if language in LANGUAGES] or LANGUAGES


def _corrected(guess: str, kinds: set[str], sure: bool) -> str:
    """Return the guess, or what it is often mistaken for when the facts speak against it."""
    trouble = "nature" in kinds
    if (
        guess in ("routine_request", "out_of_scope", "withdraw", "start_over", "abuse")
        and trouble
        and not sure
    ):
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
    return any(is_cued(text, pack(language, "cues")[cue]) for language in languages)


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
