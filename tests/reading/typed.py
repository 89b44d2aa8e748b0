"""The ways in which people type the same words; shared by the tests of this folder."""

import unicodedata


def without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def without_apostrophes(text: str) -> str:
    return text.replace("'", "")


def with_gaps_for_apostrophes(text: str) -> str:
    return text.replace("'", " ")


def with_curly_apostrophes(text: str) -> str:
    return text.replace("'", "’")


def in_haste(text: str) -> str:
    return without_apostrophes(without_accents(text)).lower()


WAYS_OF_TYPING = [
    str.upper,
    without_accents,
    without_apostrophes,
    with_gaps_for_apostrophes,
    with_curly_apostrophes,
    in_haste,
]
