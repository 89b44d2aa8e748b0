"""Street addresses read from a message, and what is none; the sentences stand in addresses/<language>.yml."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.languages import LANGUAGES, pack
from bot.reading.addresses import AddressMention, read_addresses
from tests.reading.nasty import NASTY_STRINGS
from tests.reading.typed import with_curly_apostrophes, without_accents

FOLDER = Path(__file__).parent / "addresses"


def rows(column: str) -> Iterator[tuple[str, Any]]:
    """Yield language and row of a column of the tables."""
    for language in LANGUAGES:
        table = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
        yield from ((language, row) for row in table[column])


def cases(column: str) -> list[Any]:
    return [
        pytest.param(language, row, id=f"{language}-{row if isinstance(row, str) else row['text']}")
        for language, row in rows(column)
    ]


def read(text: str, language: str) -> list[AddressMention]:
    return read_addresses(text, pack(language, "addresses"))


@pytest.mark.parametrize(("language", "row"), cases("read"))
def test_an_address_is_read_with_its_parts(language: str, row: dict[str, Any]) -> None:
    (mention,) = read(row["text"], language)

    assert mention.text == row.get("said", row["text"])
    assert mention.text == row["text"][mention.start : mention.end]
    assert mention.parts == row["parts"]


@pytest.mark.parametrize("typed", [str.upper, without_accents, with_curly_apostrophes])
@pytest.mark.parametrize(("language", "row"), cases("read"))
def test_number_and_street_are_read_however_they_are_typed(
    language: str, row: dict[str, Any], typed: Any
) -> None:
    (mention,) = read(typed(row["text"]), language)

    assert mention.parts["number"] == typed(row["parts"]["number"])
    assert mention.parts["street"] == typed(row["parts"]["street"])
    assert mention.parts.get("postal_code") == row["parts"].get("postal_code")


@pytest.mark.parametrize(("language", "text"), cases("not_read"))
def test_numbers_and_streets_that_are_talked_about_are_no_address(language: str, text: str) -> None:
    assert read(text, language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_official_addresses_are_read_whatever_language_is_spoken(language: str) -> None:
    english, french = (
        "1234 Main St W, Toronto, ON M5V 2T6",
        "1234, rue Saint-Denis, Montréal (Québec) H2X 1Y4",
    )

    assert [mention.text for mention in read(f"{english}; {french}", language)] == [english, french]


def test_two_addresses_in_a_sentence_are_two() -> None:
    mentions = read("the modem went to 33 Mill Rd instead of 35 Mill Rd.", "en")

    assert [mention.parts["number"] for mention in mentions] == ["33", "35"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", NASTY_STRINGS)
def test_any_string_is_survived(text: str, language: str) -> None:
    assert read(text, language) == []
