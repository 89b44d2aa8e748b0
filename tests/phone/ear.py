"""An ear for what is spoken: whatever a voice cannot say, or would say so that nobody understands it.

`spoken` is what bot.languages.speech.plain gives, or `heard` of a TwiML document: single letters and digits stand apart.
"""

from __future__ import annotations

import re
import unicodedata
from xml.etree import ElementTree

_ALLOWED = frozenset(" .,;:!?'’-\n")
_VOWELS = "aeiouyàâäæéèêëîïìíòóôöœùûüúÿ"

_FAULTS: list[tuple[str, str]] = [
    ("a payload", r"/\w+\s*\{|\bintent\b.*\bentities\b"),
    ("markup", r"</?[A-Za-z!][^>]*>|&(?:[a-z]{2,8}|#\d+);|\*\*|__|\]\("),
    ("a web address", r"(?i)\bhttps?\b|\bwww\b|://|\b[^\W\d_]{2,}\.[^\W\d_]{2,}\b"),
    ("a raw date", r"(?<!\d)\d{4}[-/]\d\d?[-/]\d\d?(?!\d)|(?<!\d)\d\d?[-/.]\d\d?[-/.]\d{4}(?!\d)"),
    ("a long number", r"\d{5,}|(?<![\d:.,])0\d+|\d[-/]\d"),
    (
        "an unexpanded unit",
        r"(?<=\d)\s?(?:[kKMG]o|[kKMGT](?:B|bps|bit|b/s)|[mg]bps|GHz|MHz|ms|km|kg|h|hrs?)(?![^\W_])",
    ),
    (
        "an abbreviation",
        r"(?i)(?<![\w.])(?:e\.g\.|i\.e\.|etc\.|vs\.|approx\.|acct\.|p\. ?ex\.|c\.-à-d\.|p\. ?es\.|ad es\.|ecc\.|tél\.|boul\."
        r"|n[o°º]\.? ?(?=\d+\b)|mme\b|mlle\b|mrs?\.|sig\.|dott\.)",
    ),
    ("letters said as a word", r"[^\W\d_a-zà-öø-ÿ]{2,}"),
    ("a word too long to say", r"[^\W\d_]{31,}"),
    ("punctuation by itself", r"(?:(?<=\s)|^)[.,;:!?'’-]+(?=\s|$)|(?<![ap]\.m)[.,;:!?]\s*[,;:]|\.{2,}"),
]


def faults(spoken: str) -> list[str]:
    """Return what of a text a voice cannot say, each with the words it was found in; empty when all is well."""
    if not any(character.isalnum() for character in spoken):
        return ["nothing is said"]
    found = [
        f"{what}: {_around(spoken, match)}"
        for what, pattern in _FAULTS
        for match in re.finditer(pattern, spoken)
    ]
    found += [f"letter soup: {word}" for word in re.findall(r"[^\W\d_]+", spoken) if _is_soup(word)]
    signs = dict.fromkeys(character for character in spoken if not _is_said(character))
    return found + [f"a sign: {sign!r} ({unicodedata.name(sign, 'no name')})" for sign in signs]


def heard(twiml: str) -> str:
    """Return what a caller hears of a TwiML document: the words of every Say, letters and digits apart."""
    return " ".join(
        " ".join(" ".join(_told(say)).split()) for say in ElementTree.fromstring(twiml).iter("Say")
    )


def _told(element: ElementTree.Element) -> list[str]:
    text = element.text or ""
    parts = [" ".join(text) if element.tag == "say-as" else text]
    for child in element:
        parts += [*_told(child), child.tail or ""]
    return parts


def _around(spoken: str, match: re.Match[str]) -> str:
    return spoken[max(match.start() - 12, 0) : match.end() + 12].strip()


def _is_soup(word: str) -> bool:
    """Whether letters make no word in any of the languages: no vowel, or a heap of consonants."""
    small = word.lower()
    if small in ("hmm", "mhm", "shh", "psst", "pst", "pff", "pfft", "brr", "grr", "tsk"):
        return False
    return (len(small) > 2 and not any(letter in _VOWELS for letter in small)) or bool(
        re.search(rf"[^{_VOWELS}]{{7,}}", small)
    )


def _is_said(character: str) -> bool:
    if character in _ALLOWED or character in "0123456789":
        return True
    # letters from there on are phonetic signs
    is_plain = character.isalpha() and character < "\u0250"
    return is_plain and unicodedata.name(character, "").startswith("LATIN")
