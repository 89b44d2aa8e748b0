"""What is heard on the phone becomes the value that is meant; the rows stand in spoken/<language>.yml."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.spoken import ANSWERS, NOTHING, READERS, SENTENCES, measure, rows, sentences_of_nothing
from bot.languages import LANGUAGES, pack
from bot.reading.spoken import digits_said, digits_written, number_said, spelling_written
from tests.reading.nasty import NASTY_STRINGS
from tests.reading.typed import with_curly_apostrophes, without_accents

FEWEST_SENTENCES = 170
SECONDS_FOR_ALL_READERS = 5.0
ROWS = [(language, *row) for language in LANGUAGES for row in rows(language)]
TELLING = [(language, kind, said, value) for language, title, kind, said, value in ROWS if title != NOTHING]
SILENT = [(language, said) for language in LANGUAGES for said in sentences_of_nothing(language)]
DICTATED = ("account", "tracking", "code", "phone", "amount")


NO_READINGS = dict.fromkeys(ANSWERS) | {kind: [] for kind in SENTENCES}


def all_readings(language: str, text: str) -> dict[str, Any]:
    return {kind: READERS[kind](text, language) for kind in READERS}


def misread(language: str, kind: str, typed: Callable[[str], str]) -> dict[str, Any]:
    """Return what is read otherwise than it should be when the rows of a kind are typed in another way."""
    of_kind = [(said, value) for spoken, title, said, value in TELLING if (spoken, title) == (language, kind)]
    read = {said: READERS[kind](typed(said), language) for said, _ in of_kind}
    return {said: read[said] for said, value in of_kind if read[said] != value}


@pytest.mark.parametrize(("language", "kind", "said", "value"), TELLING)
def test_what_is_said_is_what_is_meant(language: str, kind: str, said: str, value: Any) -> None:
    assert READERS[kind](said, language) == value


@pytest.mark.parametrize(("language", "said"), SILENT)
def test_number_words_and_letters_in_plain_sentences_are_none(language: str, said: str) -> None:
    assert all_readings(language, said) == NO_READINGS


@pytest.mark.parametrize("kind", [kind for kind in READERS if kind != "name"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_capitals_and_curly_apostrophes_change_nothing(language: str, kind: str) -> None:
    assert misread(language, kind, lambda said: with_curly_apostrophes(said.capitalize())) == {}


@pytest.mark.parametrize("kind", DICTATED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_need_no_accents(language: str, kind: str) -> None:
    assert misread(language, kind, without_accents) == {}


@pytest.mark.parametrize("kind", ["account", "tracking", "phone"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sum_is_read_from_a_number_that_is_dictated(language: str, kind: str) -> None:
    dictated = [said for spoken, title, said, _ in TELLING if (spoken, title) == (language, kind)]

    assert {said: sums for said in dictated if (sums := READERS["amounts"](said, language))} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_sentences_enough_and_every_kind(language: str) -> None:
    of_language = [(kind, said) for spoken, kind, said, _ in TELLING if spoken == language]

    assert {kind for kind, _ in of_language} == {*READERS}
    assert len({*of_language}) >= FEWEST_SENTENCES


def test_our_own_rows_reach_their_bar_and_nothing_else_is_measured_without_the_rows_of_others(
    tmp_path: Path,
) -> None:
    lines = list(measure(tmp_path))

    assert {line.title for line in lines if line.bar is None} == set()
    assert [line.title for line in lines if line.falls_short] == []
    assert {line.language for line in lines} == {*LANGUAGES}


@pytest.mark.parametrize(
    ("language", "said", "lengths", "value"),
    [
        ("fr", "quatre vingt", (), "80"),
        ("fr", "quatre vingt", (3,), "420"),
        ("fr", "quatre vingt", (4,), None),
        ("fr", "soixante dix", (4,), "6010"),
        ("fr", "vingt quatre vingt", (4,), None),
        ("en", "eight hundred five", (3,), "805"),
        ("en", "eight hundred five", (4,), "8005"),
        ("it", "trecento cinque", (3,), "305"),
        ("it", "trecento cinque", (4,), "3005"),
    ],
)
def test_the_length_that_is_expected_tells_which_of_two_readings_is_meant(
    language: str, said: str, lengths: tuple[int, ...], value: str | None
) -> None:
    assert digits_said(said, pack(language, "spoken"), lengths) == value


@pytest.mark.parametrize(
    ("language", "said", "value"),
    [
        ("en", "two million three hundred thousand and five", 2_300_005),
        ("en", "twelve hundred", 1200),
        ("en", "a hundred and five", 105),
        ("en", "one two", None),
        ("fr", "deux mille trois cent quatre-vingt-onze", 2391),
        ("fr", "douze cents", 1200),
        ("fr", "vingt et un", 21),
        ("fr", "soixante et onze", 71),
        ("it", "duemilatrecentonovantuno", 2391),
        ("it", "mille e duecento", 1200),
        ("it", "ventitré", 23),
        ("it", "quattro quattro", None),
    ],
)
def test_a_number_in_words_has_a_value(language: str, said: str, value: int | None) -> None:
    assert number_said(said, pack(language, "spoken")) == value


@pytest.mark.parametrize(
    ("language", "said", "written"),
    [
        ("en", "my name is marie trembley spelled t r e m b l a y", "my name is marie Tremblay"),
        ("en", "i am paul b e double l", "i am paul Bell"),
        ("fr", "je m'appelle luc tremblé ça s'écrit t r e m b l a y", "je m'appelle luc Tremblay"),
        ("it", "mi chiamo anna bianki si scrive bi i a enne ci acca i", "mi chiamo anna Bianchi"),
        ("en", "my name is marie tremblay", "my name is marie tremblay"),
    ],
)
def test_a_spelling_stands_in_place_of_the_name_as_it_was_heard(
    language: str, said: str, written: str
) -> None:
    assert spelling_written(said, pack(language, "spoken")) == written


@pytest.mark.parametrize("text", NASTY_STRINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_string_is_survived(language: str, text: str) -> None:
    assert all_readings(language, text) == NO_READINGS
    assert digits_written(text, pack(language, "spoken")) == text


ENDLESS = {
    "en": [
        "one ",
        "thousand ",
        "twenty three hundred ",
        "one hundred and ",
        "a at b dot c ",
        "t as in ",
        "h two x ",
    ],
    "fr": ["quatre vingt ", "mille ", "vingt et ", "cent ", "a arobase b point ", "deux fois le sept "],
    "it": ["cento ", "mille e ", "mila ", "bi come bologna ", "e ", "un dollaro e "],
}


@pytest.mark.parametrize(
    ("language", "words"), [(language, words) for language in LANGUAGES for words in ENDLESS[language]]
)
def test_words_repeated_without_end_are_read_in_no_time(language: str, words: str) -> None:
    begun = time.process_time()
    all_readings(language, words * 1500)
    spelling_written(words * 1500, pack(language, "spoken"))

    assert time.process_time() - begun < SECONDS_FOR_ALL_READERS
