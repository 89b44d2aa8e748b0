"""Characters as people type them, folded one for one so that positions in the text stay true."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_DASHES = "‐‑‒–—―−﹣-"
_QUOTES = "’‘ʼ´`′＇"


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character in _DASHES:
        return "-"
    if character in _QUOTES:
        return "'"
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Zs":
        return " "
    # Full-width letters and signs (＠, ．, ＃) are the same characters in another width.
    if "！" <= character <= "～":
        return chr(ord(character) - 0xFEE0)
    return character


@lru_cache(maxsize=4096)
def _bare(character: str) -> str:
    return unicodedata.normalize("NFD", _plain(character))[0].lower()[0]


def plain(text: str) -> str:
    """Return the text with digits of any script, dashes, quotes and spaces in ASCII; same length."""
    return text if text.isascii() else "".join(map(_plain, text))


def bare(text: str) -> str:
    """Return `plain` text in lower case and without accents; same length, so spans can be carried over."""
    return text.lower() if text.isascii() else "".join(map(_bare, text))
