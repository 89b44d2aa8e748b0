"""Which language a customer writes, and which one they ask for."""

from __future__ import annotations

import re
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.reading import wishes
from bot.reading.characters import bare

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

# Below these the identifier guesses: nearly all its errors are texts of one or two words.
_FEWEST_WORDS = 3
_SURE = 0.8
# To tell someone that we do not speak their language takes more than to follow them into one that we do.
_FEWEST_WORDS_OF_OTHER = 4
_SURE_OF_OTHER = 0.95

# A sign of Chinese, Japanese or Korean is counted as a word: there are no spaces to go by.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\d_]+")
_LONGEST_SAMPLE = 2_000
_LONGEST_BARE_WISH = 60
_NOT_PROSE = re.compile(r"\S*@\S*|https?://\S*|www\.\S*|\S*\d\S*")


_NAME = "|".join(f"(?P<{language}>{names})" for language, names in wishes.NAMES.items())
_ANY_NAME = "|".join(wishes.NAMES.values())
_SMALL_WORDS = re.compile(rf"\b(?:{wishes.SMALL_WORDS})\b")
_NEGATION = re.compile(r"\b(?:not|no|don't|dont|never|pas|ne|non|mai)\s+$")
_REJECTED = re.compile(rf",? (?:and |et |e )?(?:not|pas|non) (?:{_ANY_NAME})(?!\w)")
_ONLY_NAME = re.compile(rf"\W*(?:{_NAME})\W*")
_WISHES = (
    re.compile(rf"(?<![\w'])(?:(?:in|en|auf) )?(?:{_NAME}),? (?:{wishes.POLITE})(?!\w)"),
    re.compile(
        rf"(?<![\w'])(?:{'|'.join(wishes.OPENINGS)})\s?(?:{_NAME})(?!\w)(?! (?:{wishes.THINGS})\b)",
    ),
)


def detect_language(text: str) -> str | None:
    """Return "en", "fr", "it", "other", or None when the text is too short, mixed or odd to tell."""
    prose = _NOT_PROSE.sub(" ", text[:_LONGEST_SAMPLE])
    words = _WORD.findall(prose)
    if len(words) < _FEWEST_WORDS:
        return None
    shares = _shares(prose)
    best = max(SPOKEN_HERE, key=lambda language: shares[language])
    if shares[best] >= _SURE:
        return best
    none_of_ours = 1 - sum(shares[language] for language in SPOKEN_HERE)
    is_another = none_of_ours >= _SURE_OF_OTHER and max(shares.values()) >= _SURE
    return "other" if is_another and len(words) >= _FEWEST_WORDS_OF_OTHER else None


def asked_language(text: str) -> str | None:
    """Return the language a customer explicitly asks for: "en", "fr", "it" or "other"; None for no wish.

    A language that is merely mentioned ("the French bill") is no wish.
    """
    said = re.sub(r"\s+", " ", bare(text[:_LONGEST_SAMPLE])).strip()
    said = _REJECTED.sub("", said)
    bare_name = _ONLY_NAME.fullmatch(_SMALL_WORDS.sub(" ", said)) if len(said) <= _LONGEST_BARE_WISH else None
    if bare_name:
        return bare_name.lastgroup
    for pattern in _WISHES:
        for match in pattern.finditer(said):
            if not _NEGATION.search(said[max(0, match.start() - 12) : match.start()]):
                return match.lastgroup
    return None


def _shares(text: str) -> dict[str, float]:
    return dict(_identifier().rank(text.encode("utf-8", errors="replace").decode("utf-8")))


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_CANDIDATES)
    return identifier
