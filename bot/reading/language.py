"""Which language a customer writes, and which one they ask for."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.reading import wishes
from bot.reading.characters import bare
from bot.reading.telltales import telltales

SPOKEN_HERE = ("en", "fr", "it")

# Languages spoken in many Canadian homes. The identifier also knows dialects and small neighbours (Ligurian,
# Venetian, Nigerian Pidgin), which only take votes from ours.
_CANDIDATES = (
    *SPOKEN_HERE,
    *(
        "ar",
        "bn",
        "cs",
        "de",
        "el",
        "es",
        "fa",
        "gu",
        "he",
        "hi",
        "hr",
        "ht",
        "hu",
        "ja",
        "ko",
        "nl",
        "pa",
        "pl",
        "pt",
    ),
    *("ro", "ru", "so", "sr", "ta", "te", "tl", "tr", "uk", "ur", "vi", "zh"),
)

_FEWEST_WORDS = 3
# The identifier guesses at names and headings of few words.
_SURE_BY_WORDS = {3: 0.8, 4: 0.65}
# To tell someone that we do not speak their language takes more than to follow them into one that we do.
_FEWEST_WORDS_OF_OTHER = 4
_SURE_OF_OTHER = 0.95
_SURE_WHICH_OTHER = 0.8

# The everyday words of one language outnumber those of the next by more than this, or the text is mixed.
_OUTNUMBERS = 3
# So many everyday words decide where the identifier hesitates; a single one does when it leans the same way.
_ENOUGH_TELLTALES = 2
_LEANS = 0.3

# A sign of Chinese, Japanese or Korean is counted as a word: there are no spaces to go by.
_SIGN = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_WORD = re.compile(rf"{_SIGN}|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_WORD_OR_NUMBER = re.compile(rf"{_SIGN}|\S*[^\W_]\S*")
_LONGEST_SAMPLE = 2_000
_LONGEST_BARE_WISH = 60
# Names, addresses and titles keep their language whatever is spoken: "La Famiglia", "455 rue de la Montagne".
_IN_NAMES = frozenset(
    """
    a à al and app apt au aux av avenue boul boulevard ch chemin d da de dei del della delle des di du e et la le les
    of place ruelle rue st ste street sur the unit via
    """.split()
)
_FEWEST_CAPITALS = 2

# What somebody else said, or what a plan is called, may well be in another language.
_QUOTED = re.compile(r"«[^»]{,300}»|“[^”]{,300}”|\"[^\"]{,300}\"")
_NOT_PROSE = re.compile(r"\S*@\S*|https?://\S*|www\.\S*|\S*\d\S*")


_NAME = "|".join(f"(?P<{language}>{names})" for language, names in wishes.NAMES.items())
_ANY_NAME = "|".join(wishes.NAMES.values())
_PLAIN_NAMES = _ANY_NAME.split("|")
_SMALL_WORDS = re.compile(rf"\b(?:{wishes.SMALL_WORDS})\b")
_NEGATION = re.compile(r"\b(?:not|no|don't|dont|never|pas|ne|non|mai)\s+$")
_REJECTED = re.compile(rf",? (?:and |et |e )?(?:not|pas|non) (?:{_ANY_NAME})(?!\w)")
# "How do you say please in French?" asks for a word, not for a conversation.
_LESSON = re.compile(
    r"\b(?:how (?:do|does|would|can|could|to)\b.{0,20}\bsay"
    r"|comment (?:dit-on|on dit|dire|dis-tu|dites-vous|tu dis|(?:ca )?se dit)"
    r"|come si (?:dice|scrive))\b.{0,40}$"
)
_ONLY_NAME = re.compile(rf"\W*(?:{_NAME})\W*")
_WISHES = (
    re.compile(rf"(?<![\w'])(?:(?:in|en|auf) )?(?:{_NAME}),? (?:{wishes.POLITE})(?!\w)"),
    re.compile(
        rf"(?<![\w'])(?:{'|'.join(wishes.OPENINGS)})\s?(?:{_NAME})(?!\w)(?! (?:{wishes.THINGS})\b)",
    ),
)


def detect_language(text: str) -> str | None:
    """Return "en", "fr", "it", "other", or None when the text is too short, mixed or odd to tell.

    A number counts as a word of a message, but only words tell the language.
    """
    own_words = _own_words(text[:_LONGEST_SAMPLE])
    if len(_WORD_OR_NUMBER.findall(own_words)) < _FEWEST_WORDS:
        return None
    prose = _NOT_PROSE.sub(" ", own_words)
    if _is_name(prose):
        return None
    told, words, shares = telltales(prose), len(_WORD.findall(prose)), _shares(prose)
    # Spanish has words of two of ours ("con", "este") and is no mixture of them.
    return _another(shares, words) or (None if _is_mixed(told) else _one_of_ours(told, shares, words))


def _own_words(text: str) -> str:
    """Return a text without what it quotes, unless nearly all of it stands in quotation marks."""
    unquoted = _QUOTED.sub(" ", text)
    return unquoted if len(_WORD_OR_NUMBER.findall(unquoted)) >= _FEWEST_WORDS else text


def _is_name(prose: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+", prose) if word.lower() not in _IN_NAMES]
    capitals = sum(word[0].isupper() for word in words)
    return _FEWEST_CAPITALS <= capitals == len(words) and not prose.isupper()


def _is_mixed(told: Counter[str]) -> bool:
    most, next_most = sorted((*told.values(), 0, 0), reverse=True)[:2]
    return next_most > 0 and most <= next_most * _OUTNUMBERS


def _one_of_ours(told: Counter[str], shares: dict[str, float], words: int) -> str | None:
    likeliest = max(SPOKEN_HERE, key=lambda language: shares[language])
    heard = max(told, key=lambda language: told[language]) if told else likeliest
    if heard not in SPOKEN_HERE:
        return None
    if told[heard] >= _ENOUGH_TELLTALES:
        return heard
    sure = _LEANS if told else _SURE_BY_WORDS.get(min(words, 4), math.inf)
    return heard if heard == likeliest and shares[heard] >= sure else None


def _another(shares: dict[str, float], words: int) -> str | None:
    none_of_ours = 1 - sum(shares[language] for language in SPOKEN_HERE)
    is_another = none_of_ours >= _SURE_OF_OTHER and max(shares.values()) >= _SURE_WHICH_OTHER
    return "other" if is_another and words >= _FEWEST_WORDS_OF_OTHER else None


def asked_language(text: str) -> str | None:
    """Return the language a customer explicitly asks for: "en", "fr", "it" or "other"; None for no wish.

    A language that is merely mentioned ("the French bill") is no wish.
    """
    said = re.sub(r"\s+", " ", bare(text[:_LONGEST_SAMPLE])).strip()
    if not any(name in said for name in _PLAIN_NAMES):
        return None  # as nearly always; the patterns below take ten times as long
    said = _REJECTED.sub("", said)
    bare_name = _ONLY_NAME.fullmatch(_SMALL_WORDS.sub(" ", said)) if len(said) <= _LONGEST_BARE_WISH else None
    if bare_name:
        return bare_name.lastgroup
    for pattern in _WISHES:
        for match in pattern.finditer(said):
            before = said[max(0, match.start() - 80) : match.start()]
            if not _NEGATION.search(before) and not _LESSON.search(before):
                return match.lastgroup
    return None


def _shares(text: str) -> dict[str, float]:
    return dict(_identifier().rank(text.encode("utf-8", errors="replace").decode("utf-8")))


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_CANDIDATES)
    return identifier
