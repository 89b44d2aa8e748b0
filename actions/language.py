"""Language: the customer's wish decides, then what they write; any other language gets a line in all three."""

from __future__ import annotations

from actions.asking import ask
from actions.base import Turn, TurnAction
from bot.languages import LANGUAGES

SHORT_ANSWERS = frozenset({"account", "code", "name", "contact", "tracking_number", "proof"})
"""Questions whose answers are names and numbers, which say nothing about the language."""

OWN_WORDS = frozenset({"event", "prior_contact", "remedy"})
"""Questions whose answers are sentences; a few words more show for sure that they are in none of our languages."""

NAMES = {"english": "en", "french": "fr", "italian": "it"}


class ChangeLanguage(TurnAction):
    """Changes the language on request and asks the open question again in it."""

    def name(self) -> str:
        """Return the name the rules use."""
        return "action_change_language"

    def act(self, turn: Turn, first: bool) -> bool:
        """Change to the language that was asked for; ask which one when none of ours was named."""
        wish = turn.value("asked_language")
        if wish in LANGUAGES:
            _leave_question(turn)
            speak(turn, wish)
            ask(turn)
        else:
            turn.conversation.step_aside("language")
            turn.say("other_language", choices=tuple(NAMES))
        return True


def speak(turn: Turn, language: str) -> None:
    """Go on in this language from here."""
    turn.conversation.language, turn.conversation.language_settled = language, True
    turn.say("language_now")


def language(turn: Turn) -> bool:
    """Hear which language is wanted and come back to the question that was open."""
    chosen = turn.chose(*NAMES)
    wish = NAMES[chosen] if chosen else turn.value("asked_language") or turn.value("language")
    if wish not in LANGUAGES and not turn.conversation.misunderstood:
        return False
    if wish not in LANGUAGES:
        # whoever names none twice goes on in the language spoken so far
        _leave_question(turn)
        ask(turn)
        return True
    _leave_question(turn)
    speak(turn, wish)
    ask(turn)
    return True


def _leave_question(turn: Turn) -> None:
    """Come back from the question about the language to the one that was open before it."""
    if turn.conversation.expects == "language":
        turn.conversation.come_back()


def follow(turn: Turn) -> bool:
    """Follow the language the customer writes; True when the message could not be heard in any of ours."""
    written = turn.value("language")
    conversation = turn.conversation
    if conversation.expects == "language" and written in LANGUAGES and not turn.value("asked_language"):
        # told in one of our languages instead of naming it: the story itself is the answer
        _leave_question(turn)
    if written is None or conversation.expects in SHORT_ANSWERS:
        return False
    if written == "other":
        in_sentences = conversation.expects in OWN_WORDS and len(turn.text.split()) >= 4
        if conversation.expects not in ("open", "nature") and not in_sentences:
            return conversation.expects == "language" and _asked_again(turn)
        conversation.step_aside("language")
        return _asked_again(turn)
    if written != conversation.language:
        conversation.language = written
        if conversation.language_settled:
            turn.say("language_now")
    conversation.language_settled = True
    return False


def _asked_again(turn: Turn) -> bool:
    turn.say("other_language", choices=tuple(NAMES))
    turn.asked = True
    return True
