"""What of a text can be heard at all: no markup, emoji or control characters, and every line a sentence."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache

_KEPT_AS_THEY_ARE = "ºª°½¼¾²³™…"
"""Their plain forms would mean something else: 1º is not 1o, and … is one sign that hides what stood there."""

_PHONETIC = 0x250
"""From here on the Latin letters are phonetic signs, turned letters and the like."""

_REMOVED = [
    (re.compile(r"(?is)<(script|style)\b.*?</\1\s*>"), " "),
    (re.compile(r"(?s)<!--.*?-->"), " "),
    (re.compile(r"</?[A-Za-z!][^<>\n]{0,500}>"), " "),
    # buttons' payloads: /inform{"service": "internet"}
    (re.compile(r"(?<!\S)/\w+\s*\{[^\n]*?\}+"), " "),
    (re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^)\s]*\)"), r"\1"),
    (re.compile(r"(?m)^[^\S\n]*(?:#{1,6}|>+)[^\S\n]+"), ""),
    (re.compile(r"(?<![\w)])[:;]['o-]?[)(DPp|\\]+(?!\w)|<3"), " "),
    (re.compile(r"(\S{100})\S+"), r"\1"),
    (re.compile(r"\b[^\W\d_]{31,}\b"), " "),
    # "nooooo" is "no", but three w begin an address
    (re.compile(r"(?i)([^\W\d_w])\1{2,}"), r"\1"),
]
"""A stretch without a space that long is no word, and of an address its beginning says where it leads."""

_BULLET = re.compile(r"^(?:[•·▪◦‣*–—-]+|(\d{1,2})[.)])\s+")
_ENDED = re.compile(r"[.,;:!?…][\"'”’»)\]\s]*$")


def hearable(text: str) -> str:
    """Return a text without what nobody can say, on one line."""
    text = _characters(html.unescape(text))
    for pattern, instead in _REMOVED:
        text = pattern.sub(instead, text)
    lines = [_BULLET.sub(_number, line.strip()).strip() for line in text.splitlines()]
    lines = [line for line in lines if any(character.isalnum() for character in line)]
    # the last line needs no full stop: nothing comes after it that it could run into
    return " ".join([*(line if _ENDED.search(line) else f"{line}." for line in lines[:-1]), *lines[-1:]])


def _number(bullet: re.Match[str]) -> str:
    return f"{bullet[1]}, " if bullet[1] else ""


def _characters(text: str) -> str:
    """Return a text in composed, plain characters: 𝐁𝐨𝐥𝐝 as Bold, ４ as 4, hyphens and spaces of one kind."""
    plain = "".join(
        one if one in _KEPT_AS_THEY_ARE else unicodedata.normalize("NFKC", one) for one in _composed(text)
    )
    return "".join(_plain(one) for one in plain)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _plain(character: str) -> str:
    kind = unicodedata.category(character)
    if character in "\n\r\x0b\x0c\x85\u2028\u2029":
        return "\n"
    if character in "‐‑−":
        return "-"
    if character == "’":
        return "'"
    if kind == "Nd":
        return str(unicodedata.digit(character))
    if kind == "Cf":
        return ""
    if kind[0] in "ZC" or (kind[0] == "L" and not is_letter(character) and character not in "ºª"):
        return " "
    return character


@cache
def is_letter(character: str) -> bool:
    """Whether a voice of our languages knows the letter; other alphabets it skips, or names each sign."""
    is_plain = ord(character) < _PHONETIC and character.isalpha()
    return is_plain and unicodedata.name(character, "").startswith("LATIN")
